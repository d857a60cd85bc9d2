// Models that have trained a little, for tests of what is exported.
import * as tf from "@tensorflow/tfjs";

/** Convolution, batch normalisation and dropout, whose moving averages are not those of the start. */
export async function trainedBatchNorm(): Promise<tf.LayersModel> {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3 }),
    ],
  });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const [xs, ys] = [tf.randomNormal([16, 8, 8, 3], 2, 3, "float32", 1), tf.randomNormal([16, 3], 0, 1, "float32", 2)];
  await model.fit(xs, ys, { epochs: 3, verbose: 0 });
  tf.dispose([xs, ys]);
  return model;
}
