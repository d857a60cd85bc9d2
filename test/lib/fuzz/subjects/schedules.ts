// The fuzz table's learning rate schedules; each is asked for the rates of its first epochs.
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const use = (schedule: ml.schedules.Schedule) => [0, 1, 2, 3, 10, 1000].map((count) => schedule(count, 0.1));

const { stepLR, constant, warmup } = ml.schedules;

export const schedules: readonly Subject[] = [
  { name: "ml.schedules.chain", args: () => [[stepLR({ stepSize: 2 }), warmup({ epochs: 3 })]], use },
  { name: "ml.schedules.sequential", args: () => [[warmup({ epochs: 3 }), constant()], { milestones: [3] }], use },
  { name: "ml.schedules.constant", args: () => [{ factor: 0.5, epochs: 3 }], use },
  { name: "ml.schedules.constant", args: () => [{ factor: 0.5, by: "step" }], use },
  {
    name: "ml.schedules.cosine",
    args: () => [{ epochs: 5, minLearningRate: 0, restarts: true, lengthMultiplier: 2 }],
    use,
  },
  { name: "ml.schedules.exponentialLR", args: () => [{ gamma: 0.9, by: "epoch" }], use },
  { name: "ml.schedules.multiStepLR", args: () => [{ milestones: [1, 3, 3], gamma: 0.5, by: "epoch" }], use },
  {
    name: "ml.schedules.oneCycle",
    args: () => [
      {
        steps: 20,
        maxLearningRate: 0.1,
        pctStart: 0.3,
        divFactor: 25,
        finalDivFactor: 1e4,
        annealing: "linear",
        threePhase: true,
      },
    ],
    use,
  },
  { name: "ml.schedules.polynomial", args: () => [{ epochs: 5, power: 2 }], use },
  {
    name: "ml.schedules.reduceOnPlateau",
    args: () => [
      {
        monitor: "valLoss",
        mode: "min",
        factor: 0.5,
        patience: 1,
        threshold: 1e-4,
        thresholdMode: "absolute",
        cooldown: 1,
        minLearningRate: 1e-5,
        epsilon: 1e-8,
      },
      0.1,
      [3, 2, 2, 2, 2, 2.5],
    ],
    use: (schedule: ml.schedules.PlateauSchedule, [, rate, values]: readonly unknown[]) =>
      (values as number[]).reduce((state, value) => schedule.update(state, value), schedule.initial(rate as number)),
    fixed: ["2"],
  },
  { name: "ml.schedules.stepLR", args: () => [{ stepSize: 2, gamma: 0.5, by: "epoch" }], use },
  { name: "ml.schedules.warmup", args: () => [{ epochs: 4, startFactor: 0.1, endFactor: 1 }], use },
  {
    name: "ml.schedules.stepLR",
    args: () => [{ stepSize: 2 }, 3, 0.1],
    use: (schedule: ml.schedules.Schedule, [, count, rate]: readonly unknown[]) =>
      schedule(count as number, rate as number),
    fixed: ["0"],
  },
];
