// Gives the event loop its turns while batches are computed, so that Stop and displays are heard: onnxruntime and tfjs answer without
// ever leaving it free. Used by fit, evaluate, predict and findLearningRate.
import { cellSignal } from "../engine/cell-signal.js";
import { untilStop } from "./until-stop.js";

/** Milliseconds that may pass between two turns. */
const interval = 20;

/**
 * @returns a function to await after each batch; it waits only when the last turn is long ago, and rejects where Stop comes meanwhile, which
 *   clears what its cell waits for
 */
export function turns(): () => Promise<void> {
  const signal = cellSignal();
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await untilStop(new Promise<void>((resolve) => setImmediate(resolve)), signal);
    last = performance.now();
  };
}
