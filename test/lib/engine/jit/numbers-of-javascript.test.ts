// A number that JavaScript makes anew at each call must not become a constant of a graph in silence: also where it was the same in the
// first steps by chance, where no kernel takes it, and where a seed of the caller's drew it.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { compile, type Loss } from "../../../../lib/engine/jit/compile.js";
import { compileInference } from "../../../../lib/engine/jit/compile-inference.js";
import { sgd } from "../../../../lib/optimizers/index.js";
import { fit as train } from "../../../../lib/training/fit.js";
import { randomTensor } from "./against-eager.js";
import { momentumSgd } from "./momentum.js";

const changing = /two steps .* did not do the same: a number made in JavaScript changes from call to call/;
const reads = /the step reads a tensor's values/;

/** A layer that resizes images to a width drawn in JavaScript. tfjs's types lack it. */
function randomWidth(options: object): tf.layers.Layer {
  return (tf.layers as unknown as { randomWidth(options: object): tf.layers.Layer }).randomWidth(options);
}

/** The same as a layer that others can follow: tfjs's own says that it gives one dimension fewer. */
class SomeWidth extends tf.layers.Layer {
  static readonly className = "SomeWidth";
  private readonly widths = randomWidth({ factor: 0.3, seed: 1 });

  override computeOutputShape(): tf.Shape {
    return [null, 6, null, 1];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [images] = [inputs].flat();
    return this.widths.apply(images ?? []) as tf.Tensor;
  }
}

interface Run {
  readonly modes: readonly string[];
  readonly reason: string | undefined;
  readonly losses: readonly number[];
}

async function runs(loss: Loss, steps: number, inputs: readonly tf.Tensor[] = []): Promise<Run> {
  const step = compile(loss, { optimizer: momentumSgd(0.01, 0) });
  const results = [];
  for (let i = 0; i < steps; i++) results.push(await step(...inputs));
  await step.dispose();
  return {
    modes: results.map(({ mode }) => mode),
    reason: results.at(-1)?.reason,
    losses: results.map(({ loss: value }) => value),
  };
}

describe("numbers that JavaScript makes inside a step", () => {
  before(() => useBackend({ backend: "wasm" }));

  // With seeds 1, 3 and 4 the width is the same in the first three calls.
  for (const seed of [undefined, 1, 2, 3, 4])
    it(`a layer of random width, seed ${seed}, runs eagerly with the reason`, async () => {
      const w = tf.variable(tf.ones([3, 3, 1, 2]), true);
      const layer = randomWidth({ factor: 0.3, seed, inputShape: [6, 6, 1] });
      const widths = new Set<number>();
      const loss: Loss = (x) => {
        const resized = layer.apply(x ?? w) as tf.Tensor4D;
        widths.add(resized.shape[2]);
        return tf.mean(tf.square(tf.conv2d(resized, w as tf.Tensor4D, 1, "same")));
      };
      const x = randomTensor([2, 6, 6, 1]);
      const { modes, reason } = await runs(loss, 12, [x]);
      assert.ok(modes.every((mode) => mode === "eager"));
      assert.match(reason ?? "", seed === undefined ? /Math\.random/ : reads);
      assert.ok(widths.size > 1, "the width goes on changing");
      tf.dispose([w, x]);
    });

  it("fit says so in its history", async () => {
    const model = tf.sequential({
      layers: [
        new SomeWidth({ inputShape: [6, 6, 1] }),
        tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: 2 }),
      ],
    });
    const batches = [1, 2, 3].map((i) => ({
      xs: randomTensor([4, 6, 6, 1], i),
      ys: tf.tensor1d([0, 1, 0, 1], "int32"),
    }));
    const history = await train(model, { train: batches, epochs: 1, optimizer: sgd({ learningRate: 0.1 }) });
    assert.match(history.engine, /^eager: the step reads a tensor's values/);
    model.dispose();
  });

  it("a draw from a seed that stays the same is a constant, and compiled", async () => {
    const w = tf.variable(tf.ones([4]), true);
    const { modes } = await runs(() => tf.mean(tf.mul(w, tf.randomUniform([4], 0, 1, "float32", 7))), 4);
    assert.deepEqual(modes, ["compiled", "compiled", "compiled", "compiled"]);
    w.dispose();
  });

  it("a choice that fell the same way in the first steps is found at a later one", async () => {
    const w = tf.variable(tf.ones([4]), true);
    let calls = 0;
    // The fourth call is at the 16th step: the ones before made the weights, were recorded, and recorded again.
    const { modes, reason } = await runs(() => tf.mean(tf.mul(w, ++calls < 4 ? 2 : 3)), 18);
    assert.deepEqual(modes, [...Array(15).fill("compiled"), "eager", "eager", "eager"]);
    assert.match(reason ?? "", changing);
    w.dispose();
  });

  it("a number that no kernel takes counts, since a shape may come of it", async () => {
    const w = tf.variable(tf.tensor1d([1, 2, 3, 4]), true);
    let calls = 0;
    const loss: Loss = () => {
      const drawn = tf.scalar(0.1 * ++calls).dataSync()[0] ?? 0;
      return tf.mean(tf.slice(w, 0, 1 + Math.floor(drawn)));
    };
    const { modes, reason } = await runs(loss, 4);
    assert.deepEqual(modes.slice(1), ["eager", "eager", "eager"]);
    assert.match(reason ?? "", changing);
    w.dispose();
  });

  it("a result that is another tensor of the step counts", async () => {
    const w = tf.variable(tf.tensor1d([1, 2]), true);
    let calls = 0;
    const loss: Loss = () => {
      const [a, b] = [tf.mean(w), tf.sum(tf.square(w))];
      const [first, second] = ++calls % 2 === 0 ? [a, b] : [b, a];
      return { loss: tf.add(a, b), first, second };
    };
    const { modes, reason } = await runs(loss, 4);
    assert.deepEqual(modes.slice(1), ["eager", "eager", "eager"]);
    assert.match(reason ?? "", changing);
    w.dispose();
  });

  it("a compiled function draws nothing, from a seed neither", async () => {
    let seed = 0;
    const noisy = compileInference((x) => tf.add(x ?? [], tf.randomUniform([3], 0, 1, "float32", ++seed)));
    const x = tf.zeros([3]);
    const [first, second] = [await noisy(x), await noisy(x)];
    assert.equal(second.mode, "eager");
    assert.match(second.reason ?? "", /draws random numbers/);
    assert.notDeepEqual(first.outputs[0]?.data, second.outputs[0]?.data);
    await noisy.dispose();
    x.dispose();
  });
});
