// The model graph: every layer is in it once, every edge leads from a box above, deep models are folded without losing a layer,
// and boxes don't overlap.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { lenet5, resnet } from "../../../lib/models/index.js";
import { foldLayers } from "../../../lib/plot/fold-layers.js";
import { modelGraph } from "../../../lib/plot/index.js";
import { layeredLayout } from "../../../lib/plot/layered-layout.js";
import { summary } from "../../../lib/training/summary.js";
import { noise } from "./gallery.js";

/** Layers in a row, or with the sources that are named. */
function layersOf(count: number, sources: (place: number) => number[] = (i) => (i ? [i - 1] : []), type = "ReLU") {
  return Array.from({ length: count }, (_, i) => ({
    name: `layer ${i}`,
    type,
    outputShapes: [[null, 4]],
    parameters: 1,
    from: sources(i).map((place) => `layer ${place}`),
  }));
}

interface Box {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  readonly head: string;
  readonly kind: string;
}

function boxesOf({ spec }: { spec: object }): Box[] {
  const { layer } = spec as { layer: { data: { values: Box[] } }[] };
  return layer[2]?.data.values ?? [];
}

describe("plot: modelGraph", () => {
  before(() => ready());

  it("has a box for each layer, with class, shape and parameters, from top to bottom", () => {
    const model = lenet5({ inputShape: [28, 28, 1], classes: 10, batchNorm: false });
    const chart = modelGraph(summary(model));
    const boxes = boxesOf(chart);
    assert.deepEqual(
      boxes.map(({ head }) => head),
      ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dense", "Dense"],
    );
    assert.deepEqual(
      boxes.map(({ y }) => y),
      boxes.map((_, i) => 56 * i),
    );
    const text = JSON.stringify(chart.spec);
    for (const part of ["8 layers, 44,426 parameters", "[24, 24, 6], 156 parameters", "conv2d_Conv2D"])
      assert.ok(text.includes(part), part);
    assert.match(chart.text, /^lenet5: 8 layers, 44,426 parameters\nconv2d_Conv2D\d+ {2}Conv2D {2}\[24, 24, 6\]\n/);
    model.dispose();
  });

  it("shows names that somebody gave, and nested models as one", () => {
    const inner = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })], name: "head" });
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], name: "stem" }), inner] });
    assert.deepEqual(
      boxesOf(modelGraph(summary(model))).map(({ head }) => head),
      ["Dense “stem”", "Sequential “head”, 1 layer"],
    );
    model.dispose();
  });

  it("draws a shortcut beside what it passes", () => {
    const model = resnet({ inputShape: [8, 8, 3], classes: 2, blocks: [1] });
    const chart = modelGraph(summary(model));
    const add = chart.data.nodes.findIndex(({ layers }) => layers[0]?.type === "Add");
    assert.equal(chart.data.nodes[add]?.from.length, 2);
    model.dispose();
  });

  it("folds convolution, normalisation and activation of deep models, then blocks, and says so", () => {
    const deep = resnet({ inputShape: [8, 8, 3], classes: 2, blocks: [3, 3, 3], filters: 1 });
    const chart = modelGraph(summary(deep));
    assert.match(JSON.stringify(chart.spec), /73 layers, drawn as 32 blocks/);
    assert.ok(
      boxesOf(chart).some(({ head, kind }) => head === "Conv2D + BatchNormalization + ReLU" && kind === "convolution"),
    );
    assert.ok(boxesOf(chart).some(({ head, kind }) => head === "Add + ReLU" && kind === "merge"));
    const deeper = resnet({ inputShape: [8, 8, 3], classes: 2, blocks: [9, 9, 9], filters: 1 });
    assert.match(JSON.stringify(modelGraph(summary(deeper)).spec), /199 layers, drawn as 30 blocks/);
    deep.dispose();
    deeper.dispose();
  });

  it("names the first and the last of very many layers in its text, and keeps small", async () => {
    const chain = Array.from({ length: 3000 }, (_, i) => ({
      name: `block_${i}_of_many/conv`,
      type: "Conv2D",
      outputShapes: [[null, 28, 28, 64]],
      parameters: 100,
      from: i ? [`block_${i - 1}_of_many/conv`] : [],
    }));
    const chart = modelGraph({ name: "net", layers: chain });
    assert.equal(chart.data.layers.length, 3000);
    assert.match(chart.text, /\nblock_99_of_.*\n\(2,850 layers left out\)\nblock_2950_of_.*\n/);
    assert.match(chart.text, /\nblock_2999_of_[^\n]*$/);
    assert.ok(Buffer.byteLength(JSON.stringify(await chart.bundle())) < 100_000);
  });

  it("says what is wrong with its input", () => {
    const draw = modelGraph as (given: unknown, options?: object) => unknown;
    assert.throws(() => draw(undefined), /invalid summary; expected what ml.summary\(model\) returns: undefined/);
    assert.throws(() => draw({ name: "a", layers: [] }), /invalid summary/);
    assert.throws(
      () => draw({ name: "a", layers: [{ name: "b" }] }),
      /invalid summary.layers\[0\]; expected a layer with/,
    );
    assert.throws(() => draw({ name: "a", layers: layersOf(1) }, { tilte: "x" }), /invalid options/);
  });
});

describe("plot: foldLayers", () => {
  const shapes: Record<string, (place: number) => number[]> = {
    "a chain": (i) => (i ? [i - 1] : []),
    "a ladder whose ends are joined": (i) => (i === 0 ? [] : i > 100 ? [i - 1, 200 - i] : [i - 1]),
    "everything that came before": (i) => Array.from({ length: i }, (_, place) => place),
    "many inputs": (i) => (i < 150 ? [] : Array.from({ length: 150 }, (_, place) => place)),
  };
  for (const [name, sources] of Object.entries(shapes))
    it(`keeps all layers, and edges that lead down, of ${name}`, () => {
      const layers = layersOf(200, sources);
      const nodes = foldLayers(layers, 60);
      assert.ok(nodes.length <= 60, String(nodes.length));
      assert.deepEqual(
        nodes.flatMap((node) => node.layers.map((layer) => layer.name)).sort(),
        layers.map((layer) => layer.name).sort(),
      );
      nodes.forEach(({ from }, place) => {
        assert.ok(from.every((source) => source < place));
        assert.equal(new Set(from).size, from.length);
      });
    });

  it("begins a node where a layer multiplies", () => {
    const types = ["Conv2D", "BatchNormalization", "ReLU", "Conv2D", "ReLU", "Flatten", "Dense"];
    const layers = layersOf(7).map((layer, i) => ({ ...layer, type: types[i] ?? "" }));
    assert.deepEqual(
      foldLayers(layers, 6).map((node) => node.layers.length),
      [3, 3, 1],
    );
    assert.equal(foldLayers(layers, 7).length, 7);
  });
});

describe("plot: layeredLayout", () => {
  it("puts every box below its sources, and no two boxes or bends over each other", () => {
    const random = noise(7);
    for (let run = 0; run < 30; run++) {
      const sources = Array.from({ length: 25 }, (_, i) =>
        i === 0
          ? []
          : [...new Set(Array.from({ length: 1 + Math.floor(2.5 * random()) }, () => Math.floor(i * random())))],
      );
      const { places, edges, rows, width } = layeredLayout(sources);
      for (const { from, to, bends } of edges) {
        const [top, bottom] = [places[from]?.row ?? 0, places[to]?.row ?? 0];
        assert.deepEqual(
          bends.map(({ row }) => row),
          Array.from({ length: bottom - top - 1 }, (_, i) => top + 1 + i),
        );
      }
      const taken = Array.from({ length: rows }, (): { x: number; half: number }[] => []);
      for (const { row, x } of places) taken[row]?.push({ x, half: 0.575 });
      for (const { row, x } of edges.flatMap(({ bends }) => bends)) taken[row]?.push({ x, half: 0.125 });
      for (const row of taken) {
        row.sort((a, b) => a.x - b.x);
        row.forEach(({ x, half }, i) => {
          const last = row[i - 1];
          assert.ok(x - half > -1e-9 && x + half < width + 1e-9);
          if (last) assert.ok(x - last.x > half + last.half - 1e-9);
        });
      }
    }
  });

  it("draws a chain as one straight line", () => {
    const { places } = layeredLayout([[], [0], [1], [2]]);
    assert.deepEqual(new Set(places.map(({ x }) => x)).size, 1);
  });
});
