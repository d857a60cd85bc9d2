// How metrics that are more than a number show themselves, and what stays plain about them.
import assert from "node:assert/strict";
import { classificationReport, confusionMatrix } from "../../../lib/metrics/index.js";

function bundleOf(value: object): Record<string, string> {
  const show = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  assert.ok(typeof show === "function");
  return show.call(value) as Record<string, string>;
}

const yTrue = ["cat", "dog", "cat", "<b>", "dog", "cat"];
const yPred = ["cat", "cat", "cat", "<b>", "dog", "dog"];

describe("metrics that show themselves", () => {
  it("the confusion matrix: plain rows of numbers, a text and an HTML table", () => {
    const matrix = confusionMatrix(yTrue, yPred);
    assert.deepStrictEqual(matrix, [
      [1, 0, 0],
      [0, 2, 1],
      [0, 1, 1],
    ]);
    assert.equal(JSON.stringify(matrix), "[[1,0,0],[0,2,1],[0,1,1]]");
    assert.deepEqual(matrix.labels, ["<b>", "cat", "dog"]);
    const bundle = bundleOf(matrix);
    assert.deepEqual(Object.keys(bundle), ["text/plain", "text/html"]);
    assert.equal(
      bundle["text/plain"],
      [
        "rows true, columns predicted",
        "     <b>  cat  dog",
        "<b>    1    0    0",
        "cat    0    2    1",
        "dog    0    1    1",
      ].join("\n"),
    );
    assert.match(bundle["text/html"] ?? "", /^<table><caption>.*<th>&lt;b&gt;<\/th><td>1<\/td>.*<\/table>$/s);
    assert.ok(!bundle["text/html"]?.includes("<b>"));
  });

  it("a normalized one shows shares", () => {
    const text = bundleOf(confusionMatrix(yTrue, yPred, { normalize: "true" }))["text/plain"] ?? "";
    assert.match(text, /cat {2}0\.000 {2}0\.667 {2}0\.333/);
  });

  it("the report: numbers, a text as scikit-learn's, and an HTML table", () => {
    const report = classificationReport(yTrue, yPred, { labels: ["cat", "dog", "<b>"], digits: 3 });
    assert.deepEqual(report.classes[1], {
      label: "dog",
      className: "dog",
      precision: 0.5,
      recall: 0.5,
      f1Score: 0.5,
      support: 2,
    });
    assert.equal(report.accuracy, 4 / 6);
    const bundle = bundleOf(report);
    assert.equal(bundle["text/plain"], String(report));
    assert.match(String(report), /\n {4}accuracy {26}0\.667 {9}6\n/);
    assert.match(
      bundle["text/html"] ?? "",
      /<tr><th>dog<\/th><td>0\.500<\/td><td>0\.500<\/td><td>0\.500<\/td><td>2<\/td>/,
    );
    assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(report)) as object), [
      "classes",
      "accuracy",
      "microAverage",
      "macroAverage",
      "weightedAverage",
    ]);
  });

  it("class names replace labels, where they are shown", () => {
    const report = classificationReport([0, 1, 1], [0, 1, 0], { classNames: ["zero", "one"] });
    assert.equal(report.classes[0]?.className, "zero");
    assert.match(String(report), / {8}zero {7}0\.50/);
  });

  it("of many classes, the matrix shows its most frequent mistakes, and keeps small", () => {
    const classes = Array.from({ length: 100 }, (_, i) => i);
    const pairs = classes.flatMap((a) =>
      classes.flatMap((b) => Array.from({ length: a === b ? 9 : (a + b) % 4 }, () => [a, b])),
    );
    const matrix = confusionMatrix(
      pairs.map(([a = 0]) => a),
      pairs.map(([, b = 0]) => b),
    );
    assert.equal(matrix.length, 100);
    const bundle = bundleOf(matrix);
    const caption = "100 classes, the 40 most frequent of 7,450 mistakes; the matrix itself has all";
    assert.match(bundle["text/plain"] ?? "", new RegExp(`^${caption}\n +taken for +value\n0 +3 +3\n0 +7 +3\n`));
    assert.equal(bundle["text/plain"]?.split("\n").length, 42);
    assert.match(bundle["text/html"] ?? "", /<tr><th>0<\/th><td>3<\/td><td>3<\/td><\/tr>/);
    assert.ok(JSON.stringify(bundle).length < 10_000);
  });

  it("of very many classes, the report shows those with the smallest F1 scores, and String() all", () => {
    const labels = Array.from({ length: 1000 }, (_, i) => `a class with a name, number ${i}`);
    const wrong = labels.map((label, i) => (i % 30 === 0 ? (labels[i + 1] ?? label) : label));
    const report = classificationReport(labels, wrong);
    const bundle = bundleOf(report);
    const notice = "the 50 of 1,000 classes with the smallest F1 scores; String(report) has all";
    assert.ok(bundle["text/plain"]?.endsWith(`\n${notice}`));
    assert.ok(bundle["text/html"]?.includes(`<caption>${notice}</caption>`));
    const rows = (text = "") => text.split("\n").filter((line) => line.includes("number"));
    assert.equal(rows(bundle["text/plain"]).length, 50);
    assert.ok(
      rows(bundle["text/plain"])
        .slice(0, 34)
        .every((line) => / 0\.00 +0\.00 +0\.00 +1$/.test(line)),
    );
    assert.equal(rows(String(report)).length, 1000);
    assert.ok(JSON.stringify(bundle).length < 20_000);
  });

  it("names of any length leave a display small", () => {
    const labels = Array.from({ length: 30 }, (_, i) => `${i} ${"猫".repeat(2000)}`);
    for (const value of [confusionMatrix(labels, labels), classificationReport(labels, labels)])
      assert.ok(Buffer.byteLength(JSON.stringify(bundleOf(value))) < 99_000);
  });
});
