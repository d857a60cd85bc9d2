// Class labels: numbers or strings, as every classification metric takes them, and the checks they share.
import { checkList, invalid } from "../engine/invalid.js";

/** A class: a whole number or a string. One list holds one of the two kinds. */
export type Label = number | string;
export type Labels = ArrayLike<Label>;

/** @throws unless these are class labels of one kind, the kind of `like` where that is given. */
export function checkLabels(name: string, values: unknown, like?: Label): asserts values is Labels {
  checkList(name, values, "class labels (whole numbers or strings)");
  const kind = typeof (like ?? values[0]);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === kind && (kind === "string" || (kind === "number" && Number.isInteger(value)))) continue;
    throw invalid(`${name}[${i}]`, ruleOf(value, kind), value);
  }
}

function ruleOf(value: unknown, kind: string): string {
  if (typeof value === "number" && !Number.isInteger(value)) return "a class label (threshold or argmax scores first)";
  if (typeof value === "object" && value !== null) return "one class label a sample (of scores, the argmax)";
  if (typeof value === "bigint") return "a number (Array.from(labels, Number))";
  if (typeof value !== "string" && typeof value !== "number") return "a class label, a whole number or a string";
  return `a ${kind}, as the other labels`;
}

/** Checks two lists of labels, sample by sample; all of one kind, that of `like` where it is given. */
export function checkLabelPairs(yTrue: unknown, yPred: unknown, like?: Label): void {
  checkLabels("yTrue", yTrue, like);
  checkLabels("yPred", yPred, like ?? yTrue[0]);
  checkLength("yPred", yPred, yTrue.length);
}

/** @throws unless there are as many values as there are labels in yTrue. */
export function checkLength(name: string, values: ArrayLike<unknown>, expected: number): void {
  if (values.length !== expected) throw invalid(name, `${expected} values, as many as yTrue has`, values.length);
}

/** Checks the `labels` option: one or more different labels. */
export function checkLabelOption(labels: unknown, name = "labels"): asserts labels is Labels {
  checkLabels(name, labels);
  if (labels.length === 0) throw invalid(name, "at least one label", labels);
  if (new Set(Array.from(labels)).size < labels.length) throw invalid(name, "different labels", labels);
}

/** Numbers by value, strings by code unit. */
export function compareLabels(a: Label, b: Label): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The different labels, sorted. */
export function uniqueLabels(...lists: Iterable<Label>[]): Label[] {
  return [...new Set(lists.flatMap((list) => [...list]))].sort(compareLabels);
}

/** The labels as an error message lists them. */
export function listLabels(labels: readonly Label[]): string {
  const shown = labels.slice(0, 8).map((label) => JSON.stringify(label));
  return labels.length > 8 ? `${shown.join(", ")}, … (${labels.length})` : shown.join(", ");
}

/**
 * The label that counts as positive: the one asked for, else 1 where the labels are 0 and 1, or -1 and 1.
 * @throws when it cannot be told, as scikit-learn does
 */
export function positiveLabel(present: readonly Label[], asked: Label | undefined): Label {
  if (asked !== undefined) {
    if (present.length > 0) checkLabels("posLabel", [asked], present[0]);
    return asked;
  }
  const [first, second] = present;
  const plain = present.length <= 2 && present.every((label) => label === 0 || label === 1 || label === -1);
  if (plain && (second === undefined || (second === 1 && (first === 0 || first === -1)))) return 1;
  throw invalid("posLabel", `one of ${listLabels(present)} (labels other than 0 and 1, or -1 and 1)`, asked);
}
