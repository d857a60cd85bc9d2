// A program that stops training in the middle of an epoch and then has nothing more to do: started by interruption.test.ts, which sees
// whether the process ends by itself, with the loader's threads.
import { ready } from "../../../lib/engine/backend.js";
import { fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "./image-problem.js";

await ready();
const controller = new AbortController();
Object.defineProperty(globalThis, Symbol.for("Jupyter.abortSignal"), { get: () => controller.signal });
const failure = await train(smallNet(), {
  train: squares(2000, { batchSize: 4, workers: 2, shuffle: true }),
  epochs: 50,
  callbacks: [{ name: "stop", afterStep: (step) => void (step === 7 && controller.abort(new Error("stopped"))) }],
}).then(
  () => "none",
  (error: Error) => error.message,
);
process.stdout.write(failure);
