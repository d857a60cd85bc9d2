// What a model file costs and what it gets right. Called by quantize.ts before and after.
import { accuracy, type BootstrapInterval, bootstrapInterval } from "../metrics/index.js";
import { openModel, type SampleBatch, type Samples } from "./onnx-run.js";

export interface Measured {
  readonly bytes: number;
  /** Of one sample, one thread: the median of 30 runs, in milliseconds. */
  readonly latency: number;
  /** With its 95 % interval; undefined where the samples have no labels. */
  readonly accuracy: BootstrapInterval | undefined;
  /** The answers, sample after sample. */
  readonly answers: readonly Float32Array[];
}

const runs = 30;

export async function measure(bytes: Uint8Array, samples: Samples): Promise<Measured> {
  const model = await openModel(bytes);
  try {
    const [output = ""] = model.outputNames;
    const [yTrue, yPred, answers]: [number[], number[], Float32Array[]] = [[], [], []];
    let first: SampleBatch | undefined;
    for await (const batch of samples()) {
      first ??= batch;
      const results = await model.run(batch);
      const data = results[output]?.data as Float32Array;
      const classes = data.length / (batch.shape[0] ?? 1);
      for (let i = 0; i < data.length; i += classes) {
        const row = data.slice(i, i + classes);
        answers.push(row);
        yPred.push(row.indexOf(row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)));
      }
      for (const label of batch.labels ?? []) yTrue.push(label);
    }
    const latency = first === undefined ? Number.NaN : await latencyOf((batch) => model.run(batch), first);
    const isLabelled = yTrue.length > 0 && yTrue.length === yPred.length;
    const interval = isLabelled
      ? bootstrapInterval((a: number[], b: number[]) => accuracy(a, b), yTrue, yPred, { seed: 0 })
      : undefined;
    return { bytes: bytes.length, latency, accuracy: interval, answers };
  } finally {
    await model.close();
  }
}

async function latencyOf(
  run: (batch: SampleBatch) => Promise<unknown>,
  { values, shape }: SampleBatch,
): Promise<number> {
  const [count = 1, ...rest] = shape;
  const one: SampleBatch = { values: values.slice(0, values.length / count), shape: [1, ...rest], labels: undefined };
  for (let i = 0; i < 5; i++) await run(one);
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await run(one);
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[runs >> 1] ?? Number.NaN;
}
