// Training end to end, as in PyTorch's tutorial: images out of a data set, shuffled, normalised by worker threads, a batch at a time.
// Called by training-contender.ts; training-pytorch.py does the same with a DataLoader.
import { fromArrays, loader } from "../../lib/data/index.js";
import { sgd } from "../../lib/optimizers/index.js";
import { fit as trainModel } from "../../lib/training/fit.js";
import { compose, normalize, toTensor } from "../../lib/transforms/index.js";
import { nets } from "./training-net.js";

const samples = 6000;
const epochs = 2;

/** Images a second of a whole run, from the call of fit to its end; `threads` are the step's, the loader has two workers of its own. */
export async function trainFromLoader(batchSize: number, threads: number): Promise<number> {
  const images = Uint8Array.from({ length: samples * 32 * 32 * 3 }, () => Math.floor(256 * Math.random()));
  const labels = Int32Array.from({ length: samples }, (_, i) => i % 10);
  const classNames = Array.from({ length: 10 }, (_, i) => String(i));
  const dataset = fromArrays({ images, labels, shape: [32, 32, 3], classNames });
  const transform = compose([toTensor(), normalize([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])]);
  const train = loader(dataset, { batchSize, shuffle: true, workers: 2, transform });
  const model = nets.tutorial();
  const optimizer = sgd({ learningRate: 0.001, momentum: 0.9 });
  const start = performance.now();
  await trainModel(model, { train, epochs, optimizer, metrics: [], mode: "compiled", threads });
  const seconds = (performance.now() - start) / 1000;
  await train.close();
  model.dispose();
  return (epochs * samples) / seconds;
}
