// One training run on a small problem and what it says of itself, in numbers that another process can print. Used by eager-reasons.test.ts,
// here and in a process of its own.

import { useBackend } from "../../../lib/engine/backend.js";
import { mlp } from "../../../lib/models/index.js";
import { adam } from "../../../lib/optimizers/index.js";
import { evaluate } from "../../../lib/training/evaluate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { blobs } from "./blobs.js";

export interface BlobRun {
  readonly engine: string;
  readonly losses: readonly number[];
  readonly accuracy: number | undefined;
}

export async function trainBlobs(options: Partial<FitOptions> = {}): Promise<BlobRun> {
  await useBackend({ backend: "wasm" });
  const data = () => blobs({ samples: 90, batchSize: 16 });
  const net = mlp({ inputShape: [4], hidden: [16], classes: 3, seed: 3, dropout: 0.1 });
  const history = await train(net, {
    train: data(),
    epochs: 4,
    optimizer: adam({ learningRate: 0.02 }),
    seed: 5,
    ...options,
  });
  const { accuracy } = await evaluate(net, data());
  net.dispose();
  return { engine: history.engine, losses: history.column("loss"), accuracy };
}
