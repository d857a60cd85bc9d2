// What a loader looks like in a notebook: its batches with their shapes, the order, and the steps that each sample goes through.
// As text and as a table.
import { escapeHTML } from "../engine/escape-html.js";
import { show } from "../engine/invalid.js";
import { type BatchSource, type BatchTransform, makeBatch } from "./batch.js";

export interface ShownLoader {
  readonly source: BatchSource;
  readonly transform: BatchTransform | undefined;
  readonly samples: number;
  readonly batches: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly workers: number;
  readonly seed: number;
  /** Where the first sample is stored; undefined where there is none. */
  readonly first: number | undefined;
}

interface Row {
  readonly name: string;
  readonly value: string;
}

export function showLoader(loader: ShownLoader): { "text/plain": string; "text/html": string } {
  const rows = [
    { name: "batches", value: batchesOf(loader) },
    ...shapesOf(loader),
    { name: "order", value: loader.shuffle ? `shuffled, seed ${loader.seed}` : "as in the data set" },
    ...(loader.workers > 0 ? [{ name: "workers", value: String(loader.workers) }] : []),
    ...stepsOf(loader.transform).map((value, i) => ({ name: i === 0 ? "transform" : "", value })),
  ];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const html = rows.map(({ name, value }) => {
    const style = 'style="text-align:left"';
    return `<tr><th ${style}>${escapeHTML(name)}</th><td ${style}>${escapeHTML(value)}</td></tr>`;
  });
  return {
    "text/plain": rows.map(({ name, value }) => `${name.padEnd(width)}  ${value}`).join("\n"),
    "text/html": `<table><tbody>${html.join("")}</tbody></table>`,
  };
}

function batchesOf({ batches, batchSize, samples, dropLast }: ShownLoader): string {
  const rest = samples % batchSize;
  const last = rest === 0 ? "" : dropLast ? `, ${rest} samples left out` : `, the last of ${rest}`;
  return `${batches.toLocaleString("en")} of ${batchSize}${last}; ${samples.toLocaleString("en")} samples`;
}

/** As one sample shows: transforms may change sizes, and mixing makes probabilities of labels. */
function shapesOf({ source, transform, batchSize, samples, first }: ShownLoader): Row[] {
  if (first === undefined) return [];
  try {
    const { shape, labels, labelShape } = makeBatch(source, Uint32Array.of(first), Uint32Array.of(0), transform);
    const size = Math.min(batchSize, samples);
    const written = (own: readonly number[]) => `[${[size, ...own.slice(1)].join(", ")}]`;
    const dtype = labels instanceof Int32Array ? "int32" : "float32";
    return [
      { name: "xs", value: `float32 ${written(shape)}` },
      { name: "ys", value: `${dtype} ${written(labelShape)}` },
    ];
  } catch (error) {
    return [{ name: "xs", value: `the transform fails: ${(error as Error).message}` }];
  }
}

/** One a line: `resize(size: 32)`. */
function stepsOf(transform: BatchTransform | undefined): string[] {
  if (transform === undefined) return ["none"];
  return linesOf(transform.toJSON?.());
}

function linesOf(json: unknown): string[] {
  if (typeof json !== "object" || json === null) return ["one of your own"];
  const { transform, ...options } = json as Record<string, unknown>;
  // Those of compose.
  if (Array.isArray(options.transforms)) return options.transforms.flatMap(linesOf);
  const given = Object.entries(options).map(([name, value]) => `${name}: ${show(value)}`);
  return [`${typeof transform === "string" ? transform : "one of your own"}(${given.join(", ")})`];
}
