import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomIntegers, randomTensor } from "../against-eager.js";

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

describe("lowerings of elementwise kernels", () => {
  before(() => useBackend({ backend: "wasm" }));

  const anywhere: Record<string, Unary> = {
    abs: tf.abs,
    atan: tf.atan,
    asinh: tf.asinh,
    cos: tf.cos,
    cosh: tf.cosh,
    elu: tf.elu,
    erf: tf.erf,
    exp: tf.exp,
    expm1: tf.expm1,
    leakyRelu: (x) => tf.leakyRelu(x, 0.1),
    logSigmoid: tf.logSigmoid,
    logSoftmax: (x) => tf.logSoftmax(x),
    neg: tf.neg,
    relu: tf.relu,
    relu6: (x) => tf.relu6(tf.mul(x, 5)),
    selu: tf.selu,
    sigmoid: tf.sigmoid,
    sin: tf.sin,
    sinh: tf.sinh,
    softplus: tf.softplus,
    square: tf.square,
    tan: (x) => tf.tan(tf.mul(x, 0.5)),
    tanh: tf.tanh,
    clip: (x) => tf.clipByValue(x, -0.7, 0.9),
    clone: tf.clone,
    where: (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 3)),
    gelu: (x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))),
  };
  for (const [name, f] of Object.entries(anywhere))
    it(name, async () => void (await assertLowers(f, [randomTensor([3, 4, 5])])));

  const positive: Record<string, Unary> = {
    log: tf.log,
    log1p: tf.log1p,
    reciprocal: tf.reciprocal,
    rsqrt: tf.rsqrt,
    sqrt: tf.sqrt,
  };
  for (const [name, f] of Object.entries(positive))
    it(`${name}, of positive numbers`, async () =>
      void (await assertLowers(f, [tf.add(tf.abs(randomTensor([3, 7])), 0.2)])));

  const withinOne: Record<string, Unary> = { acos: tf.acos, asin: tf.asin, atanh: tf.atanh };
  for (const [name, f] of Object.entries(withinOne))
    it(`${name}, of numbers within (−1, 1)`, async () => void (await assertLowers(f, [randomTensor([3, 7], 2, 0.9)])));

  it("acosh, of numbers above 1", async () =>
    void (await assertLowers(tf.acosh, [tf.add(tf.abs(randomTensor([9])), 1.1)])));

  const rounded: Record<string, Unary> = {
    ceil: tf.ceil,
    floor: tf.floor,
    round: tf.round,
    sign: tf.sign,
    step: (x) => tf.step(x, 0.3),
  };
  for (const [name, f] of Object.entries(rounded))
    it(`${name}, forward`, async () => void (await assertLowers(f, [randomTensor([3, 7])], { gradients: [] })));

  const tests: Record<string, Unary> = { isNaN: tf.isNaN, isInf: tf.isInf, isFinite: tf.isFinite };
  for (const [name, f] of Object.entries(tests))
    it(name, async () => {
      const x = tf.tensor1d([0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1]);
      await assertLowers(f, [x], { gradients: [] });
    });

  const binary: Record<string, Binary> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: (a, b) => tf.div(a, tf.add(tf.abs(b), 0.5)),
    maximum: tf.maximum,
    minimum: tf.minimum,
    pow: (a, b) => tf.pow(tf.add(tf.abs(a), 0.1), b),
    squaredDifference: tf.squaredDifference,
    mod: (a, b) => tf.mod(a, tf.add(tf.abs(b), 0.5)),
    atan2: tf.atan2,
    prelu: (a, b) => tf.prelu(a, b),
  };
  const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
    [
      [2, 3, 4],
      [2, 3, 4],
    ],
    [[2, 3, 4], [4]],
    [
      [2, 3, 4],
      [3, 1],
    ],
    [
      [2, 1, 4],
      [2, 3, 1],
    ],
    [[5], []],
  ];
  for (const [name, f] of Object.entries(binary))
    for (const [a, b] of shapes) {
      // tfjs's own gradients of these know no broadcasting, and its prelu takes the shape of x.
      const same = a.join() === b.join();
      const gradients = same || !["maximum", "minimum", "squaredDifference"].includes(name) ? [0, 1] : [];
      if (name !== "prelu" || same || b.length === 1)
        it(`${name} of [${a.join()}] and [${b.join()}]`, async () => {
          await assertLowers(f, [randomTensor(a, 3), randomTensor(b, 4)], { gradients });
        });
    }

  const comparisons: Record<string, Binary> = {
    equal: tf.equal,
    notEqual: tf.notEqual,
    greater: tf.greater,
    greaterEqual: tf.greaterEqual,
    less: tf.less,
    lessEqual: tf.lessEqual,
    floorDiv: (a, b) => tf.floorDiv(tf.sub(a, 2), tf.add(b, 1)),
    modulo: (a, b) => tf.mod(tf.sub(a, 2), tf.add(b, 1)),
  };
  for (const [name, f] of Object.entries(comparisons))
    it(`${name} of integers`, async () => {
      await assertLowers(f, [randomIntegers([4, 5], 4, 1), randomIntegers([4, 5], 4, 2)]);
    });

  const logic: Record<string, Binary> = {
    and: tf.logicalAnd,
    or: tf.logicalOr,
    xor: tf.logicalXor,
    not: (a) => tf.logicalNot(a),
  };
  for (const [name, f] of Object.entries(logic))
    it(`logical ${name}`, async () => {
      const bool = (seed: number): tf.Tensor => tf.cast(randomIntegers([12], 2, seed), "bool");
      await assertLowers(f, [bool(1), bool(2)], { gradients: [] });
    });

  it("casts between the element types", async () => {
    const f = (x: tf.Tensor): tf.Tensor[] => [
      tf.cast(x, "int32"),
      tf.cast(tf.greater(x, 0), "float32"),
      tf.cast(tf.cast(x, "int32"), "float32"),
    ];
    await assertLowers(f, [randomTensor([3, 5])], { gradients: [] });
    await assertLowers((x) => tf.cast(x, "bool"), [randomIntegers([9], 2)], { gradients: [] });
  });
});
