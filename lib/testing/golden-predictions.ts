// Does the model still answer what it answered when somebody looked? For users' own tests of their models.
import type * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { type GoldenFile, hashOfInputs, hashOfWeights, readGolden, writeGolden } from "./golden-file.js";
import { batches, checkImages, classOf, mappingOf, type Predictor, scoresOf } from "./predictor.js";
import { shown } from "./shown.js";

export interface GoldenPredictionsOptions {
  /** A score may differ by this, and by `relativeTolerance` of its size; 1e-5 by default. */
  absoluteTolerance?: number;
  /** A score may differ by this share of its size, and by `absoluteTolerance`; 1e-4 by default. */
  relativeTolerance?: number;
  /** Writes the file anew; so does the environment's CELLGRAD_UPDATE_GOLDEN=1. False by default. */
  update?: boolean;
  /** How many inputs are predicted at once; 64 by default. */
  batchSize?: number;
  /** Models with one output: above this is one class, the rest the other; 0.5 by default. */
  threshold?: number;
}

export interface GoldenPredictions {
  /** What was done: the file was written, or the predictions are those in it. */
  status: "written" | "matched";
  file: string;
  /** How many inputs there were. */
  inputs: number;
  /** The largest difference of a score; 0 where the file was written. */
  maxDifference: number;
}

interface Flip {
  readonly input: number;
  readonly before: readonly [label: number, score: number];
  readonly after: readonly [label: number, score: number];
}

/**
 * Compares a model's predictions with those in a file, which is written the first time: a regression test of a model, for changes of
 * code, of packages, of the machine. The file belongs into version control.
 * @param model gives [n, classes] scores, or [n, 1] for two classes, from [n, …] inputs
 * @param inputs [n, …], as the model takes them; the same ones each time
 * @param file JSON; written as a whole or not at all
 * @returns what was done; shows it
 * @throws (rejects) when a score differs by more than `absoluteTolerance` + `relativeTolerance` · |score| (the inputs whose class changed are
 * named, with both scores), when the inputs are others than the file's, and in CI (the environment's CI) when the file is missing or to be
 * written anew
 */
export async function goldenPredictions(
  model: Predictor,
  inputs: tf.Tensor,
  file: string,
  options: GoldenPredictionsOptions = {},
): Promise<GoldenPredictions> {
  checkOptions("options", options, ["absoluteTolerance", "relativeTolerance", "update", "batchSize", "threshold"]);
  const { absoluteTolerance = 1e-5, relativeTolerance = 1e-4, batchSize = 64, threshold = 0.5 } = options;
  const { update = isOn(process.env.CELLGRAD_UPDATE_GOLDEN) } = options;
  checkNumber("absoluteTolerance", absoluteTolerance, { least: 0 });
  checkNumber("relativeTolerance", relativeTolerance, { least: 0 });
  checkBoolean("update", update);
  checkWhole("batchSize", batchSize, 1);
  checkNumber("threshold", threshold);
  checkText("file", file, "a path");
  checkImages(inputs);
  const predict = mappingOf("model", "predict", model);
  const golden = update ? undefined : await readGolden(file);
  if (golden === undefined && isOn(process.env.CI))
    throw invalid("file", "golden predictions that are there before CI runs (nothing is written in CI)", file);
  const hashes = { inputs: await hashOfInputs(inputs), weights: hashOfWeights(model) };
  // Before the model is asked: of other inputs, every answer is another.
  if (golden) checkInputs(golden, hashes.inputs, file);
  const predictions: number[][] = [];
  for await (const { batch, size } of batches(inputs, batchSize))
    predictions.push(...(await scoresOf(predict, batch, size)));
  const [total = 0] = inputs.shape;
  if (golden === undefined) {
    await writeGolden(file, { ...hashes, predictions });
    const written = { status: "written" as const, file, inputs: total, maxDifference: 0 };
    return shown(written, `${total} predictions written to ${file}`, []);
  }
  const allowed = (score: number) => absoluteTolerance + relativeTolerance * Math.abs(score);
  const compared = compare(golden.predictions, predictions, allowed, threshold);
  if (compared.differing > 0) {
    const cause = causeOf(golden.weights, hashes.weights);
    const rule = `those in ${file}, to ${absoluteTolerance} + ${relativeTolerance} · |score|`;
    const found = `${compared.differing} of ${total} differ, by up to ${compared.maxDifference.toPrecision(3)}`;
    // By hand: `invalid` cuts long values, and each of the inputs counts.
    throw new Error(`invalid predictions; expected ${rule}: ${found}; ${flipsText(compared.flips)}; ${cause}`);
  }
  const matched = { status: "matched" as const, file, inputs: total, maxDifference: compared.maxDifference };
  return shown(
    matched,
    `${total} predictions are those in ${file}, to ${compared.maxDifference.toExponential(1)}`,
    compared.flips.map(flipText),
  );
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}

function checkInputs({ inputs }: GoldenFile, given: GoldenFile["inputs"], file: string): void {
  if (inputs.sha256 === given.sha256) return;
  const of = ({ shape, dtype, sha256 }: GoldenFile["inputs"]) =>
    `${dtype} [${shape.join(", ")}], SHA-256 ${sha256.slice(0, 12)}…`;
  throw invalid("inputs", `those that ${file} was made with (${of(inputs)}; update: true writes it anew)`, of(given));
}

function compare(
  golden: readonly (readonly number[])[],
  predictions: readonly (readonly number[])[],
  allowed: (score: number) => number,
  threshold: number,
): { differing: number; maxDifference: number; flips: Flip[] } {
  let [differing, maxDifference] = [0, 0];
  const flips: Flip[] = [];
  predictions.forEach((row, input) => {
    const before = golden[input] ?? [];
    if (before.length !== row.length)
      throw invalid("predictions", `${before.length} scores an input, as in the file`, row.length);
    const differences = row.map((score, k) => Math.abs(score - (before[k] ?? 0)));
    maxDifference = Math.max(maxDifference, ...differences);
    if (differences.some((difference, k) => !(difference <= allowed(before[k] ?? 0)))) differing++;
    const [old, now] = [classOf(before, threshold), classOf(row, threshold)];
    const at = (scores: readonly number[], label: number) => scores[scores.length === 1 ? 0 : label] ?? 0;
    if (old !== now) flips.push({ input, before: [old, at(before, old)], after: [now, at(row, now)] });
  });
  return { differing, maxDifference, flips };
}

function flipText({ input, before, after }: Flip): string {
  const side = ([label, score]: Flip["before"]) => `class ${label} (${score.toPrecision(3)})`;
  return `input ${input}: ${side(before)} → ${side(after)}`;
}

function flipsText(flips: readonly Flip[]): string {
  if (flips.length === 0) return "no class changed";
  const more = flips.length > 5 ? `, … ${flips.length - 5} more` : "";
  return `${flips.slice(0, 5).map(flipText).join(", ")}${more}`;
}

function causeOf(before: string | undefined, after: string | undefined): string {
  if (before === undefined || after === undefined) return "the inputs are the same, so the model changed";
  return before === after
    ? "inputs and weights are the same, so the code, a package or the machine changed"
    : "the inputs are the same, the model's weights changed";
}
