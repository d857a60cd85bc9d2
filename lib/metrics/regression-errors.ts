// Numbers against numbers, sample by sample: the state behind meanSquaredError, meanAbsoluteError and r2.
import { invalid } from "../engine/invalid.js";
import { checkLength } from "./labels.js";
import {
  checkNumbers,
  checkRows,
  checkSamples,
  checkSampleWeight,
  isRows,
  type Numbers,
  type Rows,
} from "./numbers.js";

/** One number a sample, or one list of outputs. */
export type Values = Numbers | Rows;

/** The sums of one output. */
export interface OutputErrors {
  readonly absolute: number;
  readonly squared: number;
  /** Mean of the true values, and the weighted sum of their squared distances from it (West, 1979). */
  readonly mean: number;
  readonly spread: number;
}

export interface RegressionErrors {
  readonly outputs: readonly OutputErrors[];
  readonly samples: number;
  readonly weight: number;
}

export const noErrors: RegressionErrors = { outputs: [], samples: 0, weight: 0 };

/** The errors with these samples added. @throws when values or weights are not what they should be */
export function addErrors(
  state: RegressionErrors,
  yTrue: Values,
  yPred: Values,
  sampleWeight?: Numbers,
): RegressionErrors {
  const truth = columnsOf("yTrue", yTrue);
  const predicted = columnsOf("yPred", yPred);
  checkLength("yPred", yPred, yTrue.length);
  checkSampleWeight(sampleWeight, yTrue.length);
  if (yTrue.length === 0) return state;
  const expected = state.samples > 0 ? state.outputs.length : truth.length;
  if (truth.length !== expected) throw invalid("yTrue", `${expected} outputs a sample, as before`, truth.length);
  if (predicted.length !== expected) throw invalid("yPred", `${expected} outputs a sample, as yTrue`, predicted.length);
  let { weight } = state;
  for (let i = 0; i < yTrue.length; i++) weight += sampleWeight?.[i] ?? 1;
  const outputs = truth.map((column, c) =>
    addOutput(state.outputs[c], state.weight, { column, predicted: predicted[c] ?? [], sampleWeight }),
  );
  return { outputs, samples: state.samples + yTrue.length, weight };
}

function addOutput(
  before: OutputErrors = { absolute: 0, squared: 0, mean: 0, spread: 0 },
  weightBefore: number,
  batch: { column: Numbers; predicted: Numbers; sampleWeight: Numbers | undefined },
): OutputErrors {
  let { absolute, squared, mean, spread } = before;
  let weight = weightBefore;
  for (let i = 0; i < batch.column.length; i++) {
    const value = batch.column[i] ?? 0;
    const w = batch.sampleWeight?.[i] ?? 1;
    if (w === 0) continue;
    const error = (batch.predicted[i] ?? 0) - value;
    absolute += w * Math.abs(error);
    squared += w * error * error;
    weight += w;
    const distance = value - mean;
    mean += distance * (w / weight);
    spread += w * distance * (value - mean);
  }
  return { absolute, squared, mean, spread };
}

function columnsOf(name: string, values: Values): Numbers[] {
  if (!isRows(values)) {
    checkNumbers(name, values);
    return [values];
  }
  const columns = checkRows(name, values);
  return Array.from({ length: columns }, (_, c) => Array.from(values, (row) => row[c] ?? 0));
}

/** How the outputs become one number: their mean, or a list of all. */
export type MultiOutput = "uniformAverage" | "rawValues";
export type OutputAveraged<M extends string> = M extends "rawValues" ? number[] : number;

/** The mean over outputs, or all; asked by every compute. @throws when there were no samples, or where one overflows */
export function overOutputs(
  state: RegressionErrors,
  values: readonly number[],
  multiOutput: string,
): number | number[] {
  checkSamples(state.samples, state.weight);
  const overflow = values.find((value) => !Number.isFinite(value));
  if (overflow !== undefined) throw invalid("yPred", "values whose squared errors have a finite sum", overflow);
  return multiOutput === "rawValues" ? [...values] : values.reduce((sum, value) => sum + value, 0) / values.length;
}
