// Gradients that TensorFlow.js 4.22 gets wrong, for every backend: of maximum, minimum and squaredDifference where one operand is repeated,
// of running sums along an inner axis, of a split into one part. Called by backend.ts.
import * as tf from "@tensorflow/tfjs";

let mended = false;

/** Replaces them; twice is as good as once. */
export function mendGradients(): void {
  if (mended) return;
  mended = true;
  for (const name of [tf.Maximum, tf.Minimum, tf.SquaredDifference])
    replace(name, (own) => (dy, saved, attrs) => {
      const gradients = own(dy, saved, attrs);
      const mend = (of: "a" | "b", operand: tf.Tensor | undefined) => () => {
        const whole = gradients[of]?.();
        if (whole === undefined || operand === undefined) throw new Error(`tfjs has no gradient of ${name}`);
        return summedTo(whole, operand.shape);
      };
      return { a: mend("a", saved[0]), b: mend("b", saved[1]) };
    });
  replace(tf.Cumsum, () => (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy as tf.Tensor, axis as number, exclusive as boolean, reverse !== true),
  }));
  // One part comes alone, not as a list of one.
  for (const name of [tf.SplitV, tf.Unpack])
    replace(name, (own) => (dy, saved, attrs) => own(Array.isArray(dy) ? dy : [dy], saved, attrs));
}

function replace(kernelName: string, make: (own: tf.GradFunc) => tf.GradFunc): void {
  const own = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({ ...own, gradFunc: make(own.gradFunc) });
}

/** Adds up what a repeated operand got in all its places. */
function summedTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const added = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < added || (shape[axis - added] === 1 && length > 1) ? [axis] : [],
  );
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
