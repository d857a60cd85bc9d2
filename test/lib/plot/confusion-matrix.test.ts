import assert from "node:assert/strict";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import { confusionMatrix as counts } from "../../../lib/metrics/index.js";
import { confusionMatrix } from "../../../lib/plot/index.js";
import { matrixOf, noise } from "./gallery.js";

/** The records that Vega makes of a specification's data. */
function drawn(spec: object): Record<string, unknown>[] {
  const compiled = vegaLite.compile(spec as never).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none" }).run();
  const names = (compiled.data ?? []).map(({ name }) => name);
  const records = view.data(names.at(-1) ?? "") as Record<string, unknown>[];
  view.finalize();
  return records;
}

describe("plot: confusionMatrix", () => {
  const random = noise(11);
  const yTrue = Array.from({ length: 200 }, () => Math.floor(4 * random()));
  const yPred = yTrue.map((label) => (random() < 0.7 ? label : Math.floor(4 * random())));
  const matrix = counts(yTrue, yPred);

  it("draws one cell a pair of classes, with the count that was given", () => {
    const { spec, data } = confusionMatrix(matrix, { classNames: ["a", "b", "c", "d"] });
    const cells = drawn(spec);
    assert.equal(cells.length, 16);
    for (const { trueClass, predictedClass, count } of cells)
      assert.equal(count, matrix["abcd".indexOf(String(trueClass))]?.["abcd".indexOf(String(predictedClass))]);
    assert.deepEqual(data.matrix, [...matrix]);
  });

  for (const normalize of ["true", "pred", "all"] as const) {
    it(`shows the shares of ml.metrics.confusionMatrix (${normalize})`, () => {
      const expected = counts(yTrue, yPred, { normalize });
      const { spec, data } = confusionMatrix(matrix, { normalize });
      assert.deepEqual(data.values, [...expected]);
      for (const { trueClass, predictedClass, share } of drawn(spec))
        assert.ok(Math.abs(Number(share) - (expected[Number(trueClass)]?.[Number(predictedClass)] ?? -1)) < 1e-12);
    });
  }

  it("takes the labels of a matrix of ml.metrics", () => {
    const named = counts(["cat", "dog", "cat"], ["cat", "dog", "dog"]);
    assert.deepEqual(confusionMatrix(named).data.classNames, ["cat", "dog"]);
    assert.match(confusionMatrix(named).text, /^Confusion matrix: 2 classes, 3 samples, 66.7 % right\n/);
  });

  it("writes numbers into up to 25 classes, and colours beyond", () => {
    const marks = (classes: number) => (confusionMatrix(matrixOf(classes)).spec.layer as unknown[]).length;
    assert.deepEqual([marks(25), marks(26)], [2, 1]);
  });

  it("lists the most frequent mistakes where a table would be too wide", () => {
    const large = matrixOf(40).map((row, i) => row.map((value, j) => (i === 3 && j === 5 ? 77 : value)));
    assert.match(confusionMatrix(large).text, /most frequent mistakes:\n77 {2}3 taken for 5\n/);
  });

  it("cuts long names at the axes only, and keeps them different", () => {
    const long = "a name that nobody would like to read at an axis";
    const { spec, data } = confusionMatrix(matrixOf(3), { classNames: [`${long} 1`, `${long} 2`, `b${long}`] });
    assert.deepEqual(data.classNames, [`${long} 1`, `${long} 2`, `b${long}`]);
    const shown = [...new Set(drawn(spec).map(({ trueClass }) => trueClass))];
    assert.deepEqual(shown, [
      "a name that no… at an axis 1",
      "a name that no… at an axis 2",
      "ba name that n…ad at an axis",
    ]);
    const ends = confusionMatrix(matrixOf(2), { classNames: [`${long} 1 ${long}`, `${long} 2 ${long}`] });
    assert.deepEqual(
      [...new Set(drawn(ends.spec).map(({ trueClass }) => trueClass))],
      ["a name that nobody w… #0", "a name that nobody w… #1"],
    );
  });

  it("writes the numbers of its legend so that they differ", () => {
    const legend = (matrix: number[][], options = {}) => {
      const [cells] = confusionMatrix(matrix, options).spec.layer as { encoding: { color: { legend: object } } }[];
      return cells?.encoding.color.legend as { format?: string; labelExpr?: string; values?: number[] };
    };
    assert.deepEqual(legend([[0]]).values, [0, 1]);
    assert.deepEqual(legend([[3]]).values, [0, 1, 2, 3]);
    assert.equal(legend([[2e6]]).labelExpr, "format(datum.value, '~s')");
    for (const shares of [legend([[0.4]]), legend(matrixOf(40), { normalize: "all" })])
      assert.equal(shares.format, ",.6~r");
  });

  it("says what is wrong with its input", () => {
    const bad: [matrix: unknown, options: object, message: RegExp][] = [
      [[], {}, /^invalid matrix; expected 1 to 150 rows of as many numbers, at least 0: \[\]$/],
      [undefined, {}, /^invalid matrix; /],
      [[[1, 2]], {}, /^invalid matrix\[0\]; expected 1 numbers: \[1, 2\]$/],
      [[[Number.NaN]], {}, /^invalid matrix\[0\]\[0\]; expected a number, at least 0: NaN$/],
      [[[-1]], {}, /^invalid matrix\[0\]\[0\]; /],
      [[[1]], { classNames: ["a", "b"] }, /^invalid classNames; expected 1 different names, one a class: /],
      [matrixOf(2), { classNames: ["a", "a"] }, /^invalid classNames; /],
      [[[1]], { normalize: "rows" }, /^invalid normalize; expected one of undefined, "true", "pred", "all": "rows"$/],
    ];
    for (const [input, options, message] of bad)
      assert.throws(() => confusionMatrix(input as number[][], options), { message });
  });
});
