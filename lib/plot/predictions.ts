// What a classifier said of labelled samples, as the charts of evaluation take it: an evaluation of ml.evaluate, or plain
// lists of the same names. Read and checked here, once for all of them.
import { checkList, invalid, isList } from "../engine/invalid.js";
import { checkRowOfProbabilities, type Numbers, type Rows } from "../metrics/numbers.js";
import { checkClassNames } from "./class-names.js";

/** What `ml.evaluate` returns has this shape. */
export interface Predictions {
  /** True classes, counted from 0. */
  readonly yTrue: Numbers;
  /** One row of probabilities a sample; of two classes, the probability of the second is enough. */
  readonly probabilities: Numbers | Rows;
  /** Predicted classes; by default the most probable ones. */
  readonly yPred?: Numbers | undefined;
  readonly classNames?: ArrayLike<string> | undefined;
}

export interface ReadPredictions {
  readonly yTrue: readonly number[];
  readonly yPred: readonly number[];
  /** One row a sample, one column a class. */
  readonly rows: readonly (readonly number[])[];
  readonly classNames: readonly string[];
}

export function isPredictions(value: unknown): value is Predictions {
  const { yTrue, probabilities } = (value ?? {}) as { yTrue?: unknown; probabilities?: unknown };
  return isList(yTrue) && isList(probabilities);
}

/** @throws unless there is at least one sample, with a class and probabilities that add up to 1 each */
export function readPredictions(name: string, given: unknown): ReadPredictions {
  if (!isPredictions(given)) throw invalid(name, "an evaluation of ml.evaluate, or { yTrue, probabilities }", given);
  const { probabilities, yPred } = given;
  const { length } = given.yTrue;
  if (length < 1) throw invalid("yTrue", "at least one sample", given.yTrue);
  if (probabilities.length !== length) throw invalid("probabilities", `${length} rows, one a sample`, probabilities);
  const rows = Array.from(probabilities as ArrayLike<unknown>, readRow);
  const classes = rows[0]?.length ?? 0;
  const other = rows.findIndex((row) => row.length !== classes);
  if (other >= 0) throw invalid(`probabilities[${other}]`, `${classes} numbers, one a class`, rows[other]);
  const yTrue = readClasses("yTrue", given.yTrue, length, classes);
  return {
    yTrue,
    yPred: yPred === undefined ? rows.map(mostProbable) : readClasses("yPred", yPred, length, classes),
    rows,
    classNames: checkClassNames(given.classNames, classes),
  };
}

/** The first of the largest, as argmax. */
export function mostProbable(row: readonly number[]): number {
  return row.reduce((best, value, i) => (value > (row[best] ?? 0) ? i : best), 0);
}

function readRow(given: unknown, i: number): number[] {
  const name = `probabilities[${i}]`;
  if (!isList(given) && typeof given !== "number") throw invalid(name, "probabilities, one a class", given);
  const row = (isList(given) ? Array.from(given) : [given]) as number[];
  const wrong = row.findIndex((value) => typeof value !== "number");
  if (wrong >= 0 || row.length < 1) throw invalid(name, "probabilities, one a class", given);
  checkRowOfProbabilities(name, row);
  return row.length === 1 ? [1 - (row[0] ?? 0), row[0] ?? 0] : row;
}

function readClasses(name: string, given: unknown, length: number, classes: number): number[] {
  checkList(name, given, "classes");
  if (given.length !== length) throw invalid(name, `${length} classes, one a sample`, given);
  const wrong = Array.from(given).findIndex(
    (one) => !(Number.isInteger(one) && Number(one) >= 0 && Number(one) < classes),
  );
  if (wrong >= 0) throw invalid(`${name}[${wrong}]`, `a class from 0 to ${classes - 1}`, given[wrong]);
  return Array.from(given as Numbers);
}
