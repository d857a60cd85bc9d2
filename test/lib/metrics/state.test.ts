// What a running metric knows goes through bytes and back: another one goes on from there to the same value.
import assert from "node:assert/strict";
import { deserialize, serialize } from "node:v8";
import * as metrics from "../../../lib/metrics/index.js";

type Stream = metrics.StreamingMetric<unknown, unknown, unknown>;
const makers = metrics.streaming as unknown as Record<string, (options?: object) => Stream>;
const optionsOf: Record<string, object> = {
  fBeta: { beta: 2, average: "macro" },
  rocAuc: { multiClass: "ovr" },
  ...Object.fromEntries(["precision", "recall", "f1Score"].map((name) => [name, { average: "macro" }])),
};

/** What a metric of this name takes of one sample of three classes (curves are of two). */
function predictionFor(name: string, prediction: string, i: number): unknown {
  if (prediction === "labels") return (i * 7) % 3;
  if (prediction === "values") return Math.sin(i);
  const share = 0.2 + ((i * 37) % 60) / 100;
  return /Curve$/.test(name) ? share : [share, (1 - share) / 4, (3 * (1 - share)) / 4];
}

describe("the state of a running metric", () => {
  for (const [name, maker] of Object.entries(makers))
    it(`of ${name} goes on elsewhere, with weights and without`, () => {
      const make = () => maker(optionsOf[name]);
      for (const weighted of [false, true]) {
        const [whole, first] = [make(), make()];
        let second = make();
        for (let batch = 0; batch < 6; batch++) {
          if (batch === 3) second = make().restore(deserialize(serialize(first.state)));
          const rows = Array.from({ length: 5 }, (_, i) => 5 * batch + i);
          const classes = /Curve$/.test(name) ? 2 : 3;
          const yTrue = rows.map((i) => (whole.prediction === "values" ? Math.cos(i) : (i * i + (i >> 2)) % classes));
          const yPred = rows.map((i) => predictionFor(name, whole.prediction, i));
          // A calibration curve takes none.
          const weights =
            weighted && name !== "calibrationCurve" && batch % 2 === 1 ? rows.map((i) => 1 + (i % 3)) : undefined;
          for (const metric of batch < 3 ? [whole, first] : [whole, second]) metric.update(yTrue, yPred, weights);
        }
        assert.deepEqual(second.compute(), whole.compute());
      }
    });

  it("of a metric that keeps all samples is not as deep as it had batches", () => {
    const running = metrics.streaming.rocAuc();
    for (let i = 0; i < 20_000; i++) running.update([i % 2], [(i * 17) % 101]);
    const again = metrics.streaming.rocAuc().restore(deserialize(serialize(running.state)));
    assert.equal(again.compute(), running.compute());
  });
});
