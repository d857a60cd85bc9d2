// Training runs that nobody chose: a net with dropout, an optimizer, a schedule, a loader and options, all out of one seed. Used by the
// tests that compare runs.
import * as tf from "@tensorflow/tfjs";
import { adam, adamW, type Optimizer, rmsprop, sgd } from "../../../lib/optimizers/index.js";
import {
  cosine,
  exponentialLR,
  oneCycle,
  type PlateauSchedule,
  reduceOnPlateau,
  type Schedule,
  stepLR,
} from "../../../lib/schedules/index.js";
import type { FitOptions } from "../../../lib/training/fit.js";
import { randomNumbers } from "./blobs.js";
import { side, squares } from "./image-problem.js";

export interface RandomRun {
  /** Another model each time, of the same architecture; `initial` decides its weights. */
  model(initial?: number): tf.LayersModel;
  /** Other objects each time, that say the same. */
  options(): FitOptions & { seed: number };
}

export function randomRun(seed: number): RandomRun {
  const draw = randomNumbers(seed * 7717 + 11);
  for (let i = 0; i < 5; i++) draw();
  const below = (n: number): number => Math.floor(draw() * n);
  const pick = <T>(...list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
  const { layers } = tf;
  const convolves = draw() < 0.7;
  const normalizes = draw() < 0.4;
  const rate = 0.1 + 0.5 * draw();
  const noise = draw() < 0.3;
  const units = 4 + below(8);
  const activation = pick("relu", "tanh", "elu" as const);
  const model = (initial = seed): tf.LayersModel => {
    let next = initial * 100 + 1;
    const kernelInitializer = () => tf.initializers.glorotUniform({ seed: next++ });
    return tf.sequential({
      layers: [
        layers.inputLayer({ inputShape: [side, side, 1] }),
        ...(convolves
          ? [
              layers.conv2d({ filters: 3, kernelSize: 3, activation, kernelInitializer: kernelInitializer() }),
              layers.maxPooling2d({ poolSize: 2 }),
            ]
          : []),
        ...(noise ? [layers.gaussianNoise({ stddev: 0.1 })] : []),
        layers.flatten(),
        layers.dropout({ rate }),
        layers.dense({ units, activation, kernelInitializer: kernelInitializer() }),
        ...(normalizes ? [layers.batchNormalization()] : []),
        layers.dropout({ rate: rate / 2 }),
        layers.dense({ units: 3, kernelInitializer: kernelInitializer() }),
      ],
    });
  };
  const optimizer = pick<() => Optimizer>(
    () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
    () => sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 }),
    // With their tiny default epsilon a gradient of rounding errors would become a step of full size.
    () => adam({ learningRate: 0.01, epsilon: 1e-3 }),
    () => adamW({ learningRate: 0.01, weightDecay: 0.05, amsgrad: true, epsilon: 1e-3 }),
    () => rmsprop({ learningRate: 0.003, momentum: 0.5, epsilon: 1e-3 }),
  );
  const schedule = pick<() => Schedule | PlateauSchedule | undefined>(
    () => undefined,
    () => stepLR({ stepSize: 2, gamma: 0.5 }),
    () => exponentialLR({ gamma: 0.9, by: "step" }),
    () => cosine({ epochs: 5 }),
    () => oneCycle({ steps: 40, maxLearningRate: 0.03 }),
    () => reduceOnPlateau({ monitor: "loss", patience: 0, threshold: 0.3, factor: 0.5 }),
  );
  const samples = 30 + below(25);
  const batchSize = 6 + below(10);
  const clipNorm = draw() < 0.3 ? 0.5 : undefined;
  const accumulateGradBatches = pick(1, 1, 2, 3);
  const validates = draw() < 0.5;
  return {
    model,
    options: () => {
      const made = schedule();
      return {
        train: squares(samples, { batchSize, shuffle: true, seed: seed + 1 }),
        ...(validates ? { validation: squares(20, { batchSize: 8 }) } : {}),
        epochs: 4,
        optimizer: optimizer(),
        ...(made ? { schedule: made } : {}),
        ...(clipNorm === undefined ? {} : { clipNorm }),
        accumulateGradBatches,
        seed: seed + 5,
      };
    },
  };
}
