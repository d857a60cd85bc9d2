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
});
