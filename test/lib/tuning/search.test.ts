// Searches in threads of this process: the same result with one thread or several, failures that are results, Stop, and what a reader sees.
import assert from "node:assert/strict";
import * as ml from "../../../lib/index.js";
import { essence } from "./essence.js";
import { TrialFiles } from "./trial-files.js";

const { choice, float, int, search } = ml.tuning;

describe("tuning: searches", () => {
  let files: TrialFiles;
  beforeEach(() => {
    files = new TrialFiles();
  });
  afterEach(() => files.remove());

  const bowl = `export function trial({ x, y }, { seed }) {
    return { loss: (x - 2) ** 2 + y, noise: Math.random(), seed };
  }`;

  it("finds the best point of a grid", async () => {
    const file = files.write("bowl.js", bowl);
    const space = { x: int(0, 4), y: [0, 1] };
    const found = await search({ trial: file, space, sampler: "grid", metric: "loss", seed: 1, verbose: false });
    assert.equal(found.trials.length, 10);
    assert.deepEqual(found.best?.parameters, { x: 2, y: 0 });
    assert.deepEqual([found.best?.score, found.mode], [0, "min"]);
    assert.deepEqual(
      found.ranked.map(({ score }) => score),
      [0, 1, 1, 1, 2, 2, 4, 4, 5, 5],
    );
    assert.deepEqual([...found], found.trials);
  });

  it("gives the same result with one thread and with three, by the seed; another with another seed", async () => {
    // Slow ones first, so that the order of the ends is another; and with memory, which the next trial must not see.
    const file = files.write(
      "slow.js",
      `let calls = 0;
      export async function trial({ x }, { number, seed }) {
        await new Promise((go) => setTimeout(go, number === 0 ? 400 : 0));
        globalThis.before = (globalThis.before ?? 0) + 1;
        return { accuracy: x, calls: ++calls, before: globalThis.before, noise: Math.random(), seed };
      }`,
    );
    const run = (seed: number, workers: number) =>
      search({ trial: file, space: { x: float(0, 1) }, trials: 5, metric: "accuracy", seed, workers, verbose: false });
    const [one, three, other] = [await run(7, 1), await run(7, 3), await run(8, 3)];
    assert.deepEqual(essence(three), essence(one));
    assert.notDeepEqual(essence(other), essence(one));
    assert.deepEqual(new Set(one.trials.map(({ scores }) => scores.calls)), new Set([1]));
    assert.deepEqual(new Set(one.trials.map(({ scores }) => scores.before)), new Set([1]));
    assert.equal(new Set(one.trials.map(({ scores }) => scores.noise)).size, 5);
    assert.equal(one.mode, "max");
  });

  it("runs several at the same time, and no more than it may", async () => {
    const file = files.write(
      "wait.js",
      `export async function trial() {
        const begin = Date.now();
        await new Promise((go) => setTimeout(go, 300));
        return { begin, end: Date.now() };
      }`,
    );
    const found = await search({
      trial: file,
      space: { x: int(1, 6) },
      sampler: "grid",
      metric: "end",
      workers: 2,
      verbose: false,
    });
    const most = found.trials.map(
      ({ scores: { begin = 0 } }) =>
        found.trials.filter(({ scores: { begin: from = 0, end = 0 } }) => from <= begin && begin < end).length,
    );
    assert.equal(Math.max(...most), 2);
  });

  it("keeps failures with their error, and goes on", async () => {
    const file = files.write(
      "fails.ts",
      `export async function trial({ how }: { how: string }): Promise<unknown> {
        enum Kinds { Fine = 1 }
        if (how === "throws") throw new RangeError("too large");
        if (how === "exits") process.exit(3);
        if (how === "later") { setTimeout(() => { throw new Error("too late"); }, 1); await new Promise((go) => setTimeout(go, 5000)); }
        if (how === "nan") return Number.NaN;
        if (how === "text") return "good";
        return Kinds.Fine;
      }`,
    );
    const ended: number[] = [];
    const found = await search({
      trial: file,
      space: { how: ["throws", "exits", "later", "nan", "text", "fine"] },
      sampler: "grid",
      workers: 2,
      verbose: false,
      onTrial: ({ number }) => ended.push(number),
    });
    assert.deepEqual(
      found.trials.map(({ state, error }) => `${state} ${error?.name ?? ""} ${error?.message ?? ""}`.trim()),
      [
        "failed RangeError too large",
        "failed ThreadEnded the trial's thread ended with exit code 3",
        "failed Error too late",
        "failed Error invalid result of the trial; expected a finite number: NaN",
        'failed Error invalid result of the trial; expected a number, or an object of numbers by name: "good"',
        "done",
      ],
    );
    // The line of the TypeScript file.
    assert.match(found.trials[0]?.error?.stack ?? "", /fails\.ts:3:/);
    assert.deepEqual(ended.sort(), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([found.best?.number, found.best?.score, found.failed.length], [5, 1, 5]);
    const text = String(found);
    assert.match(text, /^6 trials, 5 failed; best score 1\.0000, trial 5\n/);
    assert.match(text, /trial 0 failed \(how throws\): too large/);
  });

  it("shows itself as a table, best first", async () => {
    const file = files.write("bowl.js", bowl);
    const found = await search({
      trial: { module: file, name: "trial" },
      space: { x: int(0, 24), y: choice([0]) },
      sampler: "grid",
      metric: "loss",
      verbose: false,
    });
    const shown = (found as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.();
    const lines = shown?.["text/plain"]?.split("\n") ?? [];
    assert.equal(lines[0], "25 trials; best loss 0, trial 2");
    assert.match(lines[1] ?? "", /^trial +x +y +loss +noise +seed +seconds$/);
    assert.match(lines[2] ?? "", /^ +2 +2 +0 +0 /);
    assert.equal(lines.at(-1), "… and 5 more, in .ranked");
    assert.match(shown?.["text/html"] ?? "", /^<table><caption>25 trials/);
  });

  it("Stop ends all of it, and the error has what was finished", async () => {
    const file = files.write(
      "long.js",
      `import { writeFileSync } from "node:fs";
      export async function trial({ x }) {
        if (x === 0) return 1;
        writeFileSync(${JSON.stringify(files.path("begun"))} + x, "");
        for (;;);
      }`,
    );
    const stop = new AbortController();
    const reason = new Error("stopped");
    const run = search({
      trial: file,
      space: { x: int(0, 9) },
      sampler: "grid",
      workers: 2,
      signal: stop.signal,
      verbose: false,
      onTrial: () => setTimeout(() => stop.abort(reason), 500),
    });
    await assert.rejects(run, (error: Error & { search?: ml.tuning.SearchResult }) => {
      assert.equal(error, reason);
      assert.deepEqual(
        error.search?.trials.map(({ number }) => number),
        [0],
      );
      return true;
    });
    const stopped = new AbortController();
    stopped.abort(reason);
    await assert.rejects(search({ trial: file, space: { x: [1] }, signal: stopped.signal, verbose: false }), reason);
  });

  it("a cell's Stop is enough", async () => {
    const file = files.write("forever.js", "export function trial() { for (;;); }");
    const stop = new AbortController();
    const key = Symbol.for("Jupyter.abortSignal");
    Object.defineProperty(globalThis, key, { value: stop.signal, configurable: true });
    try {
      setTimeout(() => stop.abort(new Error("Stop")), 300);
      await assert.rejects(search({ trial: file, space: { x: [1, 2] }, verbose: false }), /^Error: Stop$/);
    } finally {
      Reflect.deleteProperty(globalThis, key);
    }
  });

  it("ends at once when the module can't be used", async () => {
    const broken = files.write("broken.js", "export const trial = 3 +;");
    const lacks = files.write("lacks.js", "export const other = 3;");
    const throws = files.write("throws.js", 'throw new Error("no data");');
    const space = { x: int(1, 50) };
    const wrong: [ml.tuning.TrialReference, RegExp][] = [
      [broken, /^UnusableTrial: invalid trial; expected a module that can be loaded: .*broken\.js/],
      [lacks, /^UnusableTrial: invalid trial; expected a module that exports a function trial: .*lacks\.js/],
      [{ module: lacks, name: "run" }, /exports a function run/],
      [throws, /no data/],
      [files.path("absent.js"), /^Error: invalid trial; expected a module file that can be read: .*absent\.js/],
    ];
    for (const [trial, message] of wrong)
      await assert.rejects(search({ trial, space, workers: 2, verbose: false }), message);
  });

  it("asks which number counts, and fails a trial that lacks it", async () => {
    const file = files.write("two.js", "export const trial = ({ x }) => (x === 1 ? { a: 1 } : { a: 1, b: 2 });");
    const space = { x: [1, 2] };
    await assert.rejects(
      search({ trial: file, space, verbose: false }),
      /^Error: invalid metric; expected one of a, b/,
    );
    const found = await search({ trial: file, space, sampler: "grid", metric: "b", verbose: false });
    assert.deepEqual(
      found.trials.map(({ state }) => state),
      ["failed", "done"],
    );
    assert.equal(found.trials[0]?.error?.message, "invalid result of the trial; expected a number named b: a");
  });

  it("trains with the library itself, repeatably, wherever the module is", async () => {
    const file = files.write(
      "train.ts",
      `import * as ml from "cellgrad";
      import * as tf from "@tensorflow/tfjs";
      export async function trial({ units }: { units: number }, { seed }: ml.tuning.TrialContext) {
        const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [2] }), tf.layers.dense({ units: 2 })] });
        const xs = tf.randomUniform([32, 2], -1, 1, "float32", 1);
        const ys = tf.tidy(() => tf.cast(tf.greater(tf.sum(xs, 1), 0), "int32"));
        const history = await ml.fit(model, { train: [{ xs, ys }], epochs: 2, loss: "crossEntropy", seed });
        return history.epochs.at(-1)?.loss ?? Number.NaN;
      }`,
    );
    const run = (workers: number) =>
      search({ trial: file, space: { units: [2, 4] }, sampler: "grid", seed: 1, workers, mode: "min", verbose: false });
    const [one, two] = [await run(1), await run(2)];
    assert.deepEqual(one.failed, []);
    assert.deepEqual(essence(two), essence(one));
  });
});
