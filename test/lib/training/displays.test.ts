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

  it("has a row an epoch, why it ended, and the losses as a curve with the best epoch marked", () => {
    const { "text/plain": text, "text/html": html } = show(historyOf(20, "earlyStopping: enough"));
    assert.match(text, /^epoch +loss +accuracy +valLoss .*\n +1 +2.3\d* /);
    assert.match(text, /\nearlyStopping: enough$/);
    assert.equal(html.match(/<path /g)?.length, 2);
    // Epoch 14 of 20: 56 + 420 · 13 / 19.
    assert.match(html, /<line x1="343.4" y1="24" x2="343.4" .*stroke-dasharray/);
    assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  });

  it("leaves gaps where a loss is missing, and the curve away where there is none", () => {
    const rows = [1, Number.NaN, 3, 4].map((loss, i) => ({ ...epochsOf(4)[i], loss })) as EpochLogs[];
    const { "text/html": html } = show(new History(rows, "compiled"));
    assert.match(html, /<path d="M[\d.]+ [\d.]+M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/);
    const late = [Number.NaN, 3, 1, 2].map((loss, i) => ({ epoch: i + 1, loss })) as EpochLogs[];
    // The third of four: 56 + 420 · 2 / 3.
    assert.match(
      show(new History(late, "compiled"))["text/html"],
      /<line x1="336.0" y1="24" x2="336.0" .*stroke-dasharray/,
    );
    assert.doesNotMatch(show(historyOf(1))["text/html"], /<svg/);
    assert.doesNotMatch(show(new History([], "compiled"))["text/html"], /<svg/);
  });

  it("stays small after many epochs", () => {
    const { "text/plain": text, "text/html": html } = show(historyOf(2000));
    assert.match(text, /\n1970 epochs in between are left out; they are in history.epochs$/);
    assert.ok(text.length + html.length < 100_000, String(html.length));
    // Also of more than are arguments of one call.
    const bundle = show(historyOf(200_000));
    assert.ok(JSON.stringify(bundle).length < 40_000, String(JSON.stringify(bundle).length));
    assert.equal(bundle["text/html"].match(/<path /g)?.length, 2);
  });
});
