// Each layer that tf.layers has, in training mode: three compiled steps against three eager ones, with weights and what goes in trained.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { compile, type StepMode } from "../../../../lib/engine/jit/compile.js";
import { distinct } from "../finite-differences.js";
import { CASES, type LayerCase } from "../layer-cases.js";
import { momentumSgd } from "./momentum.js";

const l = tf.layers;

/** Layers that prepare images: there at run time, not in the types. */
const preparing = l as unknown as Record<
  "centerCrop" | "rescaling" | "resizing" | "categoryEncoding",
  (options: object) => tf.layers.Layer
>;
const centerCrop = (height: number, width: number): tf.layers.Layer => preparing.centerCrop({ height, width });

interface Run {
  readonly losses: number[];
  readonly weights: number[][];
  readonly mode: StepMode;
  readonly reason: string | undefined;
}

/** The layer as it is made each time, with numbers for weights that no symmetry hides. */
function build({ layer, inputs }: LayerCase): tf.layers.Layer {
  const built = layer();
  const symbols = inputs.map((shape) => tf.input({ batchShape: [...shape] }));
  built.apply(symbols.length === 1 ? (symbols[0] as tf.SymbolicTensor) : symbols);
  for (const [i, weight] of built.trainableWeights.entries())
    if (!/gamma|alpha/.test(weight.originalName))
      tf.tidy(() => void weight.write(distinct(weight.shape as number[], 50 + i, 0.5)));
  return built;
}

async function train(given: LayerCase, mode: "auto" | StepMode): Promise<Run> {
  const { inputs, shift = 0, scale = 1 } = given;
  const layer = build(given);
  // What goes in is trained too, so that its gradient shows.
  const xs = tf.tidy(() =>
    inputs.map((shape, i) => tf.variable(tf.add(distinct([...shape], 11 + i, scale * 0.93 ** i), shift), true)),
  );
  const step = compile(
    (factor) => {
      const moved = xs.map((x) => tf.mul(x, factor ?? 1));
      const y = layer.apply(moved.length === 1 ? (moved[0] as tf.Tensor) : moved, { training: true });
      const output = (Array.isArray(y) ? y[0] : y) as tf.Tensor;
      const weights = tf.tensor(distinct(output.shape, 99).dataSync(), output.shape);
      return tf.mean(tf.mul(tf.square(output), weights));
    },
    { optimizer: momentumSgd(0.1), mode, seed: 5, threads: 1 },
  );
  const losses: number[] = [];
  let last: Pick<Run, "mode" | "reason"> = { mode: "eager", reason: undefined };
  for (const factor of [1, 0.9, 1.1, 1.05]) {
    const { loss, mode: own, reason } = await step({ data: Float32Array.of(factor), shape: [], dtype: "float32" });
    losses.push(loss);
    last = { mode: own, reason };
  }
  const weights = [...layer.weights.map((weight) => weight.read()), ...xs].map((value) => [...value.dataSync()]);
  await step.dispose();
  for (const weight of layer.weights) weight.dispose();
  tf.dispose(xs);
  return { losses, weights, ...last };
}

function assertClose(found: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what);
  const scale = Math.max(1, ...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - (found[i] ?? Number.NaN)) <= 1e-5 * scale, `${what}[${i}]: ${found[i]}, eager ${value}`);
}

describe("every layer in a compiled step", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const layerCase of CASES)
    it(layerCase.name, async () => {
      const [eager, compiled] = [await train(layerCase, "eager"), await train(layerCase, "auto")];
      assert.equal(compiled.mode, "compiled", compiled.reason);
      assertClose(compiled.losses, eager.losses, "loss");
      for (const [i, weights] of eager.weights.entries())
        assertClose(compiled.weights[i] ?? [], weights, `weight ${i}`);
      assert.notEqual(eager.losses[0], eager.losses[3]);
    });

  /** Models whose input is not trained: words, images that are prepared first. */
  const prepared: Record<string, { readonly input: () => tf.Tensor; readonly layers: () => tf.layers.Layer[] }> = {
    embedding: {
      input: () => tf.tensor2d([1, 3, 3, 5, 0, 1, 1, 1], [2, 4]),
      layers: () => [l.embedding({ inputDim: 6, outputDim: 3, inputShape: [4] }), l.dense({ units: 2 })],
    },
    "embedding with a mask, lstm": {
      input: () => tf.tensor2d([1, 3, 3, 0, 5, 1, 0, 0], [2, 4]),
      layers: () => [
        l.embedding({ inputDim: 6, outputDim: 3, maskZero: true, inputShape: [4] }),
        l.lstm({ units: 4, dropout: 0.2, recurrentDropout: 0.2 }),
      ],
    },
    "masking, gru": {
      input: () =>
        tf.tidy(() => tf.mul(distinct([2, 5, 3], 3), tf.tensor3d([1, 1, 0, 1, 0, 1, 1, 1, 0, 0], [2, 5, 1]))),
      layers: () => [l.masking({ inputShape: [5, 3] }), l.gru({ units: 3 }), l.dense({ units: 2 })],
    },
    centerCrop: {
      input: () => distinct([2, 7, 6, 2], 3),
      layers: () => [centerCrop(4, 3), l.conv2d({ filters: 2, kernelSize: 2 })],
    },
    "centerCrop of one that is smaller": {
      input: () => distinct([2, 3, 4, 2], 3),
      layers: () => [centerCrop(5, 6), l.conv2d({ filters: 2, kernelSize: 2 })],
    },
    "rescaling and resizing": {
      input: () => distinct([2, 5, 6, 2], 3),
      layers: () => [
        preparing.rescaling({ scale: 1 / 2, offset: -0.1 }),
        preparing.resizing({ height: 4, width: 7 }),
        l.conv2d({ filters: 2, kernelSize: 2 }),
      ],
    },
    categoryEncoding: {
      input: () => tf.tensor2d([1, 3, 2, 0], [4, 1], "int32"),
      layers: () => [preparing.categoryEncoding({ numTokens: 5, outputMode: "oneHot" }), l.dense({ units: 2 })],
    },
  };
  for (const [name, { input, layers }] of Object.entries(prepared))
    it(name, async () => {
      const runs = [];
      for (const mode of ["eager", "auto"] as const) {
        const own = layers();
        const x = input();
        const apply = (): tf.Tensor =>
          own.reduce<tf.Tensor | tf.SymbolicTensor>(
            (value, layer) => layer.apply(value, { training: true }) as tf.Tensor,
            x,
          ) as tf.Tensor;
        tf.tidy(() => void apply());
        for (const [i, weight] of own.flatMap(({ trainableWeights }) => trainableWeights).entries())
          tf.tidy(() => void weight.write(distinct(weight.shape as number[], 50 + i, 0.5)));
        const step = compile(() => tf.mean(tf.square(apply())), { optimizer: momentumSgd(0.1), mode, seed: 5 });
        const losses: number[] = [];
        for (let i = 0; i < 4; i++) {
          const result = await step();
          losses.push(result.loss);
          if (mode === "auto") assert.equal(result.mode, "compiled", result.reason);
        }
        runs.push([
          ...losses,
          ...own.flatMap((layer) => layer.getWeights().flatMap((weight) => [...weight.dataSync()])),
        ]);
        await step.dispose();
        for (const layer of own) for (const weight of layer.weights) weight.dispose();
        x.dispose();
      }
      assertClose(runs[1] ?? [], runs[0] ?? [], "losses and weights");
      assert.notEqual(runs[0]?.[0], runs[0]?.[3]);
    });

  it("a recurrent layer that keeps its state from batch to batch runs eagerly, with the reason", async () => {
    const layer = l.lstm({ units: 3, stateful: true, batchInputShape: [2, 4, 3] });
    const x = distinct([2, 4, 3], 3);
    const step = compile(() => tf.mean(tf.square(layer.apply(x) as tf.Tensor)), { optimizer: momentumSgd(0.1) });
    const results = [await step(), await step(), await step()];
    assert.equal(results.at(-1)?.mode, "eager");
    assert.match(results.at(-1)?.reason ?? "", /changes from call to call/);
    await step.dispose();
    layer.resetStates();
    for (const weight of layer.weights) weight.dispose();
    x.dispose();
  });

  it("has a case for each layer", () => {
    const covered = new Set(
      [...CASES.map(({ name }) => name), ...Object.keys(prepared)].flatMap((name) => name.split(/[ ,]+/)),
    );
    const names = new Set([...covered].map((name) => name.toLowerCase()));
    // Base classes, cells and inputs are no layers of their own; some have two or three names.
    const others =
      /^(input|inputLayer|layer|RNN|RNNCell|.*Cell|stackedRNNCells|randomWidth|rnn|avg.*|max.*Pool[12]d|globalMaxPool[12]d)$/i;
    assert.deepEqual(
      Object.keys(l).filter((name) => !names.has(name.toLowerCase()) && !others.test(name)),
      [],
    );
  });
});
