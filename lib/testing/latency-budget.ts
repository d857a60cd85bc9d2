// Is it fast enough? For users' own tests of their models.
import * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { quantile } from "../engine/quantile.js";
import { stopIfAborted } from "./predictor.js";
import { shown } from "./shown.js";

export interface LatencyBudgetOptions {
  /** The most that half of the calls may take, in milliseconds. */
  median?: number;
  /** The most that 95 of 100 calls may take, in milliseconds. */
  p95?: number;
  /** The most that 99 of 100 calls may take, in milliseconds. */
  p99?: number;
  /** How many calls are timed; 100 by default. */
  runs?: number;
  /** How many calls go before, for what is made once; 10 by default. */
  warmUp?: number;
}

/** Milliseconds a call; percentiles as numpy's, between the two nearest calls. */
export interface Latency {
  median: number;
  p95: number;
  p99: number;
  mean: number;
  /** How many calls were timed. */
  runs: number;
}

const bounds = ["median", "p95", "p99"] as const;

/**
 * Times a function and checks it against a budget. Tensors that it returns are read to their end (so that their computing counts) and disposed of.
 * @param fn synchronous or asynchronous, as `() => model.predict(image)`
 * @param options one or more of `median`, `p95` and `p99`, in milliseconds; how often
 * @throws (rejects) when the budget is exceeded, with what it took; and with whatever `fn` throws
 */
export async function latencyBudget(fn: () => unknown, options: LatencyBudgetOptions): Promise<Latency> {
  if (typeof fn !== "function") throw invalid("fn", "a function", fn);
  checkOptions("options", options, [...bounds, "runs", "warmUp"]);
  const { runs = 100, warmUp = 10 } = options;
  checkWhole("runs", runs, 1);
  checkWhole("warmUp", warmUp);
  const asked = bounds.filter((bound) => options[bound] !== undefined);
  if (asked.length === 0) throw invalid("options", "a budget: median, p95 or p99, in milliseconds", options);
  for (const bound of asked) checkNumber(bound, options[bound], { above: 0 });
  for (let i = 0; i < warmUp; i++) await call(fn);
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    stopIfAborted();
    const started = performance.now();
    await call(fn);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const latency: Latency = {
    median: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    mean: times.reduce((sum, time) => sum + time, 0) / runs,
    runs,
  };
  const over = asked.find((bound) => latency[bound] > (options[bound] ?? 0));
  if (over !== undefined) throw invalid(over, `at most ${options[over]} ms`, `${latency[over].toFixed(2)} ms`);
  const text = `${latency.median.toFixed(2)} ms a call (median of ${runs}), p95 ${latency.p95.toFixed(2)} ms, p99 ${latency.p99.toFixed(2)} ms`;
  return shown(latency, text, []);
}

async function call(fn: () => unknown): Promise<void> {
  const result = await fn();
  if (typeof result !== "object" || result === null) return;
  if (result instanceof tf.Tensor && !result.isDisposed) await result.data();
  tf.dispose(result as tf.TensorContainer);
}
