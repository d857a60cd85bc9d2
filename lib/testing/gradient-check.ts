// Compares the gradients of a loss with finite differences. Used by the tests of layers and kernels here, and by users
// for their own losses.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkBoolean, checkOptions, invalid } from "../engine/invalid.js";
import { variableGrads } from "../engine/variable-gradients.js";
import { differentiate, isSubgradient, STEPS } from "./finite-differences.js";
import { type CheckedVariable, withGradientDisplay } from "./gradient-display.js";

export interface GradientCheckOptions {
  /** How many elements of each variable are checked, spread evenly over it; 20 by default, all with Infinity. */
  samples?: number;
  /** How far the two may be apart, as a part of the larger; 0.01 by default. */
  relativeTolerance?: number;
  /** And how far in any case; 1e-4 by default. */
  absoluteTolerance?: number;
  /** Whether to throw when they are further apart (the default) or to return `passed: false`. */
  throws?: boolean;
}

export interface GradientCheck {
  passed: boolean;
  variables: CheckedVariable[];
}

/** A weight of a model: `model.trainableWeights` holds such. */
export interface ModelWeight {
  read(): tf.Tensor;
}

/**
 * Checks the gradient of `loss` with respect to each variable by finite differences: central differences at several step
 * sizes, extrapolated to 0 (Ridders, 1982), in float64 over losses that the backend computes in float32; their
 * disagreement widens the tolerance. Elements at a kink (a rectifier at 0, a tie in a pooling window) or with
 * differences too rough to judge are counted as unsure; a variable with more than half of them fails.
 * @param loss gives a scalar from the variables' current values, the same at each call (no dropout)
 * @param variables tf.Variables or weights of a model, float32; they are left as they were
 * @returns what was compared, variable by variable; shows itself as a table
 * @throws when gradients differ (unless `throws` is false), and when the loss is not a finite, repeatable scalar
 */
export function gradientCheck(
  loss: () => tf.Scalar,
  variables: readonly (tf.Variable | ModelWeight)[],
  options: GradientCheckOptions = {},
): GradientCheck {
  if (typeof loss !== "function") throw invalid("loss", "a function that returns a scalar tensor", loss);
  checkOptions("options", options, ["samples", "relativeTolerance", "absoluteTolerance", "throws"]);
  const { samples = 20, relativeTolerance = 0.01, absoluteTolerance = 1e-4, throws = true } = options;
  checkPositive("samples", samples, 1);
  checkPositive("relativeTolerance", relativeTolerance, 0);
  checkPositive("absoluteTolerance", absoluteTolerance, 0);
  checkBoolean("throws", throws);
  const checked = variablesOf(variables);
  const value = () => lossValue(loss);
  const first = value();
  const again = value();
  if (first !== again) {
    throw new Error(
      `invalid loss; expected the same value at each call (no dropout or other chance): ${first}, ${again}`,
    );
  }
  const gradients = gradientsOf(loss, checked);
  const result = checked.map((variable, i) => {
    const gradient = gradients[i] ?? new Float32Array(variable.size);
    return checkVariable(variable, gradient, value, { samples, relativeTolerance, absoluteTolerance });
  });
  const failed = result.filter(({ failure }) => failure !== undefined);
  const check = withGradientDisplay({ passed: failed.length === 0, variables: result });
  if (throws && failed.length > 0) {
    const reasons = failed.map(({ name, failure }) => `${name}: ${failure}`);
    throw new Error(`invalid gradient; expected that of finite differences: ${reasons.join("; ")}`);
  }
  return check;
}

function checkVariable(
  variable: tf.Variable,
  gradient: Float32Array,
  value: () => number,
  { samples, relativeTolerance, absoluteTolerance }: Required<Omit<GradientCheckOptions, "throws">>,
): CheckedVariable {
  const original = Float32Array.from(variable.dataSync());
  const scale = gradient.reduce((largest, one) => Math.max(largest, Math.abs(one)), 0);
  const count = Math.min(samples, original.length);
  const elements = Array.from({ length: count }, (_, i) => Math.floor((i * original.length) / count));
  const out = { name: variable.name, shape: [...variable.shape], checked: 0, unsure: 0, largestError: 0 };
  let worst: { element: number; analytic: number; numeric: number; excess: number } | undefined;
  try {
    for (const element of elements) {
      const at = (x: number): number => {
        assign(variable, original, element, x);
        return value();
      };
      const x = original[element] ?? 0;
      const analytic = gradient[element] ?? 0;
      const compare = (steps: (typeof STEPS)[keyof typeof STEPS]) => {
        const { slope: numeric, uncertainty } = differentiate(at, x, steps);
        const error = Math.abs(analytic - numeric);
        const tolerance = absoluteTolerance + relativeTolerance * Math.max(Math.abs(analytic), Math.abs(numeric));
        const rough = uncertainty > 10 * absoluteTolerance + 0.1 * Math.max(scale, Math.abs(numeric));
        return { numeric, error, tolerance, rough, excess: error - tolerance - 2 * uncertainty };
      };
      const wide = compare(STEPS.wide);
      const compared = wide.rough || !(wide.excess <= 0) ? compare(STEPS.fine) : wide;
      const { numeric, error, tolerance, rough, excess } = compared;
      if (rough || (excess > 0 && isSubgradient(at, x, analytic, tolerance))) {
        out.unsure++;
        continue;
      }
      out.checked++;
      out.largestError = Math.max(out.largestError, error);
      if (!(excess <= (worst?.excess ?? 0))) worst = { element, analytic, numeric, excess };
    }
  } finally {
    assign(variable, original);
  }
  if (worst !== undefined) {
    const { element, analytic, numeric } = worst;
    return { ...out, failure: `element ${element} is ${analytic}, by differences ${numeric}` };
  }
  if (out.unsure > count / 2) {
    return { ...out, failure: `too rough to judge (${out.unsure} of ${count} elements are at kinks or in noise)` };
  }
  return out;
}

function gradientsOf(loss: () => tf.Scalar, variables: tf.Variable[]): (Float32Array | undefined)[] {
  return tf.tidy(() => {
    const { grads } = variableGrads(loss, variables);
    return variables.map(({ name }) => {
      const gradient = grads[name];
      return gradient === undefined ? undefined : Float32Array.from(gradient.dataSync());
    });
  });
}

function lossValue(loss: () => tf.Scalar): number {
  return tf.tidy(() => {
    const result: unknown = loss();
    if (!(result instanceof tf.Tensor) || result.size !== 1) {
      throw invalid("loss", "a function that returns a scalar tensor", result);
    }
    const [value = Number.NaN] = result.dataSync<"float32">();
    if (!Number.isFinite(value)) throw new Error(`invalid loss; expected a finite value: ${value}`);
    return value;
  });
}

function variablesOf(variables: readonly (tf.Variable | ModelWeight)[]): tf.Variable[] {
  if (!Array.isArray(variables) || variables.length === 0) {
    throw invalid("variables", "a list of one or more tf.Variables", variables);
  }
  return Array.from(variables as readonly unknown[], (given, i) => {
    const variable: unknown = given instanceof tf.Variable ? given : readable(given) ? given.read() : given;
    const rule = "a trainable tf.Variable of float32, or such a weight of a model";
    if (!(variable instanceof tf.Variable)) throw invalid(`variables[${i}]`, rule, given);
    checkTensor(`variables[${i}]`, variable, rule);
    if (variable.dtype === "float32" && variable.trainable) return variable;
    const kind = variable.trainable ? variable.dtype : "not trainable";
    throw new Error(`invalid variables[${i}]; expected ${rule}: ${variable.name} (${kind})`);
  });
}

function readable(value: unknown): value is ModelWeight {
  return typeof value === "object" && value !== null && "read" in value && typeof value.read === "function";
}

function assign(variable: tf.Variable, values: Float32Array, element = -1, x = 0): void {
  const changed = Float32Array.from(values);
  if (element >= 0) changed[element] = x;
  // The variable shares the tensor's data, and keeps it when the tensor goes.
  const tensor = tf.tensor(changed, variable.shape, "float32");
  variable.assign(tensor);
  tensor.dispose();
}

function checkPositive(name: string, value: unknown, minimum: number): void {
  if (typeof value !== "number" || !(value >= minimum)) {
    throw invalid(name, `a number, at least ${minimum}`, value);
  }
}
