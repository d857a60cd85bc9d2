// Lowerings of elementwise kernels: arithmetic, comparison, logic, activations, and the choice between two tensors.

import { type Emitter, elementType, type Lowered, type Lowering } from "../emitter.js";
import type { Attribute, ElementType, Value } from "../graph.js";
import type { KernelCall } from "../recording.js";
import { outputOf } from "./call.js";
import { product } from "./factor.js";

type Build = (emit: Emitter, values: readonly Value[], shape: readonly number[], call: KernelCall) => Value;

/** An elementwise kernel over the named inputs, which are first cast to `type` (default: the output's). */
export function elementwise(inputs: readonly string[], build: Build, type?: ElementType): Lowering {
  return (call, emit) => {
    const output = outputOf(call);
    const wanted = type ?? elementType(output.dtype);
    const operands = inputs.map((name) => emit.typed(emit.raw(call, name), wanted));
    return emit.elementwise(operands, output.shape, (values, shape) => build(emit, values, shape, call));
  };
}

const operator =
  (name: string, attributes: Readonly<Record<string, Attribute>> = {}, type?: ElementType): Build =>
  (emit, values, shape) =>
    emit.graph.node(name, values, shape, attributes, type);

const unary = (name: string, attributes?: Readonly<Record<string, Attribute>>): Lowering =>
  elementwise(["x"], operator(name, attributes));
const binary = (name: string): Lowering => elementwise(["a", "b"], operator(name));
const logical = (name: string): Lowering => elementwise(["a", "b"], operator(name), "bool");

/** Comparisons look at their inputs' own type; the output is bool. */
const comparison =
  (name: string, negated = false): Lowering =>
  (call, emit) => {
    const a = emit.raw(call, "a");
    const b = emit.raw(call, "b");
    const type = a.value.type === "bool" ? "int32" : a.value.type;
    return emit.elementwise([emit.typed(a, type), emit.typed(b, type)], outputOf(call).shape, (values, shape) => {
      const result = emit.graph.node(name, values, shape, {}, "bool");
      return negated ? emit.graph.node("Not", [result], shape) : result;
    });
  };

const test =
  (name: string): Lowering =>
  (call, emit) =>
    emit.elementwise([emit.typed(emit.input(call, "x"), "float32")], outputOf(call).shape, (values, shape) =>
      emit.graph.node(name, values, shape, {}, "bool"),
    );

function first(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error("invalid values; expected one: none");
  return value;
}

function pair(values: readonly Value[]): readonly [Value, Value] {
  const [a, b] = values;
  if (a === undefined || b === undefined) throw new Error(`invalid values; expected two: ${values.length}`);
  return [a, b];
}

/** Small formulas over values of one shape; numbers become constants. */
function formula(emit: Emitter, shape: readonly number[], type: ElementType) {
  const value = (x: Value | number): Value => (typeof x === "number" ? emit.graph.scalar(x, type) : x);
  const apply = (name: string, ...operands: (Value | number)[]): Value =>
    emit.graph.node(name, operands.map(value), shape, {}, type);
  const compare = (name: string, a: Value | number, b: Value | number): Value =>
    emit.graph.node(name, [value(a), value(b)], shape, {}, "bool");
  const choose = (condition: Value, a: Value | number, b: Value | number): Value =>
    emit.graph.node("Where", [condition, value(a), value(b)], shape, {}, type);
  return { apply, compare, choose };
}

/** 1 where what ReLU let through is positive, else 0: a straight line so steep that it reaches 1 at once, clipped. Sign takes 6 times as long. */
function positive(emit: Emitter, rectified: Value): Value {
  return emit.graph.node("HardSigmoid", [rectified], rectified.shape, { alpha: { float: 3e38 }, beta: { float: 0 } });
}

const step: Lowering = elementwise(["x"], (emit, values, shape, call) => {
  const x = first(values);
  const { apply, compare, choose } = formula(emit, shape, x.type);
  const alpha = Number(call.attributes.alpha ?? 0);
  // Of what ReLU lets through: the ReLU itself is in the graph already when this is its gradient.
  if (alpha === 0 && x.type === "float32") return positive(emit, apply("Relu", x));
  return choose(compare("Greater", x, 0), 1, alpha);
});

/** exp(x) − 1, through tanh near 0 where the difference would lose all digits. */
const expm1: Lowering = elementwise(["x"], (emit, values, shape) => {
  const x = first(values);
  const { apply, compare, choose } = formula(emit, shape, "float32");
  const half = apply("Tanh", apply("Mul", apply("Clip", x, -1, 1), 0.5));
  const near = apply("Div", apply("Mul", half, 2), apply("Sub", 1, half));
  return choose(compare("Less", apply("Abs", x), 0.5), near, apply("Sub", apply("Exp", x), 1));
});

/** log(1 + x); for small x through 2·atanh(x / (2 + x)), which keeps its digits. */
const log1p: Lowering = elementwise(["x"], (emit, values, shape) => {
  const x = first(values);
  const { apply, compare, choose } = formula(emit, shape, "float32");
  const small = apply("Clip", x, -0.5, 0.5);
  const near = apply("Mul", 2, apply("Atanh", apply("Div", small, apply("Add", small, 2))));
  return choose(compare("Less", apply("Abs", x), 0.01), near, apply("Log", apply("Add", x, 1)));
});

const floorDivide: Lowering = (call, emit) => {
  const output = outputOf(call);
  const operands = ["a", "b"].map((name) => emit.typed(emit.input(call, name), "float32"));
  const quotient = emit.elementwise(operands, output.shape, (values, shape) =>
    emit.graph.node("Floor", [emit.graph.node("Div", values, shape)], shape),
  );
  return emit.typed(quotient, elementType(output.dtype));
};

const modulo: Lowering = elementwise(["a", "b"], (emit, values, shape) => {
  const [a, b] = pair(values);
  if (a.type !== "float32") return emit.graph.node("Mod", [a, b], shape);
  const { apply } = formula(emit, shape, "float32");
  return apply("Sub", a, apply("Mul", apply("Floor", apply("Div", a, b)), b));
});

const atan2: Lowering = elementwise(["a", "b"], (emit, values, shape) => {
  const [y, x] = pair(values);
  const { apply, compare, choose } = formula(emit, shape, "float32");
  const angle = apply("Atan", apply("Div", y, x));
  const half = choose(compare("Less", y, 0), -Math.PI, Math.PI);
  const left = choose(compare("Less", x, 0), apply("Add", angle, half), angle);
  return choose(compare("Equal", y, 0), choose(compare("Less", x, 0), Math.PI, 0), left);
});

const eluGradient: Lowering = elementwise(["dy", "y"], (emit, values, shape) => {
  const [dy, y] = pair(values);
  const { apply } = formula(emit, shape, "float32");
  return apply("Mul", dy, apply("Add", apply("Min", y, 0), 1));
});

const prelu: Lowering = elementwise(["x", "alpha"], (emit, values, shape) => {
  const [x, alpha] = pair(values);
  const { apply, compare, choose } = formula(emit, shape, "float32");
  return choose(compare("Less", x, 0), apply("Mul", alpha, x), x);
});

const clip: Lowering = elementwise(["x"], (emit, values, shape, call) => {
  const { apply } = formula(emit, shape, first(values).type);
  return apply("Clip", first(values), Number(call.attributes.clipValueMin), Number(call.attributes.clipValueMax));
});

const cast: Lowering = (call, emit) => {
  const type = elementType(outputOf(call).dtype);
  const given = emit.factored(call, "x");
  if (type === given.value.type) return given;
  const x = emit.raw(call, "x");
  if (type === "bool" && x.value.type !== "bool")
    return emit.elementwise([x], x.shape, (values, shape) => {
      const { compare } = formula(emit, shape, x.value.type);
      return emit.graph.node("Not", [compare("Equal", first(values), 0)], shape, {}, "bool");
    });
  return emit.typed(x, type);
};

/**
 * A gradient that comes from a max pool and meets the mask of the ReLU before it: the mask goes through the pool, where there are fewer
 * elements. (The maximum of a window is positive exactly where the element it came from is.)
 */
const multiply: Lowering = (call, emit) => {
  const type = elementType(outputOf(call).dtype);
  const [a, b] = [emit.factored(call, "a"), emit.factored(call, "b")];
  const operands = [a, b];
  for (const [i, operand] of operands.entries()) {
    const back = emit.unpooled.get(operand.value);
    const other = operands[1 - i];
    if (back === undefined || operand.factor !== undefined || other?.factor !== undefined) continue;
    if (other?.value !== positive(emit, back.source)) continue;
    if (emit.graph.producer(back.source)?.operator !== "Relu") continue;
    const { dy, pooled } = back;
    const masked = emit.graph.node("Mul", [dy, positive(emit, pooled)], dy.shape);
    const result = back.send(masked);
    emit.unpooled.set(result.value, { ...back, dy: masked });
    return result;
  }
  return product(emit, emit.typed(a, type), emit.typed(b, type), outputOf(call).shape);
};

const select: Lowering = (call, emit) => {
  const condition = emit.typed(emit.input(call, "condition"), "bool");
  const type = elementType(outputOf(call).dtype);
  const [t, e] = [emit.typed(emit.input(call, "t"), type), emit.typed(emit.input(call, "e"), type)];
  // A condition of rank 1 chooses whole rows.
  const trailing = new Array<number>(Math.max(0, t.shape.length - condition.shape.length)).fill(1);
  const rows = emit.reshape(condition, [...condition.shape, ...trailing]);
  return emit.elementwise([rows, t, e], outputOf(call).shape, (values, shape) =>
    emit.graph.node("Where", values, shape, {}, type),
  );
};

const addN: Lowering = (call, emit) => {
  const tensors: Lowered[] = emit.list(call);
  return emit.elementwise(tensors, outputOf(call).shape, (values, shape) =>
    values.slice(1).reduce((sum, value) => emit.graph.node("Add", [sum, value], shape), first(values)),
  );
};

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** Kernel → lowering. */
export const arithmetic: Readonly<Record<string, Lowering>> = {
  Abs: unary("Abs"),
  Acos: unary("Acos"),
  Acosh: unary("Acosh"),
  Asin: unary("Asin"),
  Asinh: unary("Asinh"),
  Atan: unary("Atan"),
  Atanh: unary("Atanh"),
  Ceil: unary("Ceil"),
  Cos: unary("Cos"),
  Cosh: unary("Cosh"),
  Elu: unary("Elu"),
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Floor: unary("Floor"),
  Identity: (call, emit) => emit.factored(call, "x"),
  LeakyRelu: elementwise(["x"], (emit, values, shape, call) =>
    emit.graph.node("LeakyRelu", values, shape, { alpha: { float: Number(call.attributes.alpha) } }),
  ),
  Log: unary("Log"),
  LogicalNot: elementwise(["x"], operator("Not"), "bool"),
  Neg: unary("Neg"),
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Relu6: elementwise(["x"], (emit, values, shape) =>
    formula(emit, shape, first(values).type).apply("Clip", first(values), 0, 6),
  ),
  Round: unary("Round"),
  Rsqrt: elementwise(["x"], (emit, values, shape) =>
    emit.graph.node("Reciprocal", [emit.graph.node("Sqrt", values, shape)], shape),
  ),
  Selu: unary("Selu", { alpha: { float: seluAlpha }, gamma: { float: seluScale } }),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Sin: unary("Sin"),
  Sinh: unary("Sinh"),
  Softplus: unary("Softplus"),
  Sqrt: unary("Sqrt"),
  Square: elementwise(["x"], (emit, values, shape) => emit.graph.node("Mul", [first(values), first(values)], shape)),
  Tan: unary("Tan"),
  Tanh: unary("Tanh"),
  IsNan: test("IsNaN"),
  IsInf: test("IsInf"),
  IsFinite: (call, emit) =>
    emit.elementwise([emit.input(call, "x")], outputOf(call).shape, (values, shape) => {
      const either = [
        emit.graph.node("IsNaN", values, shape, {}, "bool"),
        emit.graph.node("IsInf", values, shape, {}, "bool"),
      ];
      return emit.graph.node("Not", [emit.graph.node("Or", either, shape)], shape);
    }),

  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: multiply,
  RealDiv: binary("Div"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  Pow: binary("Pow"),
  SquaredDifference: elementwise(["a", "b"], (emit, values, shape) => {
    const difference = emit.graph.node("Sub", values, shape);
    return emit.graph.node("Mul", [difference, difference], shape);
  }),
  FloorDiv: floorDivide,
  Mod: modulo,
  Atan2: atan2,
  AddN: addN,

  Equal: comparison("Equal"),
  NotEqual: comparison("Equal", true),
  Greater: comparison("Greater"),
  GreaterEqual: comparison("GreaterOrEqual"),
  Less: comparison("Less"),
  LessEqual: comparison("LessOrEqual"),
  LogicalAnd: logical("And"),
  LogicalOr: logical("Or"),

  Cast: cast,
  ClipByValue: clip,
  EluGrad: eluGradient,
  Expm1: expm1,
  Log1p: log1p,
  Prelu: prelu,
  Select: select,
  Step: step,
};
