// What a hyper-parameter may be: a number between two bounds, a whole number, one of some values. Plain JSON, so that a space can be
// logged and sent. Used by space.ts.
import { checkBoolean, checkList, checkNumber, checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import type { Random } from "../engine/random.js";

/** What a parameter is in one trial. */
export type ParameterValue = number | string | boolean | null;

export interface FloatDistribution {
  readonly kind: "float";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
}

export interface IntDistribution {
  readonly kind: "int";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
}

export interface ChoiceDistribution {
  readonly kind: "choice";
  readonly values: readonly ParameterValue[];
}

export type Distribution = FloatDistribution | IntDistribution | ChoiceDistribution;

export interface RangeOptions {
  /** Draw the logarithm uniformly, as fits learning rates; false by default. Needs low above 0. */
  readonly log?: boolean;
  /** Only low, low + step, low + 2·step, … up to high. Not with log. */
  readonly step?: number;
}

/** The most values of a parameter that are counted one by one. */
const mostValues = 1_000_000;

/**
 * A number in [low, high], uniform (Optuna's suggest_float, Keras Tuner's Float).
 * @param options `log` for one whose order of magnitude is in question, `step` for a grid
 * @throws unless low ≤ high, both finite; with log, unless low > 0
 */
export function float(low: number, high: number, options: RangeOptions = {}): FloatDistribution {
  checkNumber("low", low);
  checkNumber("high", high, { least: low });
  const { log, step } = checkRange(low, high, options);
  return Object.freeze({ kind: "float", low, high, log, ...(step === undefined ? {} : { step }) });
}

/**
 * A whole number from low to high, both included (Optuna's suggest_int, Keras Tuner's Int).
 * @throws unless both are whole and low ≤ high; with log, unless low ≥ 1; unless step is whole
 */
export function int(low: number, high: number, options: RangeOptions = {}): IntDistribution {
  checkWhole("low", low, -Number.MAX_SAFE_INTEGER);
  checkWhole("high", high, low);
  const { log, step } = checkRange(low, high, options);
  if (step !== undefined) checkWhole("step", step, 1);
  return Object.freeze({ kind: "int", low, high, log, ...(step === undefined ? {} : { step }) });
}

/**
 * One of these values (Optuna's suggest_categorical, Keras Tuner's Choice); an array in a space means the same.
 * @param values numbers, texts, true, false or null: what can be sent to another machine
 * @throws when there is none, one is there twice, or one is something else
 */
export function choice(values: readonly ParameterValue[]): ChoiceDistribution {
  return choiceOf("values", values);
}

export function choiceOf(name: string, values: unknown): ChoiceDistribution {
  checkList(name, values, "values");
  const all = Array.from(values);
  if (all.length === 0) throw invalid(name, "at least one value", values);
  for (const [i, value] of all.entries()) {
    checkValue(`${name}[${i}]`, value);
    if (all.indexOf(value) < i) throw invalid(`${name}[${i}]`, "another value each time", value);
  }
  return Object.freeze({ kind: "choice", values: Object.freeze(all as ParameterValue[]) });
}

/** What a space says of one parameter, checked. @throws when it is no distribution */
export function distributionOf(name: string, given: unknown): Distribution {
  if (isList(given)) return choiceOf(name, given);
  if (typeof given === "object" && given !== null && "kind" in given) {
    const { kind, low, high, log, step, values } = given as Record<string, unknown>;
    const options = { log: log as boolean, ...(step === undefined ? {} : { step: step as number }) };
    if (kind === "choice") return choiceOf(name, values);
    if (kind === "float") return float(low as number, high as number, options);
    if (kind === "int") return int(low as number, high as number, options);
  }
  throw invalid(name, "ml.tuning.float, ml.tuning.int, ml.tuning.choice, or an array of values", given);
}

/** A value of the distribution. */
export function draw(distribution: Distribution, random: Random): ParameterValue {
  if (distribution.kind === "choice") return distribution.values[random.below(distribution.values.length)] ?? null;
  const { kind, low, high, log, step } = distribution;
  if (step !== undefined) return stepped(low, step, random.below(countOf(low, high, step)));
  if (kind === "float") {
    const value = log ? Math.exp(random.uniform(Math.log(low), Math.log(high))) : random.uniform(low, high);
    return Math.min(high, Math.max(low, value));
  }
  // Each whole number owns the interval up to the next one.
  const value = log ? Math.exp(random.uniform(Math.log(low), Math.log(high + 1))) : random.uniform(low, high + 1);
  return Math.min(high, Math.max(low, Math.floor(value)));
}

/** All values in order; undefined where they can't be listed. */
export function valuesOf(distribution: Distribution): readonly ParameterValue[] | undefined {
  if (distribution.kind === "choice") return distribution.values;
  const { kind, low, high, log } = distribution;
  if (low === high) return [low];
  const step = distribution.step ?? (kind === "int" && !log ? 1 : undefined);
  if (step === undefined) return undefined;
  const count = countOf(low, high, step);
  return count > mostValues ? undefined : Array.from({ length: count }, (_, i) => stepped(low, step, i));
}

function checkRange(low: number, high: number, options: RangeOptions): { log: boolean; step: number | undefined } {
  checkOptions("options", options, ["log", "step"]);
  const { log = false, step } = options;
  checkBoolean("log", log);
  if (log && low <= 0) throw invalid("low", "a number above 0, as log is true", low);
  if (step === undefined) return { log, step };
  if (log) throw invalid("step", "none, as log is true", step);
  checkNumber("step", step, { above: 0 });
  if (countOf(low, high, step) > mostValues) throw invalid("step", `one that gives at most ${mostValues} values`, step);
  return { log, step };
}

/** How many steps there are, with a last one that rounding has put beyond the end. */
function countOf(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9) + 1;
}

/** 0.3, not 0.30000000000000004. */
function stepped(low: number, step: number, i: number): number {
  return Number((low + i * step).toPrecision(12));
}

/** @throws unless it can be sent to another machine */
export function checkValue(name: string, value: unknown): asserts value is ParameterValue {
  if (value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value)) return;
  throw invalid(name, "a finite number, a text, true, false or null", value);
}
