// Which class each column of a score matrix stands for.
import { invalid } from "../engine/invalid.js";
import { checkLabelOption, checkLabels, type Label, type Labels, listLabels } from "./labels.js";

/**
 * The class of each column: `labels` where given, else the sorted classes of yTrue, else (where some have no samples)
 * 0 … columns - 1.
 * @param present the different labels of yTrue, sorted
 * @throws when the classes do not fit the columns
 */
export function classesOfColumns(present: readonly Label[], columns: number, labels?: Labels): readonly Label[] {
  if (labels !== undefined) {
    checkLabelOption(labels);
    if (present.length > 0) checkLabels("labels", labels, present[0]);
    const classes = Array.from(labels);
    if (classes.length !== columns) throw invalid("labels", `${columns} labels, one a column of scores`, labels);
    const unknown = present.find((label) => !classes.includes(label));
    if (unknown !== undefined) throw invalid("yTrue", `labels out of ${listLabels(classes)}`, unknown);
    return classes;
  }
  if (present.length === columns) return present;
  if (present.every((label) => typeof label === "number" && label >= 0 && label < columns)) {
    return Array.from({ length: columns }, (_, i) => i);
  }
  throw invalid("labels", `the ${columns} classes of the columns, as yTrue has only ${listLabels(present)}`, labels);
}
