// The curves: what they compute themselves, which points they leave out, and what they say of bad input.
import assert from "node:assert/strict";
import { rocAuc, rocCurve as rocPoints } from "../../../lib/metrics/index.js";
import { type EpochRow, learningRateRange, lossCurve, rocCurve } from "../../../lib/plot/index.js";
import { epochsOf, noise, rocOf } from "./gallery.js";

const text = (spec: object) => JSON.stringify(spec);

describe("plot: lossCurve", () => {
  it("marks the epoch with the smallest validation loss", () => {
    const epochs = epochsOf(30);
    const best = epochs.reduce((least, row) => ((row.valLoss ?? 0) < (least.valLoss ?? 0) ? row : least));
    const { spec, data } = lossCurve({ epochs });
    assert.deepEqual(data.best, { epoch: best.epoch, column: "valLoss", value: best.valLoss });
    assert.ok(text(spec).includes(`best valLoss ${Number(best.valLoss?.toPrecision(4))}, epoch ${best.epoch}`));
  });

  it("marks the smallest training loss where nothing was validated, NaN left out", () => {
    const rows = [Number.NaN, 0.5, 0.4, 0.6].map((loss, i) => ({ epoch: i + 1, loss }));
    assert.deepEqual(lossCurve(rows).data.best, { epoch: 3, column: "loss", value: 0.4 });
  });

  it("has a panel for loss, each metric, and the learning rate", () => {
    const panels = (history: readonly EpochRow[]) => (lossCurve(history).spec.vconcat as unknown[]).length;
    assert.equal(panels(epochsOf(3)), 3);
    assert.equal(panels([{ epoch: 1, loss: 1 }]), 1);
    assert.equal(panels([{ epoch: 1, loss: 1, valF1Score: 0.5, recall: 0.5 }]), 3);
  });

  it("does not let the first steps flatten the rest", () => {
    const steps = Array.from({ length: 100 }, (_, i) => ({ epoch: i / 100, loss: i === 0 ? 500 : 1 }));
    assert.match(text(lossCurve([], { steps }).spec), /"domainMax":1.05/);
    assert.match(text(lossCurve([{ epoch: 1, loss: 4, valLoss: 2 }], { steps }).spec), /"domainMax":4.2/);
  });

  it("carries the history's rows, and says how many it leaves out", () => {
    assert.deepEqual((lossCurve([{ epoch: 1, loss: 0.25 }]).spec.data as { values: unknown }).values, [
      { epoch: 1, loss: 0.25 },
    ]);
    assert.match(text(lossCurve(epochsOf(5000)).spec), /300 of 5,000 epochs are drawn/);
    assert.match(
      lossCurve(epochsOf(30)).text,
      /, best valLoss 0\.[0-9]+ in epoch 14\n[\s\S]*\(10 epochs in between are left out\)$/,
    );
  });

  it("draws what is drawn only, and less of more columns, so that there is room for a sharp picture", () => {
    const metrics = ["top3", "top5", "f1Score"].flatMap((name) => [
      name,
      `val${name[0]?.toUpperCase()}${name.slice(1)}`,
    ]);
    const wide = epochsOf(500).map((row) => ({ ...row, ...Object.fromEntries(metrics.map((name) => [name, 0.5])) }));
    const steps = Array.from({ length: 399 }, (_, i) => ({ epoch: i, loss: 1 / (1 + i), learningRate: 1e-3 }));
    const { spec } = lossCurve(wide, { steps });
    const { values } = spec.data as { values: object[] };
    assert.deepEqual(Object.keys(values[0] ?? {}), ["epoch", "loss", "accuracy", "valLoss", "valAccuracy", ...metrics]);
    assert.equal(values.length, 90);
    assert.equal((spec.datasets as { steps: object[] }).steps.length, 399);
    assert.ok(text(spec).length < 60_000, `${text(spec).length}`);
    assert.match(text(spec), /90 of 500 epochs are drawn/);
  });

  it("draws no more panels than fit, and says so", () => {
    const row = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`metric${i}`, i]));
    const { spec } = lossCurve([{ epoch: 1, loss: 1, ...row }]);
    assert.equal((spec.vconcat as unknown[]).length, 12);
    assert.match(text(spec), /the first 12 of 41 metrics are drawn/);
  });

  it("takes 100,000 epochs, also beside steps, and runs as long", () => {
    const epochs = epochsOf(100_000);
    const steps = Array.from({ length: 30 }, (_, i) => ({ epoch: i, loss: 1 }));
    assert.equal(lossCurve(epochs, { steps }).data.best?.epoch, 14);
    assert.equal(lossCurve({ a: epochs, b: epochs.slice(1) }).data.runs.length, 2);
  });

  it("says what is wrong with its input", () => {
    const curve = lossCurve as (history: unknown) => unknown;
    assert.throws(() => curve([]), { message: "invalid history; expected at least one epoch: []" });
    assert.throws(() => curve(undefined), {
      message: "invalid history; expected a history of ml.fit, or its epochs: undefined",
    });
    assert.throws(() => curve([{ epoch: 1, loss: Number.NaN }]), {
      message: "invalid history; expected at least one finite loss: [NaN]",
    });
    assert.throws(() => curve([{ loss: 1 }]), {
      message: "invalid history[0]; expected a row with epoch, loss, …: an object",
    });
  });
});

describe("plot: rocCurve", () => {
  it("shows the area that ml.metrics.rocAuc computes, ties and all", () => {
    const random = noise(2);
    const yTrue = Array.from({ length: 300 }, () => (random() < 0.4 ? 1 : 0));
    const scores = yTrue.map((label) => Math.round(10 * (0.4 * label + random())) / 10);
    const { data, spec } = rocCurve(rocPoints(yTrue, scores));
    const area = rocAuc(yTrue, scores);
    assert.ok(Math.abs((data.curves[0]?.area ?? 0) - area) < 1e-12);
    assert.ok(text(spec).includes(`area under the curve ${area.toFixed(3)}`));
  });

  it("draws several by name, with a notice where it leaves points out", () => {
    const { spec, data } = rocCurve({ cat: rocOf(100_000), dog: rocOf(50) });
    assert.deepEqual(
      data.curves.map(({ name }) => name),
      ["cat", "dog"],
    );
    assert.match(text(spec), /350 of 100,050 points are drawn/);
  });

  it("says what is wrong with its input", () => {
    assert.throws(() => rocCurve({}), /^Error: invalid curves; expected 1 to 12 curves: \[\]$/);
    assert.throws(
      () => rocCurve({ fpr: [0, 2], tpr: [0, 1] }),
      /invalid classifier.fpr\[1\]; expected a rate from 0 to 1: 2/,
    );
    assert.throws(() => rocCurve({ fpr: [0, 1], tpr: [0, 0.5, 1] }), /invalid classifier.tpr; expected 2 rates/);
    assert.throws(() => rocCurve({ a: { fpr: [0], tpr: [0] } }), /invalid a.fpr; expected at least two rates/);
  });
});

describe("plot: learningRateRange", () => {
  it("names the suggestion and the rate of the least loss", () => {
    const chart = learningRateRange({ learningRates: [0.001, 0.01, 0.1, 1], losses: [3, 2, 1, 9], suggestion: 0.01 });
    assert.match(chart.text, /suggested rate 0.010; the loss is least at 0.10\n4 steps, rates 0.0010 to 1.0/);
    assert.match(text(chart.spec), /"suggested: 0.010"/);
  });

  it("says of the least loss what it is told", () => {
    const chart = learningRateRange({ learningRates: [0.001, 0.01, 0.1, 1], losses: [3, 2, 1, 9], lowest: 0.02 });
    assert.match(chart.text, /the loss is least at 0.020\n/);
    assert.throws(
      () => learningRateRange({ learningRates: [1], losses: [1], lowest: 0 }),
      /invalid lowest; expected a finite number above 0: 0/,
    );
  });

  it("says what is wrong with its input", () => {
    const draw = (learningRates: number[], losses: number[]) => () => learningRateRange({ learningRates, losses });
    assert.throws(draw([], []), /invalid learningRates; expected numbers above 0: \[\]/);
    assert.throws(draw([0], [1]), /invalid learningRates\[0\]; expected a finite number above 0: 0/);
    assert.throws(draw([1], [1, 2]), /invalid losses; expected 1 numbers, one a learning rate: \[1, 2\]/);
    assert.throws(draw([1], [Number.NaN]), /invalid losses; expected at least one finite number: \[NaN\]/);
  });
});
