// How many samples each class has, as bars: for data sets, or labels of any origin.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { axisNames, checkClassNames, checkTitle } from "./class-names.js";
import { makeSpec, palette } from "./spec.js";
import { countTicks, shortCounts } from "./ticks.js";

/** What a data set of ml.data has. */
export interface LabelledClasses {
  readonly classNames: readonly string[];
  readonly labels: ArrayLike<number>;
}

export interface ClassBalanceOptions {
  /** For counts; a data set knows its own. */
  classNames?: ArrayLike<string>;
  /** Above the chart. */
  title?: string;
}

export interface ClassBalanceData {
  classNames: string[];
  counts: number[];
}

const mostClasses = 200;

/**
 * Draws how many samples each class has.
 * @param classes a data set, or the counts, one a class, 1 to 200
 * @throws when there are no classes, or names and counts don't fit
 */
export function classBalance(
  classes: LabelledClasses | ArrayLike<number>,
  options: ClassBalanceOptions = {},
): Chart<ClassBalanceData> {
  checkOptions("options", options, ["classNames", "title"]);
  checkTitle(options);
  const { title = "Class balance" } = options;
  const counts: number[] = isList(classes) ? Array.from(classes) : countLabels(classes);
  if (counts.length < 1 || counts.length > mostClasses)
    throw invalid("classes", `1 to ${mostClasses} classes (a data set with classes, or their counts)`, counts);
  const wrong = counts.findIndex((count) => !(Number.isFinite(count) && count >= 0));
  if (wrong >= 0) throw invalid(`classes[${wrong}]`, "a count, at least 0", counts[wrong]);
  const own = isList(classes) ? undefined : (classes as LabelledClasses).classNames;
  const classNames = checkClassNames(options.classNames ?? own, counts.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const ratio =
    least > 0 && counts.length > 1
      ? `, the largest class ${(most / least).toFixed(most / least < 10 ? 1 : 0)} × the smallest`
      : "";
  const summary = `${total.toLocaleString("en")} ${total === 1 ? "sample" : "samples"}, ${counts.length} ${counts.length === 1 ? "class" : "classes"}${ratio}`;
  const share = (count: number) => (total > 0 ? `${((100 * count) / total).toFixed(1)} %` : "–");
  const shown = axisNames(classNames);
  const y = {
    field: "className",
    type: "nominal",
    sort: null,
    title: "class",
    axis: {
      ticks: false,
      domain: false,
      labelOverlap: false,
      labelFontSize: counts.length > 40 ? 9 : 11,
      labelPadding: 6,
    },
  };
  const x = {
    field: "count",
    type: "quantitative",
    title: "samples",
    // Room for the number at the end of the longest bar.
    scale: { domain: [0, 1.3 * most || 1], nice: false },
    axis: { ...(most < 1e6 ? { format: ",d" } : shortCounts), ...countTicks(most), grid: false },
  };
  const spec = makeSpec({
    title: { text: title, subtitle: summary },
    width: 360,
    height: { step: counts.length > 40 ? 12 : 20 },
    data: {
      values: counts.map((count, i) => ({
        className: shown[i],
        count,
        label: `${count.toLocaleString("en")} (${share(count)})`,
      })),
    },
    encoding: { y, x },
    layer: [
      {
        mark: { type: "bar", color: palette.blue },
        encoding: { tooltip: [{ field: "className" }, { field: "label" }] },
      },
      {
        mark: { type: "text", align: "left", dx: 4, fontSize: counts.length > 40 ? 9 : 11, color: palette.grey },
        encoding: { text: { field: "label", type: "nominal" } },
      },
    ],
  });
  const width = Math.max(...shown.map((name) => name.length));
  const lines = counts.map(
    (count, i) => `${(shown[i] ?? "").padEnd(width)}  ${count.toLocaleString("en")}  ${share(count)}`,
  );
  return new Chart(spec, { classNames, counts }, [`${title}: ${summary}`, ...lines].join("\n"));
}

function countLabels(classes: LabelledClasses): number[] {
  const { classNames, labels } = classes ?? {};
  if (!isList(classNames) || !isList(labels)) throw invalid("classes", "a data set, or counts", classes);
  const counts = new Array<number>(classNames.length).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = Number(labels[i]);
    if (counts[label] === undefined) throw invalid(`labels[${i}]`, `a class from 0 to ${counts.length - 1}`, labels[i]);
    counts[label] += 1;
  }
  return counts;
}
