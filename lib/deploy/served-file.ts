// A model file as the server would have it, without a server: loaded, warmed up and checked, asked, timed. Called by verify.ts.
import { availableParallelism } from "node:os";
import { quantile } from "../engine/quantile.js";
import type { Prediction } from "../serve/messages.js";
import type { Numbers } from "../serve/model-worker.js";
import { predictionOf } from "../serve/predictions.js";
import { transformGiven } from "../serve/read-inputs.js";
import { ServedModel } from "../serve/served-model.js";

/** @throws what keeps the server from serving it */
export function openServed(file: string): Promise<ServedModel> {
  return ServedModel.open(file, {
    threads: Math.max(1, availableParallelism() - 1),
    batchSize: 16,
    batchDelay: 0,
    isMoreExpected: () => false,
    onBatch: () => {},
    transform: undefined,
    imageShape: undefined,
    classNames: undefined,
    outputs: undefined,
  });
}

/** @param given numbers of the rule's shape, before the transform; read, not kept */
export async function answerOf(model: ServedModel, given: Numbers): Promise<Prediction> {
  const { values } = transformGiven("input", given.slice(), model.rules.input);
  return predictionOf("", await model.predict(values), model.rules);
}

/** Runs that are timed: enough for a 95th percentile that five of them are above. */
const runs = 100;

/** Milliseconds of one input at a time, after the warm-up. */
export async function latencyOf(model: ServedModel): Promise<{ readonly median: number; readonly p95: number }> {
  const { type, shape } = model.rules.input;
  const size = shape.reduce((product, length) => product * length, 1);
  const Values = type === "uint8" ? Uint8Array : type === "int32" ? Int32Array : Float32Array;
  const times: number[] = [];
  for (let i = 0; i < 10 + runs; i++) {
    const started = performance.now();
    await answerOf(model, new Values(size));
    if (i >= 10) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: quantile(times, 0.5), p95: quantile(times, 0.95) };
}
