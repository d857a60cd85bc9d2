// Ends training when a value stops improving, and gives the model back the weights of its best epoch.
import type * as tf from "@tensorflow/tfjs";
import {
  checkBoolean,
  checkChoice,
  checkNumber,
  checkOptions,
  checkText,
  checkWhole,
  invalid,
} from "../engine/invalid.js";
import type { Callback, Wish } from "../training/callback.js";
import type { CallbackState } from "../training/checkpoint-file.js";
import type { EpochLogs } from "../training/history.js";
import { type NamedValues, tensorsOf, weightsOf } from "../training/named-values.js";

export interface EarlyStoppingOptions {
  /** A log of the epoch; "valLoss" by default. */
  monitor?: string;
  /**
   * How many epochs in a row without improvement end training; a whole number, 0 by default, which means the same as 1: the first such
   * epoch is the last.
   */
  patience?: number;
  /** How much better counts as better; at least 0, 0 by default. */
  minDelta?: number;
  /** Whether less ("min") or more ("max") is better; by default "min" for losses and errors, "max" for the rest. */
  mode?: "min" | "max";
  /** Whether the model ends with the weights of the best epoch; true by default. */
  restoreBest?: boolean;
}

/**
 * Early stopping (Prechelt, "Early Stopping — But When?", 1998), with Keras's names and Keras's count of epochs.
 * @throws when an option is out of range, and in fit() when there is no such log
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions("options", options, ["monitor", "patience", "minDelta", "mode", "restoreBest"]);
  const { monitor = "valLoss", patience = 0, minDelta = 0, restoreBest = true } = options;
  checkText("monitor", monitor, "the name of a log");
  const mode = options.mode ?? (/loss|error/i.test(monitor) ? "min" : "max");
  checkChoice("mode", mode, ["min", "max"]);
  checkWhole("patience", patience);
  checkNumber("minDelta", minDelta, { least: 0 });
  checkBoolean("restoreBest", restoreBest);
  let best = Number.NaN;
  let bestEpoch = 0;
  let waited = 0;
  // Copies: the model's own tensors change with the next step.
  let weights: readonly NamedValues[] = [];
  return {
    name: "earlyStopping",
    begin({ rows, model }, saved) {
      reset();
      // A run that is resumed has waited for what it waited for before.
      for (const row of rows) judge(row);
      if (!restoreBest || bestEpoch === 0) return verdict();
      if (waited === 0) weights = weightsOf(model);
      else if (isOf(saved, bestEpoch)) weights = saved.tensors;
      else begin(rows, model);
      return verdict();
    },
    afterEpoch(_epoch, logs, { model }) {
      if (judge(logs) && restoreBest) weights = weightsOf(model);
      return verdict();
    },
    end() {
      const kept = weights;
      weights = [];
      return kept.length ? { weights: tensorsOf(kept) } : undefined;
    },
    state: () => ({ values: { bestEpoch }, tensors: weights }),
  };

  function reset(): void {
    best = Number.NaN;
    bestEpoch = 0;
    waited = 0;
    weights = [];
  }

  /** The best epoch's weights are nowhere (the checkpoint is of a run without early stopping): the last one's are the best so far. */
  function begin(rows: readonly EpochLogs[], model: tf.LayersModel): void {
    reset();
    for (const row of rows.slice(-1)) judge(row);
    weights = weightsOf(model);
  }

  function verdict(): Wish {
    if (waited < Math.max(1, patience)) return undefined;
    return { stop: `${monitor} was best in epoch ${bestEpoch} (${best.toPrecision(4)})` };
  }

  /** Whether this epoch is the best so far. */
  function judge(logs: EpochLogs): boolean {
    const value = Object.hasOwn(logs, monitor) ? logs[monitor] : undefined;
    if (value === undefined) throw invalid("monitor", `one of ${Object.keys(logs).join(", ")}`, monitor);
    const better = Number.isNaN(best) || (mode === "min" ? value < best - minDelta : value > best + minDelta);
    waited = better ? 0 : waited + 1;
    if (better) [best, bestEpoch] = [value, logs.epoch];
    return better;
  }
}

/** Whether these are the weights of that epoch. */
function isOf(
  saved: CallbackState | undefined,
  epoch: number,
): saved is CallbackState & { tensors: readonly NamedValues[] } {
  const { bestEpoch } = (saved?.values ?? {}) as { bestEpoch?: unknown };
  return bestEpoch === epoch && saved?.tensors !== undefined && saved.tensors.length > 0;
}
