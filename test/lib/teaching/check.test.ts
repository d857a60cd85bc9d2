// What `ml.teaching.check` does whatever the exercise: names that there are not, answers that leave tensors, how it shows.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../lib/index.js";

type Shown = { [display: symbol]: () => Record<string, string> };

describe("check", () => {
  before(() => ml.ready());

  const right = (tp: number, fp: number, fn: number) => (tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn));

  it("names the exercises that there are where the name is wrong", async () => {
    await assert.rejects(
      ml.teaching.check("f2FromCounts" as "f1FromCounts", right),
      /^Error: invalid name; expected one of .*"f1FromCounts".*: "f2FromCounts"$/,
    );
  });

  it("leaves no tensor of the answer's behind", async () => {
    const before = tf.memory().numTensors;
    const verdict = await ml.teaching.check(
      "f1FromCounts",
      (tp) =>
        tf
          .ones([tp + 1])
          .sum()
          .dataSync()[0] ?? 0,
    );
    assert.equal(verdict.right, false);
    assert.equal(tf.memory().numTensors, before);
  });

  it("shows a tick, or what is wrong, as text and as HTML", async () => {
    const shown = async (answer: typeof right) => {
      const verdict = (await ml.teaching.check("f1FromCounts", answer)) as unknown as Shown;
      return verdict[Symbol.for("Jupyter.display")]?.() ?? {};
    };
    assert.equal((await shown(right))["text/plain"], "✓ f1FromCounts: right");
    const wrong = await shown(() => {
      throw new Error("a < b");
    });
    assert.equal(wrong["text/plain"], "✗ f1FromCounts: it throws Error: a < b");
    assert.match(wrong["text/html"] ?? "", /a &lt; b/);
  });
});
