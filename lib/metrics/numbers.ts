// Lists and rows of numbers (scores, probabilities, values, weights), and the checks they share.
import { checkList, invalid, isList } from "../engine/invalid.js";
import { checkLength } from "./labels.js";

export type Numbers = ArrayLike<number>;
/** One list of numbers a sample. */
export type Rows = ArrayLike<Numbers>;

/** @throws unless all are finite numbers. */
export function checkNumbers(name: string, values: unknown): asserts values is Numbers {
  checkList(name, values, "numbers");
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw invalid(`${name}[${i}]`, "a finite number", values[i]);
  }
}

/** Whether there is a list a sample rather than a number a sample. */
export function isRows(values: unknown): values is Rows {
  return isList(values) && isList(values[0]);
}

/** @returns how many columns every row has. @throws unless the rows are finite numbers and equally long. */
export function checkRows(name: string, rows: Rows): number {
  const columns = rows[0]?.length ?? 0;
  for (let i = 0; i < rows.length; i++) {
    const row: unknown = rows[i];
    checkNumbers(`${name}[${i}]`, row);
    if (row.length !== columns) throw invalid(`${name}[${i}]`, `${columns} numbers, as in ${name}[0]`, row.length);
  }
  if (rows.length > 0 && columns === 0) throw invalid(name, "at least one number a sample", rows);
  return columns;
}

/** @throws unless there is one weight a sample, finite and at least 0. */
export function checkSampleWeight(weights: unknown, samples: number): asserts weights is Numbers | undefined {
  if (weights === undefined) return;
  checkNumbers("sampleWeight", weights);
  checkLength("sampleWeight", weights, samples);
  for (let i = 0; i < weights.length; i++) {
    if (!((weights[i] ?? 0) >= 0)) throw invalid(`sampleWeight[${i}]`, "a weight, at least 0", weights[i]);
  }
}

/** @throws unless all are in [0, 1]. */
export function checkProbabilities(name: string, values: Numbers): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (!(value >= 0 && value <= 1))
      throw invalid(`${name}[${i}]`, "a probability in [0, 1] (softmax of logits)", value);
  }
}

/** @throws unless they add up to 1 (to 1e-5, which float32 keeps easily). */
export function checkDistribution(name: string, values: Numbers): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  if (Math.abs(1 - sum) <= 1e-8 + 1e-5 * Math.abs(sum)) return;
  throw invalid(name, "probabilities that add up to 1 (softmax of logits)", sum);
}

/** Checks the probabilities of one sample: those of all classes, or one alone. */
export function checkRowOfProbabilities(name: string, row: Numbers): void {
  checkProbabilities(name, row);
  if (row.length > 1) checkDistribution(name, row);
}

/** @throws unless there was a sample, and one with a weight above 0. Asked by every compute. */
export function checkSamples(samples: number, weight: number): void {
  if (samples === 0) throw invalid("yTrue", "at least one sample", []);
  if (!(weight > 0)) throw invalid("sampleWeight", "at least one weight above 0", weight);
  if (!Number.isFinite(weight)) throw invalid("sampleWeight", "weights with a finite sum", weight);
}
