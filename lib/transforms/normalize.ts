// Shifts and scales each channel.
import { checkNumber, invalid } from "../engine/invalid.js";
import { makeTransform, type Transform } from "./transform.js";

/**
 * (value − mean) / std, channel by channel, in float32 (torchvision's Normalize). For tables: feature by feature.
 * @param mean one number for all channels, or one a channel
 * @param std as mean, above 0
 * @throws when the images are bytes (put toTensor() before) or have another number of channels
 */
export function normalize(mean: readonly number[], std: readonly number[]): Transform {
  const means = checkedList("mean", mean);
  const stds = checkedList("std", std);
  if (stds.length !== means.length) throw invalid("std", `${means.length} numbers, as mean has`, std);
  const zero = stds.findIndex((value) => !(value > 0));
  if (zero >= 0) throw invalid(`std[${zero}]`, "a number above 0 (in float32)", std[zero]);
  return makeTransform({
    name: "normalize",
    options: { mean: [...mean], std: [...std] },
    random: false,
    run: (batch) => {
      const { values, shape } = batch;
      const channels = shape[3];
      if (!(values instanceof Float32Array))
        throw invalid("images", "float32 for normalize (toTensor() before)", "uint8");
      if (means.length !== 1 && means.length !== channels) throw invalid("mean", `1 or ${channels} numbers`, mean);
      for (let i = 0, channel = 0; i < values.length; i++) {
        const k = means.length === 1 ? 0 : channel;
        values[i] = Math.fround((values[i] ?? 0) - (means[k] ?? 0)) / (stds[k] ?? 1);
        if (++channel === channels) channel = 0;
      }
      return batch;
    },
  });
}

function checkedList(name: string, list: readonly number[]): Float32Array {
  if (!Array.isArray(list) || list.length === 0) throw invalid(name, "a list with one number, or one a channel", list);
  list.forEach((value, i) => {
    checkNumber(`${name}[${i}]`, value);
  });
  return Float32Array.from(list);
}
