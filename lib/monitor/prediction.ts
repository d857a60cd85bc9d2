// A prediction as stores keep it, and what it is made of: the record that ml.serve hands over, or the like of one's own. Used by store.ts.
import { checkNumber, invalid, isList } from "../engine/invalid.js";
import { type InputValues, inputFeatures } from "./input-features.js";

/** A classifier's answer; the parts of `ml.serve`'s that are kept. */
export interface LoggedClass {
  /** Index of the predicted class. */
  readonly class?: number;
  /** Its name. */
  readonly label: string;
  /** One a class, in [0, 1]. */
  readonly probabilities?: readonly number[];
}

/** What `store.append` takes: a record of `ml.serve`, or one's own, which needs no more than `id` and `prediction`. */
export interface LoggedPrediction {
  /** What a true label that comes later refers to; 1 to 160 characters. */
  readonly id: string;
  /** Milliseconds since 1970; now by default. */
  readonly time?: number;
  readonly model?: string;
  readonly version?: string;
  readonly prediction: LoggedClass | { readonly values: readonly number[] };
  /** What the model got; only what describes it is kept, see `features`. */
  readonly input?: InputValues;
  /** What drift compares, numbers or classes by name; by default how the input looks. */
  readonly features?: Readonly<Record<string, number | string>>;
  /** How long the answer took. */
  readonly milliseconds?: number;
}

/** A true class: its index (a whole number) or its name. */
export type TrueLabel = number | string;

export interface StoredPrediction {
  readonly id: string;
  readonly time: number;
  readonly model: string;
  readonly version: string;
  /** Index of the predicted class; absent for values and where it was not told. */
  readonly class?: number;
  readonly label?: string;
  /** The largest probability. */
  readonly confidence?: number;
  /** One a class, of at most 1,000 classes. */
  readonly probabilities?: readonly number[];
  /** The output of a model without classes, of at most 1,000 numbers. */
  readonly values?: readonly number[];
  readonly features: Readonly<Record<string, number | string>>;
  readonly milliseconds?: number;
  /** What it should have been, once somebody said so. */
  readonly trueLabel?: TrueLabel;
  /** When that was said. */
  readonly labelTime?: number;
}

const mostNumbers = 1000;
const mostFeatures = 1000;

/** @throws when the record can't be kept */
export function storedPrediction(record: LoggedPrediction, now: number): StoredPrediction {
  if (typeof record !== "object" || record === null)
    throw invalid("record", "an object with id and prediction", record);
  const { id, time = now, model = "", version = "", prediction, input, features, milliseconds } = record;
  checkId("record.id", id);
  checkNumber("record.time", time, { least: 0, most: 8.64e15 });
  for (const [name, text] of Object.entries({ model, version })) checkName(`record.${name}`, text, 0);
  if (milliseconds !== undefined) checkNumber("record.milliseconds", milliseconds, { least: 0 });
  return {
    ...{ id, time, model, version },
    ...answerOf(prediction),
    features: features === undefined ? (input === undefined ? {} : inputFeatures(input)) : checkFeatures(features),
    ...(milliseconds === undefined ? {} : { milliseconds }),
  };
}

type Answer = Pick<StoredPrediction, "class" | "label" | "confidence" | "probabilities" | "values">;

function answerOf(prediction: LoggedPrediction["prediction"]): Answer {
  if (typeof prediction !== "object" || prediction === null)
    throw invalid("record.prediction", "an object with label or values", prediction);
  if ("values" in prediction) {
    const values = numbers("record.prediction.values", prediction.values);
    return values.length > mostNumbers ? {} : { values };
  }
  const { class: index, label } = prediction;
  checkName("record.prediction.label", label, 1);
  if (index !== undefined && !(Number.isSafeInteger(index) && index >= 0))
    throw invalid("record.prediction.class", "the index of a class", index);
  const known = { ...(index === undefined ? {} : { class: index }), label };
  if (prediction.probabilities === undefined) return known;
  const probabilities = numbers("record.prediction.probabilities", prediction.probabilities);
  const confidence = probabilities.reduce((most, value) => Math.max(most, value), 0);
  return { ...known, confidence, ...(probabilities.length > mostNumbers ? {} : { probabilities }) };
}

function numbers(name: string, values: unknown): number[] {
  if (!isList(values) || values.length === 0) throw invalid(name, "a list of one or more numbers", values);
  return Array.from(values, (value, i) => {
    checkNumber(`${name}[${i}]`, value);
    return value;
  });
}

function checkFeatures(features: unknown): Readonly<Record<string, number | string>> {
  if (typeof features !== "object" || features === null || isList(features))
    throw invalid("record.features", "numbers or texts by name", features);
  const entries = Object.entries(features);
  if (entries.length > mostFeatures) throw invalid("record.features", `at most ${mostFeatures}`, entries.length);
  for (const [name, value] of entries)
    if (typeof value === "number" ? !Number.isFinite(value) : typeof value !== "string")
      throw invalid(`record.features.${name}`, "a finite number or a text", value);
  return { ...features } as Record<string, number | string>;
}

/** What every store can keep as a key: MySQL does not see a space at the end. */
export function checkId(name: string, id: unknown): asserts id is string {
  if (typeof id !== "string" || !/^[^\p{Cc}\p{Cs}]{1,160}(?<! )$/u.test(id))
    throw invalid(name, "a text of 1 to 160 characters, no space at its end", id);
}

function checkName(name: string, text: unknown, least: number): asserts text is string {
  if (typeof text !== "string" || text.length < least || text.length > 1000)
    throw invalid(name, `a text of ${least} to 1000 characters`, text);
}

/** @throws unless it is the index of a class or its name */
export function checkTrueLabel(name: string, label: unknown): asserts label is TrueLabel {
  if (typeof label === "number" ? Number.isSafeInteger(label) && label >= 0 : isShortText(label)) return;
  throw invalid(name, "the index of a class, or its name", label);
}

function isShortText(text: unknown): boolean {
  return typeof text === "string" && text.length > 0 && text.length <= 1000;
}

/** Bytes that it takes in memory and on its way to a store, roughly. */
export function sizeOf({ probabilities, values, features }: StoredPrediction): number {
  return 400 + 24 * ((probabilities?.length ?? 0) + (values?.length ?? 0)) + 48 * Object.keys(features).length;
}
