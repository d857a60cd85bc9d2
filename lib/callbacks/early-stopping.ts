// Ends training when a value stops improving, and gives the model back the weights of its best epoch.
import * as tf from "@tensorflow/tfjs";
import {
  checkBoolean,
  checkChoice,
  checkNumber,
  checkOptions,
  checkText,
  checkWhole,
  invalid,
} from "../engine/invalid.js";
import type { Callback } from "../training/callback.js";
import type { EpochLogs } from "../training/history.js";

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
  let weights: tf.Tensor[] = [];
  return {
    name: "earlyStopping",
    begin({ rows, model }) {
      best = Number.NaN;
      bestEpoch = 0;
      waited = 0;
      tf.dispose(weights);
      weights = [];
      // A run that is resumed has waited for what it waited for before. The weights of its best epoch are there if that was the last.
      for (const row of rows) judge(row);
      if (rows.length && waited === 0) keep(model);
    },
    afterEpoch(_epoch, logs, { model }) {
      if (judge(logs)) keep(model);
      if (waited < Math.max(1, patience)) return undefined;
      return { stop: `${monitor} was best in epoch ${bestEpoch} (${best.toPrecision(4)})` };
    },
    end() {
      const kept = weights;
      weights = [];
      return kept.length ? { weights: kept } : undefined;
    },
  };

  /** Whether this epoch is the best so far. */
  function judge(logs: EpochLogs): boolean {
    const value = Object.hasOwn(logs, monitor) ? logs[monitor] : undefined;
    if (value === undefined) throw invalid("monitor", `one of ${Object.keys(logs).join(", ")}`, monitor);
    const better = Number.isNaN(best) || (mode === "min" ? value < best - minDelta : value > best + minDelta);
    waited = better ? 0 : waited + 1;
    if (better) [best, bestEpoch] = [value, logs.epoch];
    return better;
  }

  function keep(model: tf.LayersModel): void {
    if (!restoreBest) return;
    tf.dispose(weights);
    // Copies: the model's own tensors change with the next step.
    weights = model.getWeights().map((it) => tf.tensor(it.dataSync().slice(), it.shape, it.dtype));
  }
}
