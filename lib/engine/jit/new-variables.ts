// Tells which variables a function makes while it runs, as layers do at their first call. Used by tfjs-step.ts.
import * as tf from "@tensorflow/tfjs";

interface Maker {
  makeVariable(...given: unknown[]): tf.Variable;
}

/** Runs `run`; `onMade` is called with each variable right after it was made, with the value that it begins with. */
export function watchNewVariables<T>(onMade: (variable: tf.Variable) => void, run: () => T): T {
  const engine = tf.engine() as unknown as Maker;
  const make = engine.makeVariable.bind(engine);
  // The method is shadowed on the instance, and uncovered again in `finally`.
  engine.makeVariable = (...given) => {
    const variable = make(...given);
    onMade(variable);
    return variable;
  };
  try {
    return run();
  } finally {
    Reflect.deleteProperty(engine, "makeVariable");
  }
}
