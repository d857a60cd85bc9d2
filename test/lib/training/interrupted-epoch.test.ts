// What Stop or an error leaves of a run, wherever it comes: the error has the epochs that were done, and the checkpoint goes on with the
// next batch to what the uninterrupted run computes, to the last bit.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint } from "../../../lib/callbacks/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { StreamingMetric } from "../../../lib/metrics/index.js";
import { adam, sgd } from "../../../lib/optimizers/index.js";
import { reduceOnPlateau } from "../../../lib/schedules/index.js";
import type { BatchSource } from "../../../lib/training/batches.js";
import type { Callback } from "../../../lib/training/callback.js";
import { type FitError, type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { History } from "../../../lib/training/history.js";
import { smallNet, squares } from "./image-problem.js";
import { randomRun } from "./random-run.js";

const valuesOf = (net: tf.LayersModel): number[][] => net.getWeights().map((weight) => [...weight.dataSync()]);
const key = Symbol.for("Jupyter.abortSignal");

/** The losses of all steps. */
function stepLosses(): { losses: number[]; callback: Callback } {
  const losses: number[] = [];
  return { losses, callback: { name: "losses", afterStep: (_step, logs) => void losses.push(logs.loss) } };
}

/** Runs fit in a cell that may be stopped; gives its error. */
async function stopped(run: (stop: () => void) => Promise<unknown>): Promise<FitError> {
  const controller = new AbortController();
  Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
  try {
    await run(() => controller.abort(new Error("stopped on purpose")));
  } catch (error) {
    return error as FitError;
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
  throw new Error("fit was not stopped");
}

const stopAt = (at: number, stop: () => void): Callback => ({
  name: "stop",
  afterStep: (step) => void (step === at && stop()),
});

const columns = ["loss", "accuracy", "logLoss", "learningRate", "valLoss", "valAccuracy"];

describe("a run that is interrupted", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-interrupted-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (let seed = 40; seed < 52; seed++)
    it(`${seed} is the same when Stop came after some step and it is resumed`, async () => {
      const { model, options } = randomRun(seed);
      const directory = join(folder, String(seed));
      const settings = (): FitOptions => ({ ...options(), metrics: ["accuracy", "logLoss"] });
      const whole = model();
      const all = stepLosses();
      const expected = await train(whole, { ...settings(), callbacks: [all.callback] });
      // All places: the first step, within an epoch, an epoch's last step.
      const at = [1, Math.ceil(all.losses.length / 2), all.losses.length / 4, all.losses.length - 1][seed % 4] ?? 1;
      const part = model();
      const done = stepLosses();
      const error = await stopped((stop) =>
        train(part, { ...settings(), callbacks: [done.callback, checkpoint(directory), stopAt(at, stop)] }),
      );
      assert.equal(error.message, "stopped on purpose");
      const { history } = error;
      assert.ok(history instanceof History);
      assert.equal(history.stopped, "stopped on purpose");
      assert.deepEqual(history.column("loss"), expected.column("loss").slice(0, history.epochs.length));
      const again = model(seed + 1);
      const rest = stepLosses();
      const resumed = await train(again, { ...settings(), resume: directory, callbacks: [rest.callback] });
      assert.deepEqual([...done.losses, ...rest.losses], all.losses);
      for (const name of columns) assert.deepEqual(resumed.column(name), expected.column(name), name);
      assert.deepEqual(valuesOf(again), valuesOf(whole));
      for (const net of [whole, part, again]) net.dispose();
    });

  const options = (): FitOptions => ({
    train: squares(60, { batchSize: 8, shuffle: true }),
    validation: squares(30, { batchSize: 8 }),
    epochs: 3,
    metrics: ["accuracy"],
    optimizer: adam({ learningRate: 0.01 }),
    schedule: reduceOnPlateau({ monitor: "loss", patience: 0, threshold: 10 }),
    seed: 2,
  });

  for (const place of ["validation", "a loader", "a callback"] as const)
    it(`is the same when ${place} ended it and it is resumed`, async () => {
      const directory = join(folder, place.replace(" ", "-"));
      const whole = smallNet();
      const expected = await train(whole, options());
      const part = smallNet();
      const before = tf.memory().numTensors;
      const error = await stopped((stop) => {
        const given = options();
        const broken = () => {
          throw new Error("broken on purpose");
        };
        const source = (place === "validation" ? given.validation : given.train) as BatchSource;
        let epochs = 0;
        const breaking: BatchSource = {
          length: source.length,
          async *epoch(number) {
            epochs += 1;
            let batches = 0;
            for await (const batch of source.epoch(number)) {
              yield batch;
              if (epochs !== 2 || ++batches !== 2) continue;
              if (place === "validation") stop();
              else broken();
            }
          },
        };
        const bad: Callback = { name: "bad", afterEpoch: (epoch) => (epoch === 2 ? broken() : undefined) };
        return train(part, {
          ...given,
          ...(place === "validation" ? { validation: breaking } : {}),
          ...(place === "a loader" ? { train: breaking } : {}),
          callbacks: [...(place === "a callback" ? [bad] : []), checkpoint(directory)],
        });
      });
      assert.equal(tf.memory().numTensors, before);
      assert.match(error.message, /on purpose$/);
      assert.equal(error.history.epochs.length, place === "a callback" ? 2 : 1);
      const again = smallNet({ seed: 9 });
      const resumed = await train(again, { ...options(), resume: directory });
      for (const name of columns) assert.deepEqual(resumed.column(name), expected.column(name), name);
      assert.deepEqual(valuesOf(again), valuesOf(whole));
      for (const net of [whole, part, again]) net.dispose();
    });

  it("may be interrupted again, and again", async () => {
    const directory = join(folder, "often");
    const expected = await train(smallNet(), options());
    const net = smallNet();
    const all = stepLosses();
    for (const at of [3, 5, 8, 9, 17]) {
      const { history } = await stopped((stop) =>
        train(net, {
          ...options(),
          ...(at === 3 ? {} : { resume: directory }),
          callbacks: [checkpoint(directory), all.callback, stopAt(at, stop)],
        }),
      );
      assert.equal(history.epochs.length, Math.floor((at - 1) / 8));
      // One data file, the newest.
      assert.equal((await readdir(directory)).length, 2);
    }
    const history = await train(net, { ...options(), resume: directory, callbacks: [all.callback] });
    assert.equal(all.losses.length, 24);
    for (const name of columns) assert.deepEqual(history.column(name), expected.column(name), name);
    net.dispose();
  });

  it("leaves out a metric of one epoch whose samples so far no file can hold", async () => {
    const directory = join(folder, "own-metric");
    const hits = new StreamingMetric<readonly number[], readonly number[], number>(
      {
        prediction: "labels",
        initial: () => 0,
        update: (state, yTrue) => {
          const count = (state as () => number)() + yTrue.length;
          return () => count;
        },
        compute: (state) => (state as () => number)(),
      },
      "samples",
    );
    const settings = (): FitOptions => ({ ...options(), metrics: ["accuracy", hits] });
    await stopped((stop) => train(smallNet(), { ...settings(), callbacks: [checkpoint(directory), stopAt(10, stop)] }));
    const history = await train(smallNet(), { ...settings(), resume: directory });
    assert.deepEqual(history.column("samples"), [60, Number.NaN, 60]);
    assert.ok(history.column("accuracy").every(Number.isFinite));
  });

  it("has its history at once, before the batch is done that Stop waits for", async () => {
    let seen: unknown;
    const error = await stopped((stop) =>
      train(smallNet(), {
        ...options(),
        callbacks: [
          {
            name: "stop",
            afterStep: (step) => {
              if (step !== 12) return;
              const signal = (globalThis as Record<symbol, unknown>)[key] as AbortSignal;
              stop();
              seen = (signal.reason as FitError).history.epochs.length;
            },
          },
        ],
      }),
    );
    assert.equal(seen, 1);
    assert.ok(!Object.keys(error).includes("history"), "it would be printed with every traceback");
  });

  it("keeps the last epoch's checkpoint when the loss is no longer finite, and tells the epochs", async () => {
    const directory = join(folder, "diverging");
    const net = smallNet();
    const failure = await train(net, {
      ...options(),
      optimizer: sgd(),
      schedule: Object.assign((step: number) => (step < 10 ? 0.01 : 1e30), { by: "step" as const }),
      callbacks: [checkpoint(directory)],
    }).then(
      () => undefined,
      (error: FitError) => error,
    );
    assert.match(failure?.message ?? "", /^the loss became /);
    assert.equal(failure?.history.epochs.length, 1);
    const { epochs, partial } = JSON.parse(await readFile(join(directory, "checkpoint.json"), "utf8"));
    assert.equal(epochs.length, 1);
    assert.equal(partial, undefined);
    net.dispose();
  });

  it("writes nothing over a checkpoint before it made a step", async () => {
    const directory = join(folder, "nothing-new");
    const net = smallNet();
    await train(net, { ...options(), epochs: 1, callbacks: [checkpoint(directory)] });
    const before = await readFile(join(directory, "checkpoint.json"), "utf8");
    const broken: Callback = {
      name: "broken",
      begin: () => {
        throw new Error("broken on purpose");
      },
    };
    const run = train(smallNet(), { ...options(), callbacks: [checkpoint(directory), broken] });
    await assert.rejects(run, /broken on purpose/);
    assert.equal(await readFile(join(directory, "checkpoint.json"), "utf8"), before);
    net.dispose();
  });
});
