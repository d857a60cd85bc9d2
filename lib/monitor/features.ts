// What drift compares: columns of numbers or of classes, by name, made of what the caller has. Used by drift.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid, isList } from "../engine/invalid.js";
import { imageFeatures } from "./image-features.js";

/** A list of numbers is a numeric feature, a list of texts (or truth values) one of classes. */
export type FeatureValues = ArrayLike<number> | readonly string[] | readonly boolean[];

/**
 * Features by name, all of the same length; or one list alone; or a tensor: [n] numbers, [n, columns], or images [n, height, width, channels],
 * whose features are those of `imageFeatures`.
 */
export type Sample = FeatureValues | Readonly<Record<string, FeatureValues>> | tf.Tensor;

export interface Feature {
  readonly name: string;
  readonly values: readonly (number | string)[];
  readonly isNumeric: boolean;
}

const mostColumns = 1000;

export function featuresOf(name: string, sample: unknown): readonly Feature[] {
  if (sample instanceof tf.Tensor) return ofTensor(name, sample);
  if (isList(sample)) return [feature(name, "value", sample)];
  if (typeof sample !== "object" || sample === null)
    throw invalid(name, "features by name, a list, or a tensor", sample);
  const entries = Object.entries(sample);
  if (entries.length === 0 || entries.length > mostColumns)
    throw invalid(name, `1 to ${mostColumns} features`, entries.length);
  const features = entries.map(([key, values]) => feature(`${name}.${key}`, key, values));
  const [first] = features;
  const other = features.find(({ values }) => values.length !== first?.values.length);
  if (other !== undefined)
    throw invalid(
      `${name}.${other.name}`,
      `${first?.values.length} values, as ${first?.name} has`,
      other.values.length,
    );
  return features;
}

function feature(place: string, name: string, values: unknown): Feature {
  if (!isList(values) || values.length === 0) throw invalid(place, "a list of one or more numbers or texts", values);
  const list = Array.from(values);
  const isNumeric = typeof list[0] === "number";
  list.forEach((value, i) => {
    if (isNumeric ? typeof value === "number" && Number.isFinite(value) : isClass(value)) return;
    throw invalid(
      `${place}[${i}]`,
      isNumeric ? "a finite number (leave missing values out)" : "a text, as the first one is",
      value,
    );
  });
  return { name, values: isNumeric ? (list as number[]) : list.map(String), isNumeric };
}

function isClass(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean";
}

function ofTensor(name: string, tensor: tf.Tensor): readonly Feature[] {
  if (tensor.isDisposed) throw invalid(name, "a tensor that is not disposed", "a disposed one");
  if (tensor.rank === 4) return featuresOf(name, imageFeatures(tensor as tf.Tensor4D));
  if (tensor.dtype === "string" || tensor.rank < 1 || tensor.rank > 2 || tensor.size === 0)
    throw invalid(name, "numbers of shape [n], [n, columns] or [n, height, width, channels]", tensor.shape);
  const [rows = 0, columns = 1] = tensor.shape;
  if (columns > mostColumns) throw invalid(name, `at most ${mostColumns} columns`, columns);
  const data = tensor.dataSync();
  return Array.from({ length: columns }, (_, column) => {
    const key = columns === 1 ? "value" : String(column);
    return feature(
      `${name}.${key}`,
      key,
      Array.from({ length: rows }, (__, row) => data[row * columns + column]),
    );
  });
}
