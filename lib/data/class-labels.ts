// Turns labels as people have them (names, numbers) into classes from 0 with a name each. Used by fromArrays and csv.
import { invalid } from "../engine/invalid.js";

export interface ClassLabels {
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/**
 * @param given a whole number from 0 each, or a name each
 * @param classNames the classes in order; by default the names that occur in alphabetical order (by code units, the same on
 *   every machine), or "0" … for numbers
 * @throws when a label is neither, or no class of `classNames`
 */
export function classLabels(given: ArrayLike<number | string>, classNames?: readonly string[]): ClassLabels {
  if (classNames !== undefined) checkNames(classNames);
  const named = given.length > 0 && typeof given[0] === "string";
  const labels = new Int32Array(given.length);
  if (named) {
    const names = classNames ?? [...new Set(Array.from(given, String))].sort();
    const indices = new Map(names.map((name, i) => [name, i]));
    for (let i = 0; i < given.length; i++) {
      const label = given[i];
      const index = typeof label === "string" ? indices.get(label) : undefined;
      if (index === undefined) {
        throw invalid(`labels[${i}]`, classNames ? `one of ${names.join(", ")}` : "a name, as the first one", label);
      }
      labels[i] = index;
    }
    return { labels, classNames: names };
  }
  const most = classNames === undefined ? 2 ** 20 : classNames.length;
  let classes = classNames?.length ?? 0;
  for (let i = 0; i < given.length; i++) {
    const label = given[i];
    if (typeof label !== "number" || !Number.isInteger(label) || label < 0 || label >= most) {
      const end = classNames === undefined ? "" : ` to ${most - 1}, as there are ${most} classNames`;
      throw invalid(`labels[${i}]`, `a class, a whole number from 0${end} (values to predict go in targets)`, label);
    }
    labels[i] = label;
    classes = Math.max(classes, label + 1);
  }
  return { labels, classNames: classNames ?? Array.from({ length: classes }, (_, i) => String(i)) };
}

function checkNames(classNames: readonly string[]): void {
  const valid = Array.isArray(classNames) && classNames.every((name) => typeof name === "string");
  if (!valid || new Set(classNames).size !== classNames.length) {
    throw invalid("classNames", "a list of different names", classNames);
  }
}
