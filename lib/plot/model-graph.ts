// A model as boxes and arrows: one box a layer, from the input at the top to the output at the bottom. What a model of
// TensorFlow.js shows when it ends a cell.
import { checkOptions, invalid } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { foldLayers, type GraphLayer, type GraphNode } from "./fold-layers.js";
import { type LayeredLayout, layeredLayout } from "./layered-layout.js";
import { makeSpec, palette } from "./spec.js";

/** What `ml.summary` returns has this shape. */
export interface LayerGraph {
  readonly name: string;
  readonly layers: readonly GraphLayer[];
}

export interface ModelGraphOptions {
  /** Above the graph; the model's name by default. */
  title?: string;
}

export interface ModelGraphData {
  readonly layers: readonly GraphLayer[];
  /** What is drawn as one box each. */
  readonly nodes: readonly GraphNode[];
}

/** More are folded. */
const mostNodes = 60;
/** Of the text: the first layers, and the last. */
const [mostLines, firstLines] = [150, 100];
/** Pixels. */
const [boxHeight, rowHeight, widest, least, most, letter] = [36, 56, 900, 100, 280, 6.6];

const kinds: readonly (readonly [kind: string, types: RegExp, color: string])[] = [
  ["convolution", /Conv/, palette.blue],
  ["dense", /Dense|Embedding|LSTM|GRU|RNN/, palette.vermillion],
  ["normalisation", /Normalization/, palette.green],
  ["activation", /ReLU|Activation|Softmax|ELU|PReLU/i, palette.orange],
  ["pooling", /Pool/, palette.purple],
  ["merge", /^(Add|Average|Concatenate|Dot|Maximum|Minimum|Multiply)$/, palette.sky],
];
const other = ["other", palette.grey] as const;

/**
 * Draws a model's layers: class, name, output shape and parameters of each, and what feeds it. Of models of more than 60 layers,
 * layers that follow each other are drawn as one, and then whole blocks, with a notice.
 * @param summary what `ml.summary(model)` returns; a model shows this graph by itself
 * @throws unless it has layers
 */
export function modelGraph(summary: LayerGraph, options: ModelGraphOptions = {}): Chart<ModelGraphData> {
  checkOptions("options", options, ["title"]);
  checkTitle(options);
  const layers = checkLayers(summary);
  const { title = summary.name } = options;
  const nodes = foldLayers(layers, mostNodes);
  const layout = layeredLayout(nodes.map(({ from }) => from));
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const folded = nodes.length < layers.length ? `, drawn as ${nodes.length} blocks` : "";
  const subtitle = `${counted(layers.length, "layer")}${folded}, ${counted(total, "parameter")}`;
  const spec = makeSpec({ title: { text: title, subtitle }, ...drawing(nodes, layout) });
  const all = layers.map(
    ({ name, type, outputShapes, from }) =>
      `${name}  ${type}  ${outputShapes.map(shapeText).join(", ")}${from.length ? `  from ${from.join(", ")}` : ""}`,
  );
  const left = all.length - mostLines;
  const lines =
    left > 0
      ? [...all.slice(0, firstLines), `(${counted(left, "layer")} left out)`, ...all.slice(firstLines + left)]
      : all;
  return new Chart(spec, { layers, nodes }, [`${title}: ${subtitle}`, ...lines].join("\n"));
}

function checkLayers(summary: LayerGraph): readonly GraphLayer[] {
  const layers: unknown = (summary as LayerGraph | undefined)?.layers;
  if (!Array.isArray(layers) || !layers.length || typeof summary.name !== "string")
    throw invalid("summary", "what ml.summary(model) returns", summary);
  Array.from(layers as ArrayLike<GraphLayer | null>).forEach((layer, i) => {
    const fits =
      typeof layer?.name === "string" &&
      typeof layer.type === "string" &&
      Number.isFinite(layer.parameters) &&
      isListOf(layer.from, (from) => typeof from === "string") &&
      isListOf(layer.outputShapes, (shape) => isListOf(shape, (length) => length === null || Number.isFinite(length)));
    if (!fits) throw invalid(`summary.layers[${i}]`, "a layer with name, type, outputShapes, parameters, from", layer);
  });
  return layers as readonly GraphLayer[];
}

/** An array itself: what is like one has no methods of its own. */
function isListOf(list: unknown, fits: (value: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every((value) => fits(value));
}

function drawing(nodes: readonly GraphNode[], { places, edges, rows, width }: LayeredLayout): object {
  const texts = nodes.map(boxTexts);
  const longest = Math.max(...texts.flatMap(({ head, foot }) => [head.length, foot.length]));
  const wanted = Math.min(most, Math.max(least, longest * letter + 20));
  const box = Math.max(least, Math.min(wanted, widest / width));
  const [right, bottom] = [Math.ceil(width * box), (rows - 1) * rowHeight + boxHeight];
  const scale = (domain: number, reverse = false) => ({ domain: [0, domain], nice: false, zero: false, reverse });
  const across = (field: string) => ({ field, type: "quantitative", scale: scale(right), axis: null });
  const down = (field: string) => ({ field, type: "quantitative", scale: scale(bottom, true), axis: null });
  const top = (row: number) => row * rowHeight;
  const boxes = nodes.map((node, i) => {
    const { row = 0, x = 0 } = places[i] ?? {};
    const [center, y] = [Math.round(x * box), top(row)];
    return { ...texts[i], kind: kindOf(node), x: center - box / 2, x2: center + box / 2, center, y, y2: y + boxHeight };
  });
  const ways = edges.map(({ from, to, bends }, edge) => {
    const [start, end] = [boxes[from], boxes[to]];
    return [
      { edge, x: start?.center, y: start?.y2 },
      // Straight past the boxes of a row.
      ...bends.flatMap(({ row, x }) =>
        [top(row), top(row) + boxHeight].map((y) => ({ edge, x: Math.round(x * box), y })),
      ),
      { edge, x: end?.center, y: end?.y },
    ].map((point, step) => ({ ...point, step }));
  });
  const present = [...kinds.map(([kind, , color]) => [kind, color] as const), other].filter(([kind]) =>
    boxes.some((one) => one.kind === kind),
  );
  const text = (field: string, dy: number, more: object) => ({
    mark: { type: "text", fontSize: 11, dy, limit: box - 12, ...more },
    encoding: { x: across("center"), y: down("y"), text: { field, type: "nominal" } },
  });
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: present.map(([kind]) => kind), range: present.map(([, shade]) => shade) },
    legend: { title: null, orient: "bottom", columns: Math.max(1, Math.floor(right / 110)) },
  };
  return {
    width: right,
    height: bottom,
    layer: [
      {
        data: { values: ways.flat() },
        mark: { type: "line", color: "#8c8c8c", strokeWidth: 1.2, strokeJoin: "round" },
        encoding: {
          x: across("x"),
          y: down("y"),
          detail: { field: "edge", type: "nominal" },
          order: { field: "step", type: "quantitative" },
        },
      },
      {
        data: { values: ways.map((way) => way.at(-1)) },
        mark: {
          type: "point",
          shape: "triangle-down",
          filled: true,
          color: "#8c8c8c",
          size: 40,
          opacity: 1,
          yOffset: -3,
        },
        encoding: { x: across("x"), y: down("y") },
      },
      {
        data: { values: boxes },
        layer: [
          // Under the tint, so that no edge shines through.
          { mark: { type: "rect", fill: "white", opacity: 1 }, encoding: rectangle(across, down) },
          {
            mark: { type: "rect", fillOpacity: 0.14, strokeOpacity: 1, strokeWidth: 1.2, cornerRadius: 3 },
            encoding: {
              ...rectangle(across, down),
              fill: { ...color },
              stroke: { ...color },
              tooltip: [
                { field: "all", type: "nominal", title: "layers" },
                { field: "foot", type: "nominal", title: "output" },
              ],
            },
          },
          text("head", 12, { fontWeight: 600, color: "#222222" }),
          text("foot", 25, { color: "#595959" }),
        ],
      },
    ],
  };
}

type Position = (field: string) => object;

function rectangle(across: Position, down: Position): object {
  return { x: across("x"), x2: { field: "x2" }, y: down("y"), y2: { field: "y2" } };
}

function boxTexts({ layers }: GraphNode): { head: string; foot: string; all: string } {
  const [first, last] = [layers[0], layers.at(-1)];
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const inner = first?.layers?.length ? `, ${counted(first.layers.length, "layer")}` : "";
  const head =
    layers.length === 1
      ? `${first?.type}${ownName(first)}${inner}`
      : layers.length <= 3
        ? layers.map(({ type }) => type).join(" + ")
        : `${layers.length} layers, ${first?.type} to ${last?.type}`;
  const shape = (last?.outputShapes ?? []).map(shapeText).join(", ");
  const names = layers.slice(0, 12).map(({ type, name }) => `${type} ${name}`);
  return {
    head,
    foot: parameters ? `${shape}, ${counted(parameters, "parameter")}` : shape,
    all: [...names, ...(layers.length > 12 ? [`${layers.length - 12} more`] : [])].join(", "),
  };
}

/** A name that somebody gave; those of TensorFlow.js, `conv2d_Conv2D1`, say no more than the class. */
function ownName(layer: GraphLayer | undefined): string {
  return !layer || /_[A-Z]\w*\d+$|^(input|model|sequential)_?\d+$/.test(layer.name) ? "" : ` “${layer.name}”`;
}

/** Of several layers, those that multiply say what they are, else the first. */
function kindOf({ layers }: GraphNode): string {
  const found = kinds.slice(0, 2).find(([, types]) => layers.some(({ type }) => types.test(type)));
  const [kind] = found ?? kinds.find(([, types]) => types.test(layers[0]?.type ?? "")) ?? other;
  return kind;
}

/** Without the batch. */
function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape
    .slice(1)
    .map((length) => length ?? "?")
    .join(", ")}]`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}
