// Tensors in and out of transforms. TensorFlow.js is loaded at the first use: worker threads work on arrays and never need
// it, and it would cost each of them a second.
import { createRequire } from "node:module";
import type * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import type { ImageBatch } from "./image-batch.js";

/** A copy of the images as a batch. @throws unless a tensor [images, height, width, channels] or [height, width, channels] */
export function batchOf(images: tf.Tensor): ImageBatch {
  const shape: unknown = (images as tf.Tensor | undefined)?.shape;
  if (!Array.isArray(shape) || (shape.length !== 3 && shape.length !== 4) || typeof images.dataSync !== "function") {
    throw invalid("images", "a tensor [images, height, width, channels] or [height, width, channels]", shape ?? images);
  }
  const [count = 1, height = 1, width = 1, channels = 1] = images.rank === 4 ? images.shape : [1, ...images.shape];
  const data = images.dataSync();
  let values: ImageBatch["values"];
  if (images.dtype === "int32") {
    const wrong = data.findIndex((value) => value < 0 || value > 255);
    if (wrong >= 0) throw invalid("images", "bytes from 0 to 255 in an int32 tensor", data[wrong]);
    values = Uint8Array.from(data);
  } else {
    values = Float32Array.from(data);
  }
  return { values, shape: [count, height, width, channels], labels: new Int32Array(0), classes: 0 };
}

/** The batch as a tensor of the rank of `like`. */
export function tensorOf({ values, shape }: ImageBatch, like: tf.Tensor): tf.Tensor {
  const { tensor } = createRequire(import.meta.url)("@tensorflow/tfjs") as typeof tf;
  const size = like.rank === 4 ? [...shape] : shape.slice(1);
  return values instanceof Float32Array ? tensor(values, size) : tensor(Int32Array.from(values), size, "int32");
}
