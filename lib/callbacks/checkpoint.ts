// Saves everything that training needs to go on, after each epoch and where training is interrupted.
import { checkOptions, checkText, checkWhole } from "../engine/invalid.js";
import type { Callback } from "../training/callback.js";
import { writeCheckpoint } from "../training/checkpoint-file.js";

export interface CheckpointOptions {
  /** Epochs between two checkpoints; a whole number, 1 by default. */
  every?: number;
}

/**
 * Writes a checkpoint after every epoch (and after the last): weights, the optimizer's state, the history, the seed. Also where Stop, or an
 * error of a loader or a callback, ends training in the middle of an epoch: a resumed run then goes on with the next batch, to the same
 * losses.
 * @throws when an option is out of range
 * @param directory made if it is not there; its last checkpoint is replaced, never half
 * @example await ml.fit(model, { train, epochs: 5, resume: "runs/a" })
 */
export function checkpoint(directory: string, options: CheckpointOptions = {}): Callback {
  checkText("directory", directory, "the path of a directory");
  checkOptions("options", options, ["every"]);
  const { every = 1 } = options;
  checkWhole("every", every, 1);
  return {
    name: "checkpoint",
    async afterEpoch(epoch, _logs, view) {
      if (epoch % every === 0 || epoch === view.epochs) await writeCheckpoint(directory, view.checkpoint());
    },
    interrupted: (view) => writeCheckpoint(directory, view.checkpoint()),
  };
}
