// The one schedule that watches training: the rate falls when a monitored value stops improving. fit() keeps its state
// (plain JSON, so that a checkpoint resumes it) and feeds it that value after every epoch.
import { checkChoice, checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";

export interface ReduceOnPlateauOptions {
  /** The log to watch, "valLoss" by default. */
  monitor?: string;
  /** Whether less is better ("min", by default) or more. */
  mode?: "min" | "max";
  /** What the rate is multiplied by; in [0, 1), 0.1 by default. */
  factor?: number;
  /** How many epochs without improvement are forgiven; a whole number, 10 by default. */
  patience?: number;
  /** How much better than the best counts as better; at least 0, 1e-4 by default. */
  threshold?: number;
  /** The threshold is a part of the best ("relative", by default) or a difference. */
  thresholdMode?: "relative" | "absolute";
  /** How many epochs after a reduction are not judged; a whole number, 0 by default. */
  cooldown?: number;
  /** At least 0, 0 by default. */
  minLearningRate?: number;
  /** A smaller change of the rate is not made; at least 0, 1e-8 by default. */
  epsilon?: number;
}

export interface PlateauState {
  readonly learningRate: number;
  /** The best value so far; null before the first. */
  readonly best: number | null;
  readonly badEpochs: number;
  readonly cooldown: number;
}

export interface PlateauSchedule {
  readonly by: "epoch";
  readonly monitor: string;
  /** The state before the first epoch. */
  initial(learningRate: number): PlateauState;
  /**
   * The state after an epoch whose monitored value was `value`; `state` itself is left as it is.
   * @throws when the value is not a number (NaN)
   */
  update(state: PlateauState, value: number): PlateauState;
}

const KEYS = [
  "monitor",
  "mode",
  "factor",
  "patience",
  "threshold",
  "thresholdMode",
  "cooldown",
  "minLearningRate",
  "epsilon",
];

/**
 * Multiplies the learning rate by `factor` once the monitored value has not improved for more than `patience` epochs.
 * As PyTorch's `ReduceLROnPlateau`.
 * @throws when an option is out of range
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): PlateauSchedule {
  checkOptions("options", options, KEYS);
  const { monitor = "valLoss", mode = "min", factor = 0.1, patience = 10, cooldown = 0 } = options;
  const { threshold = 1e-4, thresholdMode = "relative", minLearningRate = 0, epsilon = 1e-8 } = options;
  checkText("monitor", monitor, "the name of a log");
  checkChoice("mode", mode, ["min", "max"]);
  checkChoice("thresholdMode", thresholdMode, ["relative", "absolute"]);
  checkNumber("factor", factor, { least: 0, below: 1 });
  checkWhole("patience", patience, 0);
  checkWhole("cooldown", cooldown, 0);
  checkNumber("threshold", threshold, { least: 0 });
  checkNumber("minLearningRate", minLearningRate, { least: 0 });
  checkNumber("epsilon", epsilon, { least: 0 });

  const sign = mode === "min" ? -1 : 1;
  const isBetter = (value: number, best: number | null): boolean => {
    if (best === null) return Number.isFinite(value);
    const bar = thresholdMode === "relative" ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === "min" ? value < bar : value > bar;
  };

  const schedule: PlateauSchedule = {
    by: "epoch",
    monitor,
    initial(learningRate) {
      checkNumber("learningRate", learningRate, { least: 0 });
      return { learningRate, best: null, badEpochs: 0, cooldown: 0 };
    },
    update(state, value) {
      if (typeof value !== "number" || Number.isNaN(value)) {
        throw invalid(monitor, "a number to judge progress by", value);
      }
      const better = isBetter(value, state.best);
      const cooling = state.cooldown > 0;
      const badEpochs = better || cooling ? 0 : state.badEpochs + 1;
      const next = {
        learningRate: state.learningRate,
        best: better ? value : state.best,
        badEpochs,
        cooldown: cooling ? state.cooldown - 1 : 0,
      };
      if (badEpochs <= patience) return next;
      const reduced = Math.max(state.learningRate * factor, minLearningRate);
      const learningRate = state.learningRate - reduced > epsilon ? reduced : state.learningRate;
      return { ...next, learningRate, badEpochs: 0, cooldown };
    },
  };
  return madeBy(schedule, "reduceOnPlateau", options);
}
