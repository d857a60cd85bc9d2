// Precision, recall and F1 of every class and their averages, as a value that shows itself as a table.

import { checkList, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import {
  averaged,
  checkZeroDivision,
  type Fraction,
  fBetaFraction,
  precisionFraction,
  recallFraction,
} from "./class-scores.js";
import {
  addCounts,
  type ConfusionCounts,
  checkLabelKind,
  classCounts,
  noCounts,
  seenLabels,
  sum,
} from "./confusion-counts.js";
import { checkLabelOption, type Label, type Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkSamples, type Numbers } from "./numbers.js";
import { briefName, type Table, withDisplay } from "./table.js";

export interface ClassificationReportOptions {
  /** Which classes, in which order; all that occur, sorted, by default. */
  labels?: Labels | undefined;
  /** What to call them, in the same order; the labels themselves by default. */
  classNames?: ArrayLike<string> | undefined;
  /** Decimals that are shown, 0 to 20; 2 by default. The numbers themselves are not rounded. */
  digits?: number | undefined;
  /** The score of a class where it is 0 / 0: 0 (the default), 1, or NaN, which means leave it out of the averages. */
  zeroDivision?: number | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export interface ReportScores {
  precision: number;
  recall: number;
  f1Score: number;
  /** How many samples (or what weight of them) are of this class, or of all listed. */
  support: number;
}

export interface ClassificationReport {
  /** One entry a class. */
  classes: (ReportScores & { label: Label; className: string })[];
  /** Where all classes are listed, the share of correct predictions; else undefined. */
  accuracy: number | undefined;
  /** Over all samples of the listed classes; where all classes are listed, all three scores are the accuracy. */
  microAverage: ReportScores;
  macroAverage: ReportScores;
  weightedAverage: ReportScores;
  /** The table of scikit-learn's `classification_report`. */
  toString(): string;
}

export function classificationReportMetric(
  options: Omit<ClassificationReportOptions, "sampleWeight"> = {},
): Metric<Labels, Labels, ClassificationReport, ConfusionCounts> {
  checkOptions("options", options, ["labels", "classNames", "digits", "zeroDivision", "sampleWeight"]);
  const zeroDivision = checkZeroDivision(options.zeroDivision);
  const { digits = 2, classNames } = options;
  checkWhole("digits", digits, 0, 20);
  if (classNames !== undefined) {
    checkList("classNames", classNames, "strings");
    const other = Array.from(classNames as ArrayLike<unknown>).findIndex((name) => typeof name !== "string");
    if (other >= 0) throw invalid(`classNames[${other}]`, "a string", classNames[other]);
  }
  return {
    prediction: "labels",
    initial: noCounts,
    update: addCounts,
    compute(counts) {
      checkSamples(counts.samples, counts.weight);
      const present = seenLabels(counts);
      const labels = labelsToReport(counts, options.labels) ?? present;
      if (classNames !== undefined && classNames.length !== labels.length) {
        throw invalid("classNames", `${labels.length} names, one a class`, classNames);
      }
      const classes = classCounts(counts, labels);
      const support = sum(classes.map(({ actual }) => actual));
      const average = (kind: "micro" | "macro" | "weighted"): ReportScores => {
        const score = (fraction: Fraction) => averaged(fraction, classes, kind, zeroDivision) as number;
        return {
          precision: score(precisionFraction),
          recall: score(recallFraction),
          f1Score: score(fBetaFraction(1)),
          support,
        };
      };
      const each = (fraction: Fraction) => averaged(fraction, classes, "none", zeroDivision) as number[];
      const [precisions, recalls, f1Scores] = [each(precisionFraction), each(recallFraction), each(fBetaFraction(1))];
      const report = {
        classes: classes.map(({ label, actual }, i) => ({
          label,
          className: String(classNames?.[i] ?? label),
          precision: precisions[i] ?? 0,
          recall: recalls[i] ?? 0,
          f1Score: f1Scores[i] ?? 0,
          support: actual,
        })),
        accuracy: present.every((label) => labels.includes(label)) ? average("micro").f1Score : undefined,
        microAverage: average("micro"),
        macroAverage: average("macro"),
        weightedAverage: average("weighted"),
      };
      return withReportDisplay(report, digits);
    },
  };
}

/**
 * The main scores of a classifier, class by class and averaged. As scikit-learn's `classification_report`.
 * @param yTrue true classes, n whole numbers or strings
 * @param yPred predicted classes, n
 * @throws when the lists are empty, differ in length or kind, or when an option does not fit the classes
 */
export function classificationReport(
  yTrue: Labels,
  yPred: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  return whole(classificationReportMetric(options), yTrue, yPred, options.sampleWeight);
}

function labelsToReport(counts: ConfusionCounts, labels: Labels | undefined): Label[] | undefined {
  if (labels === undefined) return undefined;
  checkLabelOption(labels);
  checkLabelKind(counts, labels, "labels");
  return Array.from(labels);
}

type Report = Omit<ClassificationReport, "toString">;

/** Of more classes a notebook shows so many, those with the smallest F1 scores; `toString()` has all. */
const [mostClasses, mostShown] = [100, 50];

function withReportDisplay(report: Report, digits: number): ClassificationReport {
  const text = (some: Report) => asText(some, tableOf(some, digits));
  const shown = (): Report => {
    const { classes } = report.classes.length > mostClasses ? worstOf(report) : report;
    return { ...report, classes: classes.map((one) => ({ ...one, className: briefName(one.className) })) };
  };
  const notice = () =>
    report.classes.length > mostClasses
      ? `the ${mostShown} of ${report.classes.length.toLocaleString("en")} classes with the smallest F1 scores; String(report) has all`
      : undefined;
  Object.defineProperty(report, "toString", { value: () => text(report), enumerable: false });
  return withDisplay(
    report,
    () => ({ ...tableOf(shown(), digits), caption: notice() }),
    () => [text(shown()), notice()].filter((part) => part !== undefined).join("\n"),
  );
}

/** NaN, where nothing is known, comes last. */
function worstOf(report: Report): Report {
  const key = ({ f1Score }: ReportScores) => (Number.isNaN(f1Score) ? 2 : f1Score);
  return { ...report, classes: report.classes.toSorted((a, b) => key(a) - key(b)).slice(0, mostShown) };
}

function tableOf(report: Report, digits: number): Table {
  const row = (name: string, scores: ReportScores) => ({
    name,
    cells: [
      ...[scores.precision, scores.recall, scores.f1Score].map((score) => toFixed(score, digits)),
      Number.isInteger(scores.support) ? String(scores.support) : toFixed(scores.support, digits),
    ],
  });
  const micro = row(report.accuracy === undefined ? "micro avg" : "accuracy", report.microAverage);
  if (report.accuracy !== undefined) micro.cells.splice(0, 2, "", "");
  return {
    columns: ["precision", "recall", "f1-score", "support"],
    rows: [
      ...report.classes.map((scores) => row(scores.className, scores)),
      micro,
      row("macro avg", report.macroAverage),
      row("weighted avg", report.weightedAverage),
    ],
  };
}

function asText(report: Report, { columns, rows }: Table): string {
  const width = rows.reduce((most, { name }) => Math.max(most, name.length), "weighted avg".length);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join("")}`;
  const lines = rows.map(({ name, cells }) => line(name, cells));
  const classes = report.classes.length;
  return [line("", columns), "", ...lines.slice(0, classes), "", ...lines.slice(classes), ""].join("\n");
}

/** As `toFixed`, but an exact half goes to the even neighbour, as Python formats. */
function toFixed(value: number, digits: number): string {
  const up = value.toFixed(digits);
  const exact = value.toFixed(Math.min(digits + 60, 100));
  const [, fraction = ""] = exact.split(".");
  const isHalf = /^50*$/.test(fraction.slice(digits)) && Number.isFinite(value);
  if (!isHalf) return up;
  const down = exact.slice(0, exact.length - fraction.length + digits).replace(/\.$/, "");
  return /[02468]$/.test(down) ? down : up;
}
