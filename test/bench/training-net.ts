// The nets that the training benchmark measures, and their batches. Called by training-contender.ts; training-pytorch.py builds the same ones.
import * as tf from "@tensorflow/tfjs";

export type NetName = "tutorial" | "large";

const { layers } = tf;

/** PyTorch's CIFAR-10 tutorial: https://docs.pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html. */
function tutorial(): tf.Sequential {
  return tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [32, 32, 3], filters: 6, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 120, activation: "relu" }),
      layers.dense({ units: 84, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
  });
}

/** Three blocks of convolution, batch norm, ReLU, pool; dropout before the classes. */
function large(): tf.Sequential {
  const block = (filters: number, first = false): tf.layers.Layer[] => [
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "same",
      useBias: false,
      ...(first ? { inputShape: [32, 32, 3] } : {}),
    }),
    layers.batchNormalization({ epsilon: 1e-5 }),
    layers.reLU(),
    layers.maxPooling2d({ poolSize: 2 }),
  ];
  return tf.sequential({
    layers: [
      ...block(32, true),
      ...block(64),
      ...block(128),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
  });
}

export const nets: Readonly<Record<NetName, () => tf.Sequential>> = { tutorial, large };

/** One batch of noise, images row by row, and their classes. */
export function batch(size: number): { readonly images: Float32Array; readonly labels: Int32Array } {
  const images = Float32Array.from({ length: size * 32 * 32 * 3 }, () => 2 * Math.random() - 1);
  return { images, labels: Int32Array.from({ length: size }, (_, i) => i % 10) };
}
