// tf.einsum on the running backend: values against sums written out, gradients against finite differences, and as part of a compiled step.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { compile } from "../../../lib/engine/jit/compile.js";
import { sgd } from "../../../lib/optimizers/index.js";
import { assertGradients, distinct } from "./finite-differences.js";

const lengths: Readonly<Record<string, number>> = { b: 2, h: 3, i: 4, j: 5, k: 3, m: 1 };
const shapeOf = (labels: string): number[] => [...labels].map((label) => lengths[label] ?? 1);

const equations = [
  "ij,jk->ik",
  "ij,jk->ki",
  "bij,bjk->bik",
  "bhid,bhjd->bhij".replaceAll("d", "k"),
  "i,j->ij",
  "i,i->",
  "ij,ij->ij",
  "ij,ji->i",
  "bij,j->b",
  "ij,k->i",
  ",ij->ji",
  "i,->i",
  "mij,jm->im",
  "ij->ji",
  "bij->jb",
  "ij->",
  "ij->ij",
  "bij,bj->i",
];

/** The sum over all labels that the output lacks, one product after another. */
function summed(equation: string, tensors: readonly tf.Tensor[]): number[] {
  const [left = "", output = ""] = equation.split("->");
  const terms = left.split(",");
  const labels = [...new Set(output + terms.join(""))];
  const result = new Array<number>(shapeOf(output).reduce((a, b) => a * b, 1)).fill(0);
  const values = tensors.map((tensor) => tensor.dataSync());
  const count = shapeOf(labels.join("")).reduce((a, b) => a * b, 1);
  for (let n = 0; n < count; n++) {
    let rest = n;
    const at = new Map<string, number>();
    for (const label of labels) {
      const length = lengths[label] ?? 1;
      at.set(label, rest % length);
      rest = Math.floor(rest / length);
    }
    const position = (term: string): number =>
      [...term].reduce((index, label) => index * (lengths[label] ?? 1) + (at.get(label) ?? 0), 0);
    const product = terms.reduce((value, term, i) => value * (values[i]?.[position(term)] ?? Number.NaN), 1);
    result[position(output)] = (result[position(output)] ?? 0) + product;
  }
  return result;
}

describe("einsum", () => {
  before(() => ready());

  const tensorsOf = (equation: string): tf.Tensor[] =>
    (equation.split("->")[0] ?? "").split(",").map((term, i) => distinct(shapeOf(term), i + 1));

  for (const equation of equations)
    it(`${equation}: values and gradients`, () => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const tensors = tensorsOf(equation);
        const found = tf.einsum(equation, ...tensors) as tf.Tensor;
        assert.deepEqual(found.shape, shapeOf(equation.split("->")[1] ?? ""));
        const values = found.dataSync();
        for (const [i, value] of summed(equation, tensors).entries())
          assert.ok(Math.abs(value - (values[i] ?? Number.NaN)) < 1e-5, `[${i}]: ${values[i]}, its sum ${value}`);
        assertGradients((...given) => tf.einsum(equation, ...given) as tf.Tensor, tensors);
      });
      assert.equal(tf.memory().numTensors, before);
    });

  it("of whole numbers is whole", () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), tf.tensor2d([5, 6, 7, 8], [2, 2], "int32")];
      const product = tf.einsum("ij,jk->ik", a, b) as tf.Tensor;
      assert.equal(product.dtype, "int32");
      assert.deepEqual([...product.dataSync()], [19, 22, 43, 50]);
    });
  });

  it("of tensors without elements is 0 or nothing", () => {
    tf.tidy(() => {
      const [a, b] = [tf.zeros([2, 0]), tf.zeros([0, 3])];
      assert.deepEqual([...(tf.einsum("ij,jk->ik", a, b) as tf.Tensor).dataSync()], [0, 0, 0, 0, 0, 0]);
      assert.deepEqual((tf.einsum("ij,ik->jk", a, tf.zeros([2, 3])) as tf.Tensor).shape, [0, 3]);
    });
  });

  it("leaves no data behind, and says what is wrong", () => {
    const [a, b] = [tf.ones([2, 3]), tf.ones([3, 4])];
    const before = tf.memory();
    for (let i = 0; i < 20; i++) (tf.einsum("ij,jk->ki", a, b) as tf.Tensor).dispose();
    // TensorFlow has messages of its own.
    if (tf.getBackend() === "wasm") {
      assert.throws(
        () => tf.einsum("ij,kj->ik", a, b),
        /invalid tensor 1 of einsum; expected a shape that fits ij,kj->ik/,
      );
      assert.throws(() => tf.einsum("ij,jk->iik", a, b), /invalid equation; expected each label once in the output/);
      assert.throws(() => tf.einsum("ij,jk", a, b), /without an arrow/);
      tf.tidy(() => assert.deepEqual((tf.einsum(" i j, j k -> k i", a, b) as tf.Tensor).shape, [4, 2]));
    }
    assert.throws(() => tf.einsum("ij,kj->ik", a, b));
    assert.equal(tf.memory().numTensors, before.numTensors);
    assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
    tf.dispose([a, b]);
  });

  it("compiles: attention by einsum learns as eager steps do", async () => {
    const run = async (mode: "eager" | "compiled"): Promise<number[]> => {
      const weights = [3, 4, 5].map((seed) => tf.tidy(() => tf.variable(distinct([6, 6], seed, 0.5), true)));
      const step = compile(
        (x, y) => {
          const [q, k, v] = weights.map((w) => tf.einsum("btd,de->bte", x ?? w, w) as tf.Tensor);
          const scores = tf.einsum("bqe,bke->bqk", q as tf.Tensor, k as tf.Tensor) as tf.Tensor;
          const mixed = tf.einsum("bqk,bke->bqe", tf.softmax(scores), v as tf.Tensor) as tf.Tensor;
          return tf.losses.meanSquaredError(y ?? mixed, mixed);
        },
        { optimizer: sgd({ learningRate: 0.5 }), mode, variables: weights },
      );
      const [x, y] = [distinct([2, 5, 6], 1), distinct([2, 5, 6], 2)];
      const losses: number[] = [];
      for (let i = 0; i < 10; i++) losses.push((await step(x, y)).loss);
      await step.dispose();
      tf.dispose([x, y, weights]);
      return losses;
    };
    const [eager, compiled] = [await run("eager"), await run("compiled")];
    for (const [i, loss] of compiled.entries())
      assert.ok(Math.abs(loss - (eager[i] ?? Number.NaN)) < 1e-5, `step ${i}`);
    assert.ok((compiled.at(-1) ?? 1) < (compiled[0] ?? 0));
  });
});
