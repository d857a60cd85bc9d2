// Lets a function of tfjs ops that nothing records draw its random numbers from a step's own source, so that eager steps and compiled
// ones draw the same. Called by eager-step.ts.
import * as tf from "@tensorflow/tfjs";
import { RandomDraws } from "./random-draws.js";
import type { StepRandom } from "./random-source.js";

/** Runs `run`; what tf.randomUniform, tf.randomNormal and tf.truncatedNormal draw in it (dropout too) comes from `random`. */
export function withRandom<T>(random: StepRandom, run: () => T): T {
  const backend = tf.backend();
  const write = backend.write.bind(backend);
  const draws = new RandomDraws(random);
  // Shadowed on the instance, and uncovered again in `finally`, as recording.ts does it.
  Object.assign(backend, {
    write: (values: tf.BackendValues, shape: number[], dtype: tf.DataType): object => {
      draws.claim(tf.engine().state.activeScope?.name, values, dtype);
      return write(values, shape, dtype);
    },
  });
  const restore = draws.watch();
  try {
    return run();
  } finally {
    restore();
    Reflect.deleteProperty(backend, "write");
  }
}
