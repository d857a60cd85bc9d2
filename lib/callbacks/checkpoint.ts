// Saves everything that training needs to go on, after each epoch.
import type { Callback } from "../training/callback.js";
import { writeCheckpoint } from "../training/checkpoint-file.js";

export interface CheckpointOptions {
  /** Epochs between two checkpoints; a whole number, 1 by default. */
  every?: number;
}

/**
 * @param directory made if it is not there; its last checkpoint is replaced, never half
 * @example await ml.fit(model, { train, epochs: 5, resume: "runs/a" })
 */
export function checkpoint(directory: string, { every = 1 }: CheckpointOptions = {}): Callback {
  if (!Number.isInteger(every) || every < 1)
    throw new Error(`invalid every; expected a whole number, at least 1: ${every}`);
  return {
    name: "checkpoint",
    async afterEpoch(epoch, _logs, view) {
      if (epoch % every === 0 || epoch === view.epochs) await writeCheckpoint(directory, view.checkpoint());
    },
  };
}
