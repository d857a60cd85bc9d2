// Finds tensors that a function leaves behind: for the tests here and for users' own.
import * as tf from "@tensorflow/tfjs";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";

export interface TensorLeakOptions {
  /** How often the function is called before counting starts, for what is made once and kept; 1 by default. */
  warmUp?: number;
  /** How often it is called while counting; 3 by default. */
  runs?: number;
}

/**
 * Calls `fn` a few times and checks that no tensor more is alive than before. Tensors that `fn` returns (alone, in an
 * array or an object) are its caller's: they are disposed of and do not count.
 * @param fn synchronous or asynchronous; not to be called inside of tf.tidy
 * @throws (rejects) with how many tensors and bytes leak a call; and with whatever `fn` throws
 */
export async function expectNoTensorLeak(fn: () => unknown, options: TensorLeakOptions = {}): Promise<void> {
  if (typeof fn !== "function") throw invalid("fn", "a function", fn);
  checkOptions("options", options, ["warmUp", "runs"]);
  const { warmUp = 1, runs = 3 } = options;
  checkWhole("warmUp", warmUp);
  checkWhole("runs", runs, 1);
  const times = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) dispose(await fn());
  };
  await times(warmUp);
  const before = tf.memory();
  await times(runs);
  const after = tf.memory();
  const tensors = after.numTensors - before.numTensors;
  const bytes = after.numBytes - before.numBytes;
  if (tensors > 0) {
    const each = Number((tensors / runs).toFixed(2));
    const rule = "as many tensors after each call as before (tf.tidy, dispose)";
    throw new Error(`invalid fn; expected ${rule}: ${each} more a call, ${Math.round(bytes / runs)} bytes`);
  }
}

function dispose(result: unknown): void {
  // tfjs looks into arrays and plain objects.
  if (typeof result === "object" && result !== null) tf.dispose(result as tf.TensorContainer);
}
