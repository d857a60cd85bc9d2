import assert from "node:assert/strict";
import { lossCurve } from "../../../lib/plot/index.js";
import { epochsOf } from "./gallery.js";

describe("plot: lossCurve of several runs", () => {
  const slow = [3, 2, 1.5].map((loss, i) => ({ epoch: i + 1, loss, valLoss: loss + 0.5, valAccuracy: 0.5 + 0.1 * i }));
  const fast = [2, 1, 1.2, 1.4].map((loss, i) => ({ epoch: i + 1, loss, valLoss: loss + 0.25 }));

  it("finds each run's best epoch, and the best run", () => {
    const { data, text } = lossCurve({ slow: { epochs: slow }, fast });
    assert.deepEqual(
      data.runs.map(({ name, best }) => ({ name, best })),
      [
        { name: "slow", best: { epoch: 3, column: "valLoss", value: 2 } },
        { name: "fast", best: { epoch: 2, column: "valLoss", value: 1.25 } },
      ],
    );
    assert.equal(
      text,
      [
        "Runs",
        "best valLoss 1.25: fast, epoch 2",
        "lines: validation, dashed: training",
        "      epochs  best epoch  loss  valLoss  valAccuracy",
        "slow       3           3   1.5        2          0.7",
        "fast       4           2     1     1.25            –",
      ].join("\n"),
    );
  });

  it("has a panel for the loss and each metric, with the values of each run", () => {
    const { spec } = lossCurve({ slow, fast });
    const { values } = spec.data as { values: Record<string, unknown>[] };
    assert.deepEqual(values, [
      ...slow.map((row) => ({ run: "slow", ...row })),
      ...fast.map((row) => ({ run: "fast", ...row })),
    ]);
    const panels = spec.vconcat as { transform: { fold?: string[] }[] }[];
    assert.deepEqual(
      panels.map(({ transform }) => transform[0]?.fold),
      [["valLoss", "loss"], ["valAccuracy"]],
    );
  });

  it("says how many epochs of long runs it draws", () => {
    const runs = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`run ${i}`, epochsOf(1000 + i)]));
    assert.match(lossCurve(runs).text, /\nat most 25 epochs a run are drawn\n/);
  });

  it("says what is wrong with its input", () => {
    const draw = lossCurve as (history: unknown, options?: object) => unknown;
    const bad: [history: unknown, options: object, message: RegExp][] = [
      [{}, {}, /^invalid history; expected a history of ml.fit, or its epochs: an object$/],
      [{ a: 1 }, {}, /^invalid history.a; expected a history of ml.fit, or its epochs: 1$/],
      [{ a: [] }, {}, /^invalid history.a; expected at least one epoch: \[\]$/],
      [{ a: [{ loss: 1 }] }, {}, /^invalid history.a\[0\]; expected a row with epoch, loss, …: an object$/],
      [{ a: [{ epoch: 1 }] }, {}, /^invalid history; expected at least one finite loss: \[undefined\]$/],
      [{ a: slow }, { steps: [] }, /^invalid options; expected options among title, subtitle: "steps"$/],
    ];
    for (const [history, options, message] of bad) assert.throws(() => draw(history, options), { message });
  });
});
