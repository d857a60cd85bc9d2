// A small image problem for training tests, out of ml.data's own loader: squares of noise with a bright corner, one a class; and a net
// with everything that behaves differently in training (batch norm, dropout).
import * as tf from "@tensorflow/tfjs";
import { fromArrays, type Loader, loader } from "../../../lib/data/index.js";
import { randomNumbers } from "./blobs.js";

export const side = 8;

export function squares(samples: number, options: Parameters<typeof loader>[1] = {}): Loader {
  const random = randomNumbers(17);
  const images: number[] = [];
  const labels: number[] = [];
  for (let i = 0; i < samples; i++) {
    const label = Math.floor(random() * 3);
    labels.push(label);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const bright = (label === 0 && x < 4 && y < 4) || (label === 1 && x >= 4 && y < 4) || (label === 2 && y >= 4);
        images.push(random() + (bright ? 0.7 : 0));
      }
  }
  const dataset = fromArrays({
    images: Float32Array.from(images),
    labels: Int32Array.from(labels),
    shape: [side, side, 1],
    classNames: ["left", "right", "below"],
  });
  return loader(dataset, { batchSize: 16, seed: 4, ...options });
}

export interface NetOptions {
  dropout?: number;
  batchNorm?: boolean;
  seed?: number;
}

export function smallNet({ dropout = 0.3, batchNorm = true, seed = 1 }: NetOptions = {}): tf.LayersModel {
  const { layers } = tf;
  const init = (n: number) => ({ kernelInitializer: tf.initializers.heUniform({ seed: seed * 10 + n }) });
  return tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [side, side, 1], filters: 4, kernelSize: 3, padding: "same", ...init(1) }),
      ...(batchNorm ? [layers.batchNormalization()] : []),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
      layers.dense({ units: 3, ...init(2) }),
    ],
  });
}
