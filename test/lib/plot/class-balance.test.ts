import assert from "node:assert/strict";
import { fromArrays } from "../../../lib/data/index.js";
import { classBalance } from "../../../lib/plot/index.js";

describe("plot: classBalance", () => {
  it("counts a data set's classes, also those without samples", () => {
    const images = new Uint8Array(5);
    const dataset = fromArrays({
      images,
      shape: [1, 1, 1],
      labels: ["cat", "dog", "cat", "cat", "dog"],
      classNames: ["cat", "dog", "owl"],
    });
    const { data, text } = classBalance(dataset);
    assert.deepEqual(data, { classNames: ["cat", "dog", "owl"], counts: [3, 2, 0] });
    assert.match(text, /^Class balance: 5 samples, 3 classes\ncat {2}3 {2}60.0 %\n/);
  });

  it("says how uneven it is", () => {
    assert.match(classBalance([100, 5]).text, /105 samples, 2 classes, the largest class 20 × the smallest/);
  });

  it("says what is wrong with its input", () => {
    const draw = classBalance as (classes: unknown, options?: object) => unknown;
    assert.throws(() => draw([]), /invalid classes; expected 1 to 200 classes/);
    assert.throws(() => draw([1, -1]), /invalid classes\[1\]; expected a count, at least 0: -1/);
    assert.throws(() => draw({}), /invalid classes; expected a data set, or counts: an object/);
    assert.throws(
      () => draw({ classNames: ["a"], labels: [0, 1] }),
      /invalid labels\[1\]; expected a class from 0 to 0: 1/,
    );
    assert.throws(() => draw([1], { classNames: [] }), /invalid classNames; expected 1 different names/);
  });
});
