// Gives the event loop its turns while batches are computed, so that Stop and displays are heard: onnxruntime and tfjs answer without
// ever leaving it free. Used by fit, evaluate and predict.

/** Milliseconds that may pass between two turns. */
const interval = 20;

/** @returns a function to await after each batch; it waits only when the last turn is long ago */
export function turns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}
