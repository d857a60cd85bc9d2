// How evaluations and histories show themselves: the numbers are those of the metrics, the tables stay readable and small.
import assert from "node:assert/strict";
import { bootstrapInterval, accuracy as share } from "../../../lib/metrics/index.js";
import { Evaluation } from "../../../lib/training/evaluation.js";
import { type EpochLogs, History } from "../../../lib/training/history.js";
import { epochsOf, noise } from "../plot/gallery.js";

function show(value: object): { "text/plain": string; "text/html": string } {
  const method = (value as Record<symbol, () => ReturnType<typeof show>>)[Symbol.for("Jupyter.display")];
  assert.ok(method);
  return method.call(value);
}

function evaluationOf(classes: number, samples: number): Evaluation {
  const random = noise(classes);
  const yTrue = Array.from({ length: samples }, () => Math.floor(classes * random()));
  const yPred = yTrue.map((label) => (random() < 0.8 ? label : Math.floor(classes * random())));
  const interval = bootstrapInterval((a: number[], b: number[]) => share(a, b), yTrue, yPred, { seed: 0 });
  const classNames = Array.from({ length: classes }, (_, i) => `<class> ${i}`);
  return new Evaluation({ yTrue, yPred, probabilities: [], classNames, interval });
}

describe("training: how an Evaluation shows itself", () => {
  it("has accuracy with its interval, the report, and the confusion matrix by name", () => {
    const evaluation = evaluationOf(3, 120);
    const { "text/plain": text, "text/html": html } = show(evaluation);
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
    const { low, high } = evaluation.interval;
    const head = `accuracy ${percent(evaluation.accuracy)} (95 % interval ${percent(low)} to ${percent(high)}), 120 samples`;
    assert.ok(text.startsWith(`${head}\n\n`) && html.startsWith(`<p>${head}</p>`));
    assert.ok(text.includes(String(evaluation.report).trimEnd()));
    evaluation.confusionMatrix.forEach((row, i) => {
      assert.match(text, new RegExp(`\n<class> ${i} +${row.join(" +")}(\n|$)`));
      const cells = row.map((count) => `<td style="[^"]*">${count}</td>`).join("");
      assert.match(html, new RegExp(`<tr><th>&lt;class&gt; ${i}</th>${cells}</tr>`));
    });
  });

  it("shades a cell by its share of the true class", () => {
    const [yTrue, yPred] = [
      [0, 0, 0, 0, 1],
      [0, 0, 0, 1, 1],
    ];
    const interval = { ...bootstrapInterval((a: number[], b: number[]) => share(a, b), yTrue, yPred, { seed: 0 }) };
    const evaluation = new Evaluation({ yTrue, yPred, probabilities: [], classNames: ["a", "b"], interval });
    const shades = Array.from(show(evaluation)["text/html"].matchAll(/(?:181,([\d.]+)\)|opacity:0.5)">(\d)</g));
    assert.deepEqual(
      shades.map(([, shade, count]) => [shade, count]),
      [
        ["0.62", "3"],
        ["0.26", "1"],
        [undefined, "0"],
        ["0.80", "1"],
      ],
    );
  });

  it("tells the most frequent mistakes of many classes, in little space", () => {
    const evaluation = evaluationOf(100, 5000);
    const { "text/plain": text, "text/html": html } = show(evaluation);
    assert.match(text, /most frequent mistakes:\n\d+ {2}<class> \d+ taken for <class> \d+\n/);
    assert.match(html, /<pre>most frequent mistakes:/);
    assert.ok(text.length + html.length < 100_000);
  });
});

describe("training: how a History shows itself", () => {
  const historyOf = (epochs: number, stopped?: string) =>
    new History(epochsOf(epochs) as EpochLogs[], "compiled", stopped);

  it("has a row an epoch, and why it ended", () => {
    const text = String(historyOf(20, "earlyStopping: enough"));
    assert.match(text, /^epoch +loss +accuracy +valLoss .*\n +1 +2.3\d* /);
    assert.match(text, /\nearlyStopping: enough$/);
    assert.equal(text.split("\n").length, 22);
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  });

  it("stays small after many epochs", () => {
    const text = String(historyOf(2000));
    assert.match(text, /\n1970 epochs in between are left out; they are in history.epochs$/);
    assert.ok(text.length < 5000, String(text.length));
    // Also of more than are arguments of one call.
    assert.ok(String(historyOf(200_000)).length < 5000);
  });
});
