// What a reader sees of a classifier's numbers, in the specification and in tables, is what the functions of ml.metrics say.
// Scores, intervals, thresholds and shares have this test beside their own; here are the points of curves, bars and reports.
import assert from "node:assert/strict";
import {
  classificationReport,
  f1Score,
  precision,
  precisionRecallCurve,
  recall,
  rocCurve as rocPoints,
} from "../../../lib/metrics/index.js";
import { bars, precisionRecall, rocCurve } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";
import { bundleOf } from "./every-chart.js";

interface Layered {
  readonly layer: readonly { readonly data?: { readonly values: readonly Record<string, number>[] } }[];
  readonly data?: { readonly values: readonly Record<string, number>[] };
}

/** The points of one curve as they are drawn, pairs of numbers. */
function drawn(spec: object, curve: string, [x, y]: readonly [string, string]): string[] {
  const { layer, data } = spec as Layered;
  const values = [data, ...layer.map((one) => one.data)].flatMap((one) => one?.values ?? []);
  const own = values.filter((row) => String(row.curve).startsWith(`${curve} (`));
  return own.map((row) => pair(row[x], row[y]));
}

function pair(x: number | undefined, y: number | undefined): string {
  return [x, y].map((value) => Number((value ?? Number.NaN).toPrecision(6))).join(" ");
}

describe("plot: numbers are those of ml.metrics", () => {
  // Few of them, so that all points are drawn; in steps, so that there are ties.
  const { yTrue, probabilities: given } = predictionsOf(60, 4);
  const probabilities = given.map((row) => {
    const stepped = row.map((value) => Math.round(8 * value) + 1);
    const sum = stepped.reduce((total, value) => total + value, 0);
    return stepped.map((value) => value / sum);
  });
  const truth = Array.from(yTrue);
  const yPred = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const classNames = ["ant", "bee", "cow", "dog"];
  const evaluation = { yTrue, yPred, probabilities, classNames };
  const scoresOf = (label: number) => probabilities.map((row) => row[label] ?? 0);
  const membersOf = (label: number) => truth.map((one) => Number(one === label));

  it("each point of ROC curves", () => {
    const { spec } = rocCurve(evaluation);
    for (const [label, name] of classNames.entries()) {
      const { fpr, tpr } = rocPoints(membersOf(label), scoresOf(label));
      assert.ok(fpr.length > 5);
      assert.deepEqual(
        drawn(spec, name, ["fpr", "tpr"]),
        Array.from(fpr, (rate, i) => pair(rate, tpr[i])),
      );
    }
  });

  it("each point of precision–recall curves", () => {
    const { spec } = precisionRecall(evaluation);
    for (const [label, name] of classNames.entries()) {
      const points = precisionRecallCurve(membersOf(label), scoresOf(label));
      const expected = new Set(Array.from(points.recall, (rate, i) => pair(rate, points.precision[i])));
      const shown = new Set(drawn(spec, name, ["recall", "precision"]));
      assert.ok(expected.size > 5);
      assert.deepEqual([...shown].sort(), [...expected].sort());
    }
  });

  it("each bar of the scores by class", () => {
    const { values } = bars(evaluation).spec.data as { values: Record<string, unknown>[] };
    for (const [label, name] of classNames.entries()) {
      const numbers = Object.values(values.filter((row) => Object.values(row).includes(name))).flatMap((row) =>
        Object.values(row).filter((value) => typeof value === "number"),
      );
      for (const score of [precision, recall, f1Score]) {
        const value = (score(truth, yPred, { average: "none" }) as number[])[label] ?? Number.NaN;
        assert.ok(
          numbers.some((one) => Math.abs(one - value) < 1e-5),
          `${name}: ${value} is not among ${numbers.join(" ")}`,
        );
      }
    }
  });

  it("each cell of the report, in its text and its table", async () => {
    const report = classificationReport(truth, yPred, { classNames, digits: 4 });
    const bundle = await bundleOf(report);
    const [p, r, f] = [precision, recall, f1Score].map((score) => score(truth, yPred, { average: "none" }) as number[]);
    for (const [label, name] of classNames.entries()) {
      const support = truth.filter((one) => one === label).length;
      const cells = [...[p, r, f].map((all) => (all?.[label] ?? Number.NaN).toFixed(4)), String(support)];
      assert.match(String(bundle["text/plain"]), new RegExp(`\\n *${name} +${cells.join(" +")}\\n`));
      assert.ok(
        String(bundle["text/html"]).includes(`<th>${name}</th>${cells.map((one) => `<td>${one}</td>`).join("")}`),
      );
    }
    for (const [average, name] of [
      ["macro", "macro avg"],
      ["weighted", "weighted avg"],
    ] as const) {
      const cells = [precision, recall, f1Score].map((score) =>
        (score(truth, yPred, { average }) as number).toFixed(4),
      );
      assert.match(String(bundle["text/plain"]), new RegExp(`\\n *${name} +${cells.join(" +")} +60(\\n|$)`));
    }
  });
});
