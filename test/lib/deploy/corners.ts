// A classifier that needs no training: which corner of a small picture is bright. For tests of deploy.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { fromArrays, type Loader, loader } from "../../../lib/data/index.js";
import { SplitMix32 } from "../../../lib/engine/random.js";
import { toTensor } from "../../../lib/transforms/index.js";

export const classNames = ["top left", "top right", "bottom left", "bottom right"] as const;

/** Sums over the corners: right for all pictures, or with a bias for one class, so that some are taken for it. */
export function cornersModel({ bias = 0, scale = 4 } = {}): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.averagePooling2d({ poolSize: 2, inputShape: [4, 4, 1] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, name: "corners" }),
    ],
  });
  tf.tidy(() => model.setWeights([tf.eye(4).mul(scale), tf.tensor1d([bias, 0, 0, 0])]));
  return model;
}

/** Bytes [4, 4, 1] with noise, and which corner is bright. */
export function cornerPicture(seed: number): { bytes: Uint8Array; label: number } {
  const random = new SplitMix32(seed);
  const label = random.below(4);
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => {
    const corner = 2 * Math.floor(i / 8) + Math.floor((i % 4) / 2);
    return corner === label ? 130 + random.below(120) : random.below(120);
  });
  return { bytes, label };
}

/** With the transform that the model was made for. */
export function cornersTest(count = 400): Loader {
  const pictures = Array.from({ length: count }, (_, i) => cornerPicture(i + 1));
  const values = Uint8Array.from(pictures.flatMap(({ bytes }) => [...bytes]));
  const labels = Int32Array.from(pictures, ({ label }) => label);
  const dataset = fromArrays({ images: values, shape: [4, 4, 1], labels, classNames: [...classNames] });
  return loader(dataset, { batchSize: 100, transform: toTensor() });
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "cellgrad-deploy-"));
}
