// Inputs at the edge of what a model takes, and inputs that it must refuse. For users' own tests of their models.
import * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, invalid, isList } from "../engine/invalid.js";
import { type Mapping, mappingOf, type Predictor, stopIfAborted } from "./predictor.js";
import { shown } from "./shown.js";

export interface InputCasesOptions {
  /** One input's shape, such as [28, 28, 1]; by default what the model says of itself. */
  inputShape?: readonly number[];
  /** The least and the most that an input's values may be; [0, 1] by default. */
  range?: readonly [least: number, most: number];
}

export interface WrongInputsOptions extends InputCasesOptions {
  /** Inputs of your own that must be refused too, by name. Tensors among them stay yours. */
  more?: Readonly<Record<string, unknown>>;
}

export interface InputCase {
  name: string;
  passed: boolean;
  /** What came instead of what was expected; what was refused, and how, where the case passed. */
  found: string;
}

export interface InputCases {
  /** The share of cases that passed, in [0, 1]. */
  rate: number;
  cases: InputCase[];
}

/**
 * Tries inputs at the edge: all values the least or the most, a pattern, noise; one input, many; and whether an input is answered alone as
 * among others. Expected are finite answers, one row for each input.
 * @param model a tf.LayersModel, a tf.GraphModel, or a function from a tensor [n, …] to a tensor [n, …]
 * @throws (rejects) when an option is wrong, and when neither the model nor the options say what shape an input has
 */
export async function boundaryInputs(model: Predictor, options: InputCasesOptions = {}): Promise<InputCases> {
  checkOptions("options", options, ["inputShape", "range"]);
  const { predict, shape, range } = prepare(model, options);
  const [least, most] = range;
  const size = shape.reduce((product, length) => product * length, 1);
  const filled = (count: number, value: (i: number) => number) => () =>
    tf.tensor(
      Float32Array.from({ length: count * size }, (_, i) => value(i)),
      [count, ...shape],
    );
  const noise = (i: number) => least + (most - least) * fraction(Math.sin(i + 1) * 43758.5453);
  const cases: [name: string, count: number, make: () => tf.Tensor][] = [
    [`all values ${least}`, 2, filled(2, () => least)],
    [`all values ${most}`, 2, filled(2, () => most)],
    ["the least and the most in turn", 2, filled(2, (i) => (i % 2 ? most : least))],
    ["noise", 8, filled(8, noise)],
    ["one input", 1, filled(1, noise)],
    ["33 inputs", 33, filled(33, noise)],
  ];
  const done: InputCase[] = [];
  for (const [name, count, make] of cases) done.push(await attempt(name, () => answered(predict, make(), count)));
  done.push(
    await attempt("alone as among others", async () => {
      const among = await rows(predict, filled(8, noise)());
      const alone = await rows(predict, filled(1, noise)());
      const width = alone.length;
      const difference = alone.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (among[i] ?? NaN))), 0);
      const scale = alone.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      if (width * 8 !== among.length || !(difference <= 1e-4 * scale))
        throw new Error(`answers that differ by ${difference.toPrecision(3)}`);
      return `differ by ${difference.toPrecision(3)}`;
    }),
  );
  return report(done, "inputs at the edge are answered");
}

/**
 * Tries inputs that a model must refuse: without the batch's axis, with an axis too many, of another size, of other channels, none at all, NaN,
 * infinite. A refusal is an error; of no inputs, no answers will do, and of values that are no numbers, answers that are none either.
 * @param model a tf.LayersModel, a tf.GraphModel, or a function from a tensor [n, …] to a tensor [n, …]
 * @throws (rejects) when an option is wrong, and when neither the model nor the options say what shape an input has
 */
export async function wrongInputs(model: Predictor, options: WrongInputsOptions = {}): Promise<InputCases> {
  checkOptions("options", options, ["inputShape", "range", "more"]);
  const { more = {} } = options;
  if (typeof more !== "object" || more === null) throw invalid("more", "inputs by name", more);
  const { predict, shape } = prepare(model, options);
  const [first = 1, ...rest] = shape;
  const last = shape.at(-1) ?? 1;
  const wrong: [name: string, shape: readonly number[]][] = [
    ["no axis for the batch", shape],
    ["an axis too many", [1, 1, ...shape]],
    ["another size", [1, first + 1, ...rest]],
    ["another number of channels", [1, ...shape.slice(0, -1), last + 1]],
  ];
  const done: InputCase[] = [];
  for (const [name, given] of wrong) done.push(await refusal(name, predict, tf.ones([...given])));
  done.push(await refusal("no input at all", predict, tf.zeros([0, ...shape]), (answer) => answer.length === 0));
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    done.push(
      await refusal(`a value that is ${value}`, predict, tf.fill([1, ...shape], value), (answer) =>
        answer.some((score) => !Number.isFinite(score)),
      ),
    );
  for (const [name, input] of Object.entries(more))
    done.push(await refusal(name, predict, input instanceof tf.Tensor ? input.clone() : input));
  return report(done, "wrong inputs are refused");
}

/** Of one input; many inputs of this size still fit into memory. */
const mostValues = 1_048_576;

function prepare(model: Predictor, { inputShape, range = [0, 1] }: InputCasesOptions) {
  const predict = mappingOf("model", "predict", model);
  const own = (model as { inputs?: readonly { shape?: readonly (number | null)[] }[] }).inputs?.[0]?.shape?.slice(1);
  const given: unknown = inputShape ?? own;
  const rule = "whole numbers, at least 1, such as [28, 28, 1]";
  // tfjs has tensors of at most 6 axes, one of them the batch's.
  if (!isList(given) || given.length === 0 || given.length > 5) throw invalid("inputShape", rule, given);
  const shape = Array.from(given).filter((n) => typeof n === "number" && Number.isSafeInteger(n) && n > 0) as number[];
  if (shape.length !== given.length) throw invalid("inputShape", rule, given);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > mostValues) throw invalid("inputShape", `at most ${mostValues.toLocaleString("en")} values in all`, shape);
  if (!isList(range) || range.length !== 2) throw invalid("range", "two numbers, [least, most]", range);
  checkNumber("range[0]", range[0], { float32: true });
  checkNumber("range[1]", range[1], { above: range[0], float32: true });
  return { predict, shape, range: range as readonly [number, number] };
}

async function attempt(name: string, run: () => Promise<string>): Promise<InputCase> {
  stopIfAborted();
  try {
    return { name, passed: true, found: await run() };
  } catch (error) {
    return { name, passed: false, found: messageOf(error) };
  }
}

async function refusal(
  name: string,
  predict: Mapping,
  input: unknown,
  isRefusal: (answer: Float32Array) => boolean = () => false,
): Promise<InputCase> {
  stopIfAborted();
  try {
    const answer = await rows(predict, input);
    if (isRefusal(answer)) return { name, passed: true, found: answer.length === 0 ? "no answers" : "no numbers" };
    return { name, passed: false, found: `an answer: ${Array.from(answer.subarray(0, 4), brief).join(", ")}` };
  } catch (error) {
    return { name, passed: true, found: messageOf(error) };
  }
}

async function answered(predict: Mapping, input: tf.Tensor, count: number): Promise<string> {
  const answer = await rows(predict, input);
  if (answer.length === 0 || answer.length % count !== 0)
    throw new Error(`${answer.length} numbers for ${count} inputs`);
  const bad = answer.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`an answer of ${bad}`);
  return `${answer.length / count} numbers for each`;
}

/** All numbers of an answer; the input is disposed of. */
async function rows(predict: Mapping, input: unknown): Promise<Float32Array> {
  try {
    const scores = await predict(input as tf.Tensor);
    try {
      return Float32Array.from(await scores.data());
    } finally {
      if (scores !== input) scores.dispose();
    }
  } finally {
    if (input instanceof tf.Tensor && !input.isDisposed) input.dispose();
  }
}

function report(cases: InputCase[], what: string): InputCases {
  const failed = cases.filter(({ passed }) => !passed);
  const value = { rate: 1 - failed.length / cases.length, cases };
  return shown(
    value,
    `${cases.length - failed.length} of ${cases.length} ${what}`,
    failed.map(({ name, found }) => `${name}: ${found}`),
  );
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

function brief(value: number): number {
  return Number(value.toPrecision(4));
}
