// The fuzz table's drift, stores and alarms.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const close = async (store: ml.monitor.Store) => {
  await store.close();
};

/** Of 40 predictions and their labels, one for the whole fuzz. */
const store = await ml.monitor.open("sqlite::memory:");
for (let i = 0; i < 40; i++)
  store.append({ id: `f${i}`, prediction: { class: i % 2, label: `${i % 2}` }, features: { x: i } });
await store.flush();
await store.label({ f0: 0, f1: 1, f2: 1 });

export const monitor: readonly Subject[] = [
  {
    name: "ml.monitor.drift",
    args: () => [
      Array.from({ length: 20 }, (_, i) => i),
      Array.from({ length: 12 }, (_, i) => i / 2),
      { alpha: 0.5, method: "psi", classMethod: "psi", resamples: 20, seed: 1 },
    ],
    // Chance is drawn as often as is asked for.
    fixed: ["resamples", "alpha"],
    runs: 60,
  },
  { name: "ml.monitor.imageFeatures", args: () => [tf.ones([2, 3, 4, 3])] },
  {
    name: "ml.monitor.open",
    args: () => [
      "sqlite::memory:",
      {
        sample: 0.5,
        queue: 100,
        maxMemory: 1e6,
        batchSize: 10,
        batchDelay: "100ms",
        timeout: "1s",
        now: () => 1e6,
      },
    ],
    use: close,
    // Another text is another place to write to.
    fixed: ["0"],
    runs: 60,
  },
  {
    name: "ml.monitor.performance",
    args: () => [store, { within: "1h", model: "", version: "", limit: 100, every: "1m" }],
    // They are texts that are not empty.
    fixed: ["0", "model", "version"],
    refused: true,
    runs: 60,
  },
  {
    name: "ml.monitor.alerts",
    args: () => [
      store,
      {
        rules: [{ name: "a", metric: "drift", above: 1, for: "5m", within: "1h", clears: 0.5, atLeast: 20 }],
        notify: { url: "http://127.0.0.1:9/hook", secret: "shared" },
        every: "10s",
        reference: { x: [1, 2, 3] },
        manual: true,
      },
    ],
    use: (made: ml.monitor.Alerts) => made.close(),
    fixed: ["0", "manual", "notify"],
    runs: 60,
  },
  {
    name: "ml.monitor.dashboard",
    args: () => [store, { within: "1h", every: "5s", reference: { x: [1, 2, 3] }, limit: 100 }],
    use: (made: ml.monitor.Dashboard) => made.answer("", "/dashboard"),
    fixed: ["0"],
    runs: 60,
  },
  {
    name: "ml.monitor.verifySignature",
    args: () => ["body", "t=1,v1=00", "shared", { tolerance: 10, now: () => 1 }],
    runs: 60,
  },
];
