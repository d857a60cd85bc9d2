// Bytes to numbers in [0, 1].
import { makeTransform, type Transform } from "./transform.js";

const UNITS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * uint8 from 0 to 255 becomes float32 in [0, 1]; float32 stays as it is (torchvision's ToTensor, but channels stay last, as
 * TensorFlow.js has them).
 */
export function toTensor(): Transform {
  return makeTransform({
    name: "toTensor",
    options: {},
    random: false,
    run: (batch) => {
      const { values } = batch;
      if (values instanceof Float32Array) return batch;
      const units = new Float32Array(values.length);
      for (let i = 0; i < values.length; i++) units[i] = UNITS[values[i] ?? 0] ?? 0;
      return { ...batch, values: units };
    },
  });
}
