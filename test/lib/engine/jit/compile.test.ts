import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../../lib/engine/backend.js";
import {
  type CompiledStep,
  compile,
  type Loss,
  type StepInput,
  type StepMode,
} from "../../../../lib/engine/jit/compile.js";
import { adamW, clipByNorm } from "../../../../lib/optimizers/index.js";
import { lehmer, randomIntegers, randomTensor } from "./against-eager.js";
import { momentumSgd } from "./momentum.js";

type Layer = (options: { inputShape?: number[] }) => tf.layers.Layer;

/** A model whose weights depend on the seed only. */
function sequential(inputShape: number[], layers: readonly Layer[]): tf.Sequential {
  const model = tf.sequential();
  for (const [i, layer] of layers.entries()) model.add(layer(i === 0 ? { inputShape } : {}));
  const random = lehmer(5);
  model.setWeights(
    model.getWeights().map((weight) => {
      const values = Float32Array.from({ length: weight.size }, () => (random() - 0.4) * 0.6);
      return tf.tensor(values, weight.shape);
    }),
  );
  return model;
}

const classify =
  (model: tf.LayersModel): Loss =>
  (x, y) =>
    tf.losses.softmaxCrossEntropy(y ?? tf.scalar(0), model.apply(x ?? tf.scalar(0), { training: true }) as tf.Tensor);

function labels(count: number, classes: number, seed: number): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.oneHot(randomIntegers([count], classes, seed) as tf.Tensor1D, classes), "float32"));
}

interface Case {
  readonly shape: readonly number[];
  readonly layers: readonly Layer[];
  readonly classes?: number;
}

const l = tf.layers;
const cases: Record<string, Case> = {
  "the tutorial's convolutional net": {
    shape: [16, 16, 3],
    layers: [
      (o) => l.conv2d({ ...o, filters: 6, kernelSize: 5, activation: "relu" }),
      () => l.maxPooling2d({ poolSize: 2 }),
      () => l.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      () => l.maxPooling2d({ poolSize: 2 }),
      () => l.flatten(),
      () => l.dense({ units: 12, activation: "relu" }),
      () => l.dense({ units: 4 }),
    ],
  },
  "batch norm between convolution and pool, global pool": {
    shape: [8, 8, 2],
    layers: [
      (o) => l.conv2d({ ...o, filters: 4, kernelSize: 3, padding: "same", useBias: false }),
      () => l.batchNormalization(),
      () => l.reLU(),
      () => l.maxPooling2d({ poolSize: 2 }),
      () => l.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      () => l.globalAveragePooling2d({}),
      () => l.dense({ units: 4 }),
    ],
  },
  "depthwise, separable, transposed convolutions, upsampling": {
    shape: [6, 6, 3],
    layers: [
      (o) => l.depthwiseConv2d({ ...o, kernelSize: 3, padding: "same", depthMultiplier: 2 }),
      () => l.separableConv2d({ filters: 5, kernelSize: 3, activation: "elu" }),
      () => l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
      () => l.averagePooling2d({ poolSize: 3 }),
      () => l.upSampling2d({ size: [2, 2] }),
      () => l.flatten(),
      () => l.dense({ units: 4 }),
    ],
  },
  "layer norm, tanh, softplus, penalties": {
    shape: [7],
    layers: [
      (o) => l.dense({ ...o, units: 9, activation: "tanh", kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) }),
      () => l.layerNormalization(),
      () => l.dense({ units: 6, activation: "softplus" }),
      () => l.dropout({ rate: 0.3, seed: 4 }),
      () => l.dense({ units: 4 }),
    ],
  },
  "a convolution over time and a recurrent layer": {
    shape: [9, 3],
    layers: [
      (o) => l.conv1d({ ...o, filters: 4, kernelSize: 3, activation: "relu" }),
      () => l.gru({ units: 5, recurrentActivation: "sigmoid" }),
      () => l.dense({ units: 4 }),
    ],
  },
};

async function losses(step: CompiledStep, batches: readonly StepInput[][]) {
  const results = [];
  for (const batch of batches) results.push(await step(...batch));
  return results;
}

function weightsOf(model: tf.LayersModel): Float32Array[] {
  return model.getWeights().map((weight) => weight.dataSync<"float32">());
}

function assertSameWeights(a: readonly Float32Array[], b: readonly Float32Array[], tolerance: number): void {
  assert.equal(a.length, b.length);
  for (const [i, values] of a.entries())
    for (const [j, value] of values.entries())
      assert.ok(Math.abs(value - (b[i]?.[j] ?? Number.NaN)) <= tolerance, `weight ${i}[${j}]: ${value}, ${b[i]?.[j]}`);
}

function batches(shape: readonly number[], size: number, count: number, classes = 4): tf.Tensor[][] {
  return Array.from({ length: count }, (_, i) => [
    randomTensor([size, ...shape], i + 1, 1),
    labels(size, classes, i + 1),
  ]);
}

const dense = (): tf.Sequential => sequential([5], [(o) => l.dense({ ...o, units: 4 })]);

describe("a compiled step", () => {
  before(() => ready());

  for (const [name, { shape, layers }] of Object.entries(cases))
    it(`equals the eager one over 20 steps: ${name}`, async () => {
      const data = batches(shape, 6, 20);
      const run = async (mode: "eager" | "compiled") => {
        const model = sequential([...shape], layers);
        const step = compile(classify(model), { optimizer: momentumSgd(0.05), mode });
        const results = await losses(step, data);
        const weights = weightsOf(model);
        await step.dispose();
        return { results, weights };
      };
      const [eager, compiled] = [await run("eager"), await run("compiled")];
      assert.deepEqual(
        compiled.results.map(({ mode }) => mode),
        data.map(() => "compiled"),
      );
      for (const [i, { loss }] of compiled.results.entries())
        assert.ok(
          Math.abs(loss - (eager.results[i]?.loss ?? Number.NaN)) < 1e-4,
          `step ${i}: ${loss}, eager ${eager.results[i]?.loss}`,
        );
      assertSameWeights(compiled.weights, eager.weights, 1e-4);
    });

  it("compiles each shape once, also the partial last batch", async () => {
    const model = dense();
    const step = compile(classify(model), { optimizer: momentumSgd(0.1) });
    const [full, part] = [batches([5], 8, 1), batches([5], 3, 1)];
    const epoch = [...full, ...full, ...part];
    const results = await losses(step, [...epoch, ...epoch, ...epoch]);
    assert.deepEqual(
      results.map(({ mode }) => mode),
      results.map(() => "compiled"),
    );
    assert.equal(step.status().graphs, 2);
    await step.dispose();
  });

  it("takes plain numbers as inputs", async () => {
    const data = batches([5], 4, 6);
    const raw = data.map((batch) =>
      batch.map((tensor) => ({ data: tensor.dataSync<"float32">(), shape: tensor.shape, dtype: "float32" as const })),
    );
    const run = async (inputs: readonly StepInput[][]) => {
      const step = compile(classify(dense()), { optimizer: momentumSgd(0.1) });
      const results = await losses(step, inputs);
      await step.dispose();
      return results.map(({ loss }) => loss);
    };
    assert.deepEqual(await run(raw), await run(data));
  });

  it("changes the learning rate without a new graph", async () => {
    const data = batches([5], 4, 8);
    const run = async (mode: "eager" | "compiled") => {
      const model = dense();
      const step = compile(classify(model), { optimizer: momentumSgd(0.1), mode });
      for (const [i, batch] of data.entries()) {
        step.scalars.learningRate = 0.1 / (i + 1);
        await step(...batch);
      }
      const { graphs } = step.status();
      const weights = weightsOf(model);
      await step.dispose();
      return { graphs, weights };
    };
    const [eager, compiled] = [await run("eager"), await run("compiled")];
    assert.equal(compiled.graphs, 1);
    assertSameWeights(compiled.weights, eager.weights, 1e-5);
  });

  it("gives back further tensors of the loss, and trains only what is asked", async () => {
    const model = dense();
    const [kernel, bias] = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    assert.ok(kernel !== undefined && bias !== undefined);
    const loss: Loss = (x, y) => {
      const logits = model.apply(x ?? tf.scalar(0)) as tf.Tensor;
      return {
        loss: tf.losses.softmaxCrossEntropy(y ?? tf.scalar(0), logits),
        predictions: tf.argMax(logits, 1),
        logits,
      };
    };
    const before = kernel.dataSync().slice();
    const step = compile(loss, { optimizer: momentumSgd(0.1), variables: [bias] });
    const [batch = []] = batches([5], 4, 1);
    const results = await losses(step, [batch, batch, batch, batch]);
    const last = results.at(-1);
    assert.equal(last?.mode, "compiled");
    assert.deepEqual(last?.outputs.predictions?.shape, [4]);
    assert.ok(last?.outputs.predictions?.data instanceof Int32Array);
    assert.deepEqual(last?.outputs.logits?.shape, [4, 4]);
    assert.deepEqual(kernel.dataSync(), before);
    await step.dispose();
  });

  it("shows the newest weights to whoever looks, and takes what is assigned", async () => {
    const model = dense();
    const step = compile(classify(model), { optimizer: momentumSgd(0.1, 0) });
    const [batch = []] = batches([5], 4, 1);
    await losses(step, [batch, batch, batch]);
    const [x] = batch;
    assert.ok(x !== undefined);
    const after3 = (model.predict(x) as tf.Tensor).dataSync();
    await step(...batch);
    assert.notDeepEqual((model.predict(x) as tf.Tensor).dataSync(), after3);
    // Back to zero, as an early stop that restores weights would do: the next compiled step starts from there.
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    const { loss, mode } = await step(...batch);
    assert.equal(mode, "compiled");
    assert.ok(Math.abs(loss - Math.log(4)) < 1e-6, String(loss));
    await step.dispose();
  });

  it("updates moving averages, and leaves frozen variables alone", async () => {
    const model = sequential([6], [(o) => l.dense({ ...o, units: 4 }), () => l.batchNormalization({ momentum: 0.5 })]);
    const step = compile(classify(model), { optimizer: momentumSgd(0.1) });
    const [batch = []] = batches([6], 8, 1);
    await losses(step, [batch, batch, batch]);
    const moving = model
      .getWeights()
      .slice(-2)
      .map((weight) => weight.dataSync());
    await step(...batch);
    assert.notDeepEqual(
      model
        .getWeights()
        .slice(-2)
        .map((weight) => weight.dataSync()),
      moving,
    );
    await step.dispose();
  });

  it("goes on from a saved state as if it had not been interrupted", async () => {
    const data = batches([5], 4, 8);
    const whole = dense();
    const first = compile(classify(whole), { optimizer: momentumSgd(0.1) });
    await losses(first, data.slice(0, 4));
    const state = first.state();
    assert.ok(state !== undefined);
    const weights = weightsOf(whole);
    const expected = (await losses(first, data.slice(4))).map(({ loss }) => loss);
    const other = dense();
    other.setWeights(weights.map((values, i) => tf.tensor(values, other.getWeights()[i]?.shape)));
    const second = compile(classify(other), { optimizer: momentumSgd(0.1) });
    second.restore(
      structuredClone(state),
      other.trainableWeights.map((w) => w.read() as tf.Variable),
    );
    const resumed = await losses(second, data.slice(4));
    assert.deepEqual(
      resumed.map(({ loss }) => loss),
      expected,
    );
    assert.equal(second.status().steps, 8);
    await first.dispose();
    await second.dispose();
  });

  it("holds no more tensors after many steps, and none of its own after dispose", async () => {
    const model = dense();
    const [batch = []] = batches([5], 4, 1);
    const untouched = tf.memory().numTensors;
    const step = compile(classify(model), { optimizer: momentumSgd(0.1) });
    await losses(step, [batch, batch, batch]);
    const { numTensors, numBytes } = tf.memory();
    for (let i = 0; i < 50; i++) await step(...batch);
    weightsOf(model).length = 0;
    assert.equal(tf.memory().numTensors, numTensors);
    assert.equal(tf.memory().numBytes, numBytes);
    await step.dispose();
    assert.equal(tf.memory().numTensors, untouched);
  });

  it("runs steps in order, also when nobody waits", async () => {
    const step = compile(classify(dense()), { optimizer: momentumSgd(0.1) });
    const [batch = []] = batches([5], 4, 1);
    const all = await Promise.all(Array.from({ length: 6 }, () => step(...batch)));
    const found = all.map(({ loss }) => loss);
    assert.deepEqual(
      found,
      found.toSorted((a, b) => b - a),
    );
    await step.dispose();
  });
});

describe("randomness in a compiled step", () => {
  before(() => ready());

  const noisy = (draw: (shape: number[]) => tf.Tensor) => {
    const w = tf.variable(tf.scalar(1), true);
    const loss: Loss = () => {
      const noise = draw([4000]);
      return { loss: tf.mean(tf.mul(w, noise)), noise };
    };
    return { w, loss };
  };
  const draws: Record<string, { draw: (shape: number[]) => tf.Tensor; mean: number; deviation: number }> = {
    "dropout's mask": { draw: (shape) => tf.dropout(tf.ones(shape), 0.25), mean: 1, deviation: Math.sqrt(1 / 3) },
    "uniform from −1 to 3": { draw: (shape) => tf.randomUniform(shape, -1, 3), mean: 1, deviation: 4 / Math.sqrt(12) },
    "normal around 2": { draw: (shape) => tf.randomNormal(shape, 2, 0.5), mean: 2, deviation: 0.5 },
    "truncated normal": { draw: (shape) => tf.truncatedNormal(shape, 0, 1), mean: 0, deviation: 0.8796 },
  };
  for (const [name, { draw, mean, deviation }] of Object.entries(draws))
    it(`draws anew in every step: ${name}`, async () => {
      const { w, loss } = noisy(draw);
      const step = compile(loss, { optimizer: momentumSgd(0), variables: [w], mode: "compiled", seed: 3 });
      const seen: Float32Array[] = [];
      for (let i = 0; i < 6; i++) {
        const { outputs } = await step();
        seen.push(outputs.noise?.data as Float32Array);
      }
      assert.equal(step.status().mode, "compiled");
      assert.notDeepEqual(seen[4], seen[5]);
      for (const sample of seen) {
        const average = sample.reduce((sum, x) => sum + x, 0) / sample.length;
        const spread = Math.sqrt(sample.reduce((sum, x) => sum + (x - average) ** 2, 0) / sample.length);
        // Five standard errors of 4,000 draws.
        assert.ok(Math.abs(average - mean) < (5 * deviation) / Math.sqrt(4000), `mean ${average}`);
        assert.ok(Math.abs(spread - deviation) < 0.06 * deviation + 0.01, `deviation ${spread}`);
      }
      await step.dispose();
      w.dispose();
    });

  for (const [name, { draw }] of Object.entries(draws))
    it(`eager and compiled steps draw the same: ${name}`, async () => {
      const run = async (mode: StepMode) => {
        const { w, loss } = noisy(draw);
        const step = compile(loss, { optimizer: momentumSgd(0), variables: [w], mode, seed: 3 });
        const seen: Float32Array[] = [];
        for (let i = 0; i < 4; i++) seen.push((await step()).outputs.noise?.data as Float32Array);
        await step.dispose();
        w.dispose();
        return seen;
      };
      const [eager, compiled] = [await run("eager"), await run("compiled")];
      for (const [i, sample] of compiled.entries())
        for (const [j, value] of sample.entries()) {
          const expected = eager[i]?.[j] ?? Number.NaN;
          assert.ok(Math.abs(value - expected) < 1e-5, `step ${i}, draw ${j}: ${value}, eager ${expected}`);
        }
    });

  it("several draws of one step are independent, and each keeps its place", async () => {
    const run = async (mode: StepMode) => {
      const w = tf.variable(tf.scalar(1), true);
      // The first draw isn't used: what comes after it must not take its numbers.
      const loss: Loss = () => {
        tf.randomUniform([50]);
        const [a, b] = [tf.randomUniform([50]), tf.randomNormal([50], 0, 0.3)];
        return { loss: tf.mean(tf.mul(w, tf.add(a, b))), a, b };
      };
      const step = compile(loss, { optimizer: momentumSgd(0), variables: [w], mode, seed: 9 });
      const found = [];
      for (let i = 0; i < 3; i++) {
        const { outputs } = await step();
        found.push([...(outputs.a?.data ?? [])], [...(outputs.b?.data ?? [])]);
      }
      await step.dispose();
      w.dispose();
      return found;
    };
    const [eager, compiled] = [await run("eager"), await run("compiled")];
    for (const [i, sample] of compiled.entries())
      for (const [j, value] of sample.entries()) assert.ok(Math.abs(value - (eager[i]?.[j] ?? Number.NaN)) < 1e-5);
    assert.notDeepEqual(compiled[0], compiled[2]);
  });

  it("a seed repeats a run, another one does not", async () => {
    const run = async (seed: number): Promise<number[]> => {
      const { w, loss } = noisy((shape) => tf.dropout(tf.ones(shape), 0.5));
      const step = compile(loss, { optimizer: momentumSgd(0.1), variables: [w], seed });
      const found: number[] = [];
      for (let i = 0; i < 5; i++) found.push((await step()).loss);
      await step.dispose();
      w.dispose();
      return found;
    };
    const first = await run(1);
    assert.deepEqual(await run(1), first);
    assert.notDeepEqual(await run(2), first);
  });
});

describe("accumulated gradients", () => {
  before(() => ready());

  const penalised = (): tf.Sequential =>
    sequential(
      [5],
      [
        (o) => l.dense({ ...o, units: 6, activation: "tanh", kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) }),
        () => l.dense({ units: 4 }),
      ],
    );
  const slice = (tensor: tf.Tensor, sizes: readonly number[]): tf.Tensor[] => {
    let start = 0;
    return sizes.map((size) => {
      const part = tf.slice(tensor, start, size);
      start += size;
      return part;
    });
  };
  const optimizer = () => adamW({ learningRate: 0.05, weightDecay: 0.1 });

  for (const mode of ["eager", "compiled"] as const)
    it(`of several batches make the update of one large one (${mode})`, async () => {
      const data = batches([5], 12, 6);
      const [large, small] = [penalised(), penalised()];
      const whole = compile(classify(large), { optimizer: clipByNorm(optimizer(), 0.5), mode: "eager" });
      const parts = compile(classify(small), {
        optimizer: clipByNorm(optimizer(), 0.5),
        mode,
        accumulateGradBatches: 3,
      });
      for (const [i, [x, y]] of data.entries()) {
        assert.ok(x !== undefined && y !== undefined);
        const expected = await whole(x, y);
        // Batches of unlike sizes count by their samples; the last group is not full.
        const sizes = i === data.length - 1 ? [8, 4] : [4, 5, 3];
        const [xs, ys] = [slice(x, sizes), slice(y, sizes)];
        let loss = 0;
        for (const [j, size] of sizes.entries())
          loss += (((await parts(xs[j] ?? x, ys[j] ?? y)).loss ?? Number.NaN) * size) / 12;
        assert.equal(parts.status().steps, i === data.length - 1 ? i : i + 1);
        assert.ok(Math.abs(loss - expected.loss) < 1e-5, `step ${i}: ${loss}, one batch ${expected.loss}`);
      }
      await parts.flush();
      await parts.flush();
      assert.deepEqual([parts.status().steps, parts.status().batches], [6, 17]);
      assert.equal(parts.status().mode, mode);
      assertSameWeights(weightsOf(small), weightsOf(large), 1e-5);
      await whole.dispose();
      await parts.dispose();
    });

  it("are part of the state, and leave no tensor behind", async () => {
    const data = batches([5], 4, 7);
    const options = { optimizer: momentumSgd(0.1), accumulateGradBatches: 3 };
    const model = dense();
    const before = tf.memory().numTensors;
    const step = compile(classify(model), options);
    await losses(step, data.slice(0, 5));
    const state = step.state();
    assert.deepEqual([state?.steps, state?.batches, state?.collected], [1, 5, { batches: 2, samples: 8 }]);
    const weights = weightsOf(model);
    await losses(step, data.slice(5));
    const expected = weightsOf(model);
    await step.dispose();
    assert.equal(tf.memory().numTensors, before);
    const other = dense();
    other.setWeights(weights.map((values, i) => tf.tensor(values, other.getWeights()[i]?.shape)));
    const second = compile(classify(other), options);
    assert.ok(state !== undefined);
    second.restore(
      structuredClone(state),
      other.trainableWeights.map((w) => w.read() as tf.Variable),
    );
    await losses(second, data.slice(5));
    assert.deepEqual(weightsOf(other), expected);
    await second.dispose();
  });

  it("need a whole number", () => {
    for (const accumulateGradBatches of [0, 1.5, Number.NaN, "2" as unknown as number])
      assert.throws(
        () => compile(classify(dense()), { optimizer: momentumSgd(0.1), accumulateGradBatches }),
        /invalid accumulateGradBatches; expected a whole number, at least 1: /,
      );
  });
});

describe("a step that can't be compiled", () => {
  before(() => ready());

  const refused = async (loss: Loss, pattern: RegExp, inputs: tf.Tensor[] = []): Promise<void> => {
    const step = compile(loss, { optimizer: momentumSgd(0.1) });
    const results = [];
    for (let i = 0; i < 4; i++) results.push(await step(...inputs));
    const last = results.at(-1);
    assert.equal(last?.mode, "eager");
    assert.match(last?.reason ?? "", pattern);
    // It trains all the same.
    assert.ok((last?.loss ?? 0) < (results[0]?.loss ?? 0), "the loss falls");
    await step.dispose();
    await assert.rejects(async () => {
      const strict = compile(loss, { optimizer: momentumSgd(0.01), mode: "compiled" });
      for (let i = 0; i < 3; i++) await strict(...inputs);
    }, pattern);
  };
  const variable = (): tf.Variable => tf.variable(tf.tensor1d([1, 2, 3]), true);

  it("reads a value", async () => {
    const w = variable();
    await refused(() => {
      const value = tf.sum(tf.square(w));
      return value.dataSync()[0] === 0 ? tf.mul(value, 2) : value.asScalar();
    }, /reads a tensor's values/);
    w.dispose();
  });
  it("calls Math.random", async () => {
    const w = variable();
    await refused(() => tf.sum(tf.square(tf.mul(w, tf.scalar(1 + Math.random() * 1e-9)))), /Math\.random/);
    w.dispose();
  });
  it("counts in JavaScript", async () => {
    const w = variable();
    let calls = 0;
    await refused(() => tf.sum(tf.square(tf.sub(w, tf.scalar(++calls * 1e-6)))), /changes from call to call/);
    w.dispose();
  });
  it("uses a kernel without a lowering", async () => {
    const w = variable();
    await refused(
      () => tf.sum(tf.square(tf.mul(w, tf.prod(tf.add(tf.mul(w, 1e-6), 1))))),
      /no lowering for kernel Cumprod/,
    );
    w.dispose();
  });

  it("an error in the loss or the inputs leaves the state as it was", async () => {
    const w = variable();
    let fail = false;
    const step = compile(
      (x) => {
        if (fail) throw new Error("broken on purpose");
        return tf.sum(tf.square(tf.sub(w, x ?? 0)));
      },
      { optimizer: momentumSgd(0.1) },
    );
    const x = tf.tensor1d([0, 0, 0]);
    for (let i = 0; i < 3; i++) await step(x);
    const before = { state: step.state(), w: w.dataSync().slice() };
    fail = true;
    await assert.rejects(step(tf.zeros([1])), /broken on purpose/);
    await assert.rejects(
      step({ data: new Float32Array(2), shape: [3], dtype: "float32" }),
      /invalid input 0; expected 3 elements/,
    );
    await assert.rejects(
      step(tf.tensor1d(["a"]) as unknown as tf.Tensor),
      /invalid input 0; expected a tensor of numbers/,
    );
    assert.deepEqual({ state: step.state(), w: w.dataSync().slice() }, before);
    fail = false;
    assert.equal((await step(x)).mode, "compiled");
    await step.dispose();
    w.dispose();
  });
});
