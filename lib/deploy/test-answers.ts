// How good a model is on the test data, and which predictions it makes there: of a model in memory, or of a file. Called by pipeline.ts.
import type * as tf from "@tensorflow/tfjs";
import { Dataset } from "../data/dataset.js";
import { imageFolder } from "../data/image-folder.js";
import { loader } from "../data/loader.js";
import { cellSignal } from "../engine/cell-signal.js";
import { invalid } from "../engine/invalid.js";
import type { ServedModel } from "../serve/served-model.js";
import { type Batches, batchSource, disposeBatch, type StepBatch, stepBatches, valuesOf } from "../training/batches.js";
import { evaluate } from "../training/evaluate.js";
import type { PredictionSample } from "./gate.js";
import { answerOf } from "./served-file.js";
import { type ShareInterval, wilson } from "./wilson.js";

export interface TestAnswers {
  readonly accuracy: ShareInterval;
  readonly predictions: PredictionSample;
}

/** More rows make drift no easier to find, but the release larger. */
const mostRows = 2000;
/** `ml.monitor.drift` compares no fewer. */
const fewestRows = 10;

/** @throws when the data don't fit the model */
export async function answersOfModel(
  model: tf.LayersModel,
  test: Batches,
  classNames: readonly string[] | undefined,
): Promise<TestAnswers> {
  const { yTrue, yPred, probabilities } = await evaluate(model, test);
  return summed(
    yTrue,
    yPred,
    probabilities.map((row) => Math.max(...row)),
    (label) => classNames?.[label] ?? String(label),
  );
}

/**
 * @param test as the file takes them, or a folder of pictures
 * @throws when the data don't fit the file, or its answers are no classes
 */
export async function answersOfFile(model: ServedModel, test: Batches | string): Promise<TestAnswers> {
  const batches = typeof test === "string" ? await picturesIn(test, model) : test;
  const [yTrue, yPred, confidence]: [number[], number[], number[]] = [[], [], []];
  const { labels } = model.rules;
  for await (const batch of stepBatches(batchSource("test", batches), 0)) {
    try {
      cellSignal()?.throwIfAborted();
      const answers = await Promise.all(inputsIn(batch, model).map((values) => answerOf(model, values)));
      for (const answer of answers) {
        if (!("class" in answer))
          throw invalid("model", "a classifier, since there is test data", "one that answers values");
        yPred.push(answer.class);
        confidence.push(answer.probabilities[answer.class] ?? 0);
      }
      for (const label of labelsIn(batch, answers.length, labels.length)) yTrue.push(label);
    } finally {
      disposeBatch(batch);
    }
  }
  if (yTrue.length === 0) throw invalid("test", "at least one sample", "none");
  return summed(yTrue, yPred, confidence, (label) => labels[label] ?? String(label));
}

/** Scaled and cut as the server does with `fit: "cover"`; classes by their names. */
async function picturesIn(directory: string, { rules }: ServedModel): Promise<Batches> {
  const { isImage, shape } = rules.input;
  const [height = 1, width = 1, channels = 1] = shape;
  if (!isImage) throw invalid("test", "batches, since the file takes no pictures", directory);
  const pictures = await imageFolder(directory, { size: [height, width], channels: channels === 1 ? 1 : 3 });
  const { classNames } = pictures;
  const unknown = classNames.find((name) => !rules.labels.includes(name));
  if (unknown !== undefined)
    throw invalid("test", `folders that are called as the classes: ${rules.labels.join(", ")}`, unknown);
  const labels = Int32Array.from(pictures.labels, (label) => rules.labels.indexOf(classNames[label] ?? ""));
  const { values } = pictures.storage();
  const dataset = new Dataset({ values, labels, shape: pictures.shape, classNames: rules.labels });
  return loader(dataset, { batchSize: 64 });
}

function labelsIn({ ys }: StepBatch, count: number, classes: number): number[] {
  const labels = Array.from(valuesOf(ys));
  const isLabel = (label: number) => Number.isInteger(label) && label >= 0 && label < classes;
  if (labels.length !== count || !labels.every(isLabel))
    throw invalid("test", `a class below ${classes} for each sample as ys`, labels);
  return labels;
}

function inputsIn({ xs }: StepBatch, { rules }: ServedModel): (Uint8Array | Int32Array | Float32Array)[] {
  const { type, shape } = rules.input;
  const [count = 0, ...lengths] = xs.shape;
  if (lengths.join() !== shape.join())
    throw invalid("test", `inputs [batch, ${shape.join(", ")}], as the file takes them`, `[${xs.shape.join(", ")}]`);
  const all = valuesOf(xs);
  const size = count === 0 ? 0 : all.length / count;
  const Values = type === "uint8" ? Uint8Array : type === "int32" ? Int32Array : Float32Array;
  return Array.from({ length: count }, (_, i) => {
    const values = Array.from({ length: size }, (__, k) => all[i * size + k] ?? 0);
    const wrong = type === "float32" ? undefined : values.find((value) => Values.of(value)[0] !== value);
    if (wrong !== undefined)
      throw invalid("test", `whole numbers (${type}), as the file takes them: a loader without transform`, wrong);
    return Values.from(values);
  });
}

function summed(
  yTrue: readonly number[],
  yPred: readonly number[],
  confidence: readonly number[],
  nameOf: (label: number) => string,
): TestAnswers {
  const right = yTrue.filter((label, i) => label === yPred[i]).length;
  const rows = Math.min(mostRows, yTrue.length);
  const picked = Array.from({ length: rows }, (_, i) => Math.floor((i * yTrue.length) / rows));
  return {
    accuracy: wilson(right, yTrue.length),
    predictions: {
      class: picked.map((i) => nameOf(yPred[i] ?? 0)),
      confidence: picked.map((i) => confidence[i] ?? 0),
    },
  };
}

/** @throws when there are too few samples for drift to be told from chance */
export function checkEnough({ predictions }: TestAnswers): void {
  const rows = predictions.class.length;
  if (rows < fewestRows) throw invalid("test", `at least ${fewestRows} samples, since gate.drift is asked for`, rows);
}
