// Cases of kernels that work element by element: functions of one number, arithmetic, comparison, logic.
import * as tf from "@tensorflow/tfjs";
import type { Dice, RandomCase, RandomCases } from "./dice.js";

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const on =
  (f: Unary, least = -2, most = 2, more: Partial<RandomCase> = {}) =>
  (dice: Dice): RandomCase => ({ f, inputs: [dice.floats(dice.shape(), least, most)], ...more });

const nonzero =
  (f: Unary) =>
  (dice: Dice): RandomCase => ({ f, inputs: [dice.nonzero(dice.shape())] });

/** Steps have no gradient but 0, and tfjs none for some of them. */
const flat = { gradients: [] };

const special =
  (f: Unary) =>
  (dice: Dice): RandomCase => {
    const x = dice.floats(dice.shape(1, 3));
    const values = x.dataSync().map((value, i) => [value, Number.NaN, Number.POSITIVE_INFINITY][i % 3] ?? value);
    return { f, inputs: [tf.tensor(values, x.shape)], ...flat };
  };

const functions: RandomCases = {
  Abs: on(tf.abs),
  Acos: on(tf.acos, -0.9, 0.9),
  Acosh: on(tf.acosh, 1.2, 4),
  Asin: on(tf.asin, -0.9, 0.9),
  Asinh: on(tf.asinh),
  Atan: on(tf.atan),
  Atanh: on(tf.atanh, -0.9, 0.9),
  Ceil: on(tf.ceil, -3, 3),
  Cos: on(tf.cos, -6, 6),
  Cosh: on(tf.cosh),
  Elu: on(tf.elu),
  EluGrad: (dice) => ({ f: tf.grad((x) => tf.sum(tf.elu(x))), inputs: [dice.floats(dice.shape())], ...flat }),
  Erf: on(tf.erf),
  Exp: on(tf.exp),
  Expm1: on(tf.expm1),
  Floor: on(tf.floor, -3, 3),
  Identity: on((x) => tf.mul(tf.clone(x), x)),
  IsFinite: special(tf.isFinite),
  IsInf: special(tf.isInf),
  IsNan: special(tf.isNaN),
  LeakyRelu: (dice) => ({ f: (x) => tf.leakyRelu(x, dice.pick([0.1, 0.3])), inputs: [dice.floats(dice.shape())] }),
  Log: on(tf.log, 0.1, 4),
  Log1p: on(tf.log1p, -0.8, 3),
  Neg: on(tf.neg),
  Reciprocal: nonzero(tf.reciprocal),
  Relu: on(tf.relu),
  Relu6: on(tf.relu6, -3, 9),
  Round: on(tf.round, -4, 4),
  Rsqrt: on(tf.rsqrt, 0.2, 4),
  Selu: on(tf.selu),
  Sigmoid: on(tf.sigmoid, -5, 5),
  Sign: on(tf.sign),
  Sin: on(tf.sin, -6, 6),
  Sinh: on(tf.sinh),
  Softplus: on(tf.softplus, -20, 20),
  Sqrt: on(tf.sqrt, 0.1, 4),
  Square: on(tf.square),
  Step: (dice) => ({ f: (x) => tf.step(x, dice.pick([0, 0.2])), inputs: [dice.floats(dice.shape())] }),
  Tan: on(tf.tan, -1.2, 1.2),
  Tanh: on(tf.tanh),
};

const between =
  (f: Binary, second: "floats" | "nonzero" = "floats", first: readonly [number, number] = [-2, 2]) =>
  (dice: Dice): RandomCase => {
    const [a, b] = dice.broadcastable();
    return { f, inputs: [dice.floats(a, ...first), dice[second](b)] };
  };

/** Of small whole numbers, many of them equal; floats and integers by turns. */
const comparing =
  (f: Binary) =>
  (dice: Dice): RandomCase => {
    const [a, b] = dice.broadcastable().map((shape) => dice.integers(shape, 4));
    if (a === undefined || b === undefined) throw new Error("expected two tensors");
    return dice.coin ? { f, inputs: [a, b] } : { f, inputs: [tf.cast(a, "float32"), tf.cast(b, "float32")], ...flat };
  };

const ofTruths =
  (f: Binary) =>
  (dice: Dice): RandomCase => {
    const [a, b] = dice.broadcastable();
    return { f, inputs: [dice.booleans(a), dice.booleans(b)] };
  };

export const elementwise: RandomCases = {
  ...functions,
  Add: between(tf.add),
  AddN: (dice) => {
    const shape = dice.shape();
    const inputs = Array.from({ length: dice.whole(2, 4) }, () => dice.floats(shape));
    return { f: (...all) => tf.addN(all), inputs };
  },
  Atan2: between(tf.atan2, "nonzero"),
  Cast: (dice) => {
    const shape = dice.shape();
    const [given, dtype] = dice.pick<readonly [tf.Tensor, "int32" | "float32" | "bool"]>([
      [dice.floats(shape, -3, 3), "int32"],
      [dice.integers(shape, 3, -2), "float32"],
      [dice.integers(shape, 3, -2), "bool"],
      [dice.booleans(shape), "float32"],
      [dice.floats(shape, -3, 3), "bool"],
    ]);
    return { f: (x) => tf.cast(x, dtype), inputs: [given], ...flat };
  },
  ClipByValue: on((x) => tf.clipByValue(x, -0.7, 1.1)),
  Equal: comparing(tf.equal),
  FloorDiv: between(tf.floorDiv, "nonzero", [-5, 5]),
  Greater: comparing(tf.greater),
  GreaterEqual: comparing(tf.greaterEqual),
  Less: comparing(tf.less),
  LessEqual: comparing(tf.lessEqual),
  LogicalAnd: ofTruths(tf.logicalAnd),
  LogicalNot: (dice) => ({ f: tf.logicalNot, inputs: [dice.booleans(dice.shape())] }),
  LogicalOr: ofTruths(tf.logicalOr),
  Maximum: between(tf.maximum),
  Minimum: between(tf.minimum),
  Mod: between(tf.mod, "nonzero", [-5, 5]),
  Multiply: between(tf.mul),
  NotEqual: comparing(tf.notEqual),
  Pow: between(tf.pow, "floats", [0.3, 2]),
  Prelu: (dice) => {
    const shape = dice.shape(1, 4);
    const alpha = dice.coin ? shape : shape.map((length, axis) => (axis === shape.length - 1 ? length : 1));
    return { f: tf.prelu, inputs: [dice.floats(shape), dice.floats(alpha, 0.1, 0.5)] };
  },
  RealDiv: between(tf.div, "nonzero"),
  Select: (dice) => {
    const shape = dice.shape();
    return {
      f: (condition, a, b) => tf.where(condition as tf.Tensor, a as tf.Tensor, b as tf.Tensor),
      inputs: [dice.booleans(shape), dice.floats(shape), dice.floats(shape)],
    };
  },
  SquaredDifference: between(tf.squaredDifference),
  Sub: between(tf.sub),
};
