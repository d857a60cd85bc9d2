// Searches over machines: real worker processes (`cellgrad worker`) that take trials from a real Redis. One is killed in the middle of a trial,
// Redis itself is killed, the search is: nothing is lost, and nothing is there twice.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import * as ml from "../../lib/index.js";
import { type Started, Workplace } from "../kernel/cli/command.js";
import { essence } from "../lib/tuning/essence.js";
import { redisServer, type TestServer } from "./servers.js";

const { int, search } = ml.tuning;

describe("tuning over Redis", () => {
  const home = process.cwd();
  let server: TestServer;
  let workplace: Workplace;
  let workers: Started[];
  let queues = 0;

  before(async () => {
    server = await redisServer();
  });
  after(() => server?.remove());
  beforeEach(() => {
    queues++;
    workers = [];
    workplace = new Workplace();
    process.chdir(workplace.folder);
    // Notes each begin, so that what was begun twice can be seen.
    writeFileSync(
      "trial.js",
      `import { appendFileSync, existsSync } from "node:fs";
      export async function trial({ x }, { number, seed }) {
        appendFileSync("begun", number + " " + process.pid + "\\n");
        if (x === 5) throw new Error("no five");
        // The first worker that has it never ends it.
        if (x === 3 && existsSync("hang")) await new Promise(() => setInterval(() => {}, 1000));
        await new Promise((go) => setTimeout(go, 50));
        return { accuracy: x / 10, noise: Math.random(), seed };
      }`,
    );
  });
  afterEach(async () => {
    process.chdir(home);
    for (const { child } of workers) child.kill("SIGKILL");
    await Promise.all(workers.map(({ ended }) => ended));
    workplace.remove();
  });

  const redis = () => `redis://127.0.0.1:${server.port}`;
  const queue = () => ({ redis: redis(), name: `q${queues}` });
  const begun = () => (existsSync("begun") ? readFileSync("begun", "utf8").trim().split("\n") : []);
  const options = () => ({
    trial: "trial.js",
    space: { x: int(0, 9) },
    sampler: "grid" as const,
    metric: "accuracy",
    seed: 3,
    verbose: false,
  });

  async function startWorker(more: string[] = [], folder = workplace.folder): Promise<Started> {
    const args = [
      "worker",
      "--redis",
      redis(),
      "--queue",
      `q${queues}`,
      "--workers",
      "1",
      "--lost-after",
      "2",
      ...more,
    ];
    const worker = workplace.start([...args, "--directory", folder]);
    workers.push(worker);
    await worker.printed(/Waiting for trials in the queue/);
    return worker;
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const from = Date.now(); !(await condition()); await sleep(50))
      if (Date.now() - from > 60_000) throw new Error("waited for nothing");
  }

  /** How many jobs of any kind Redis still holds. */
  async function left(): Promise<number> {
    const found = new Queue(`q${queues}`, {
      prefix: "cellgrad",
      connection: { url: redis(), maxRetriesPerRequest: null },
    });
    try {
      return Object.values(await found.getJobCounts()).reduce((sum, count) => sum + count, 0);
    } finally {
      await found.close();
    }
  }

  it("gives what the local pool gives, by two workers, and leaves nothing in Redis", async () => {
    const [one, two] = [await startWorker(), await startWorker()];
    const found = await search({ ...options(), queue: queue() });
    assert.deepEqual(essence(found), essence(await search({ ...options(), workers: 2 })));
    assert.deepEqual([found.best?.number, found.failed.map(({ number }) => number)], [9, [5]]);
    const places = new Set(found.trials.map(({ where }) => Number(where.split(":").at(-1))));
    assert.deepEqual(places, new Set([one.child.pid, two.child.pid]));
    assert.equal(await left(), 0);
    one.child.kill("SIGTERM");
    const { code, stderr } = await one.ended;
    assert.equal(code, 0);
    assert.match(stderr, /search [0-9a-f]{8}, trial \d: accuracy 0\.\d, noise 0\.\d+, seed \d+, in \d/);
  });

  it("loses nothing and has nothing twice when a worker is killed -9 in the middle of a trial", async () => {
    writeFileSync("hang", "");
    await startWorker();
    await startWorker();
    const seen: number[] = [];
    const running = search({ ...options(), queue: queue(), onTrial: ({ number }) => seen.push(number) });
    await until(() => begun().some((line) => line.startsWith("3 ")));
    const pid = Number(
      begun()
        .find((line) => line.startsWith("3 "))
        ?.split(" ")[1],
    );
    const victim = workers.find(({ child }) => child.pid === pid);
    // All others are done by the other worker.
    await until(() => seen.length === 9);
    rmSync("hang");
    victim?.child.kill("SIGKILL");
    const found = await running;
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(essence(found), essence(await search({ ...options(), workers: 2 })));
    const again = found.trials[3];
    assert.deepEqual([again?.attempts, again?.state], [2, "done"]);
    assert.notEqual(Number(again?.where.split(":").at(-1)), pid);
    assert.equal(await left(), 0);
  });

  it("makes a trial that ends its workers a failure", async () => {
    writeFileSync(
      "trial.js",
      `export async function trial({ x }) {
        if (x === 3) process.kill(process.pid, "SIGKILL");
        return { accuracy: x / 10 };
      }`,
    );
    await startWorker(["--attempts", "2"]);
    await startWorker(["--attempts", "2"]);
    const running = search({ ...options(), queue: queue() });
    await Promise.all(workers.map(({ ended }) => ended));
    await startWorker(["--attempts", "2"]);
    const found = await running;
    assert.equal(found.ranked.length, 9);
    assert.match(found.failed[0]?.error?.message ?? "", /^its worker was lost 2 times: /);
    assert.deepEqual([found.failed[0]?.number, found.failed[0]?.error?.name], [3, "WorkerLost"]);
  });

  it("goes on after Redis was killed -9 and started again", async () => {
    await startWorker();
    const seen: number[] = [];
    const running = search({ ...options(), queue: queue(), onTrial: ({ number }) => seen.push(number) });
    await until(() => seen.length >= 2);
    await server.kill();
    await sleep(500);
    await server.start();
    const found = await running;
    assert.deepEqual(essence(found), essence(await search({ ...options(), workers: 2 })));
    assert.equal(seen.length, 10);
  });

  it("Stop takes back what waits, ends what runs, and the worker goes on with the next search", async () => {
    writeFileSync("hang", "");
    const worker = await startWorker();
    const stop = new AbortController();
    const running = search({ ...options(), queue: queue(), signal: stop.signal });
    const refused = assert.rejects(running, (error: Error & { search?: ml.tuning.SearchResult }) => {
      assert.deepEqual([error.message, error.search?.trials.length], ["enough", 3]);
      return true;
    });
    await until(() => begun().some((line) => line.startsWith("3 ")));
    stop.abort(new Error("enough"));
    await refused;
    await worker.printed(/trial 3: not wanted any more/);
    await until(async () => (await left()) === 0);
    rmSync("hang");
    const found = await search({ ...options(), queue: queue() });
    assert.equal(found.trials.length, 10);
  });

  it("a worker that is told to end finishes its trial; told twice, it gives it back", async () => {
    writeFileSync("hang", "");
    const first = await startWorker();
    const running = search({ ...options(), space: { x: [3] }, queue: queue() });
    await until(() => begun().length === 1);
    first.child.kill("SIGTERM");
    await first.printed(/Ending when the trials that run have ended/);
    await sleep(300);
    assert.equal(first.child.exitCode, null);
    first.child.kill("SIGTERM");
    assert.equal((await first.ended).code, 0);
    rmSync("hang");
    await startWorker();
    const found = await running;
    // Not lost, but given: at once, and not counted.
    assert.deepEqual([found.trials[0]?.score, found.trials[0]?.attempts], [0.3, 1]);
  });

  it("gives up a search that was killed -9, once its note has run out", async () => {
    writeFileSync("hang", "");
    const worker = await startWorker();
    const library = new URL("../../lib/index.js", import.meta.url).href;
    const text = JSON.stringify({ ...options(), queue: queue() });
    writeFileSync("search.mjs", `import { tuning } from ${JSON.stringify(library)}; await tuning.search(${text});`);
    const searching = spawn(process.execPath, ["search.mjs"], { stdio: "ignore" });
    await until(() => begun().some((line) => line.startsWith("3 ")));
    searching.kill("SIGKILL");
    const client = new Redis(redis());
    try {
      const [note = "", ...more] = await client.keys("cellgrad:search:*");
      assert.deepEqual(more, []);
      const left = await client.pttl(note);
      assert.ok(left > 0 && left <= 60_000, `${left}`);
      // Nobody waits a minute here.
      await client.pexpire(note, 1);
    } finally {
      client.disconnect();
    }
    await worker.printed(/trial 3: not wanted any more/);
    await until(async () => (await left()) === 0);
    assert.ok(begun().length < 10);
  });

  it("folds run over machines, too", async () => {
    await startWorker(["--workers", "2"]);
    writeFileSync("folds.js", "export const trial = ({ a }, { fold, folds }) => ({ fold: fold + a, folds });");
    const found = await ml.tuning.crossValidate({
      trial: "folds.js",
      parameters: { a: 1 },
      folds: 4,
      queue: queue(),
      verbose: false,
    });
    assert.deepEqual([found.mean.fold, found.mean.folds], [2.5, 4]);
  });

  it("a machine that has another file, or none, ends the search and says which", async () => {
    mkdirSync("other");
    await startWorker([], workplace.path("other"));
    await assert.rejects(
      search({ ...options(), queue: queue() }),
      /^UnusableTrial: invalid trial; expected a module file that can be read: .*other.trial\.js.*, on .+:\d+$/s,
    );
    writeFileSync(workplace.path("other", "trial.js"), "export const trial = () => 1;");
    await assert.rejects(
      search({ ...options(), queue: queue() }),
      /^UnusableTrial: invalid trial; expected the file that the search has: /,
    );
    assert.deepEqual(begun(), []);
  });

  it("a worker loads nothing outside of its folder", async () => {
    mkdirSync("inner");
    await startWorker([], workplace.path("inner"));
    const jobs = new Queue(queue().name, {
      prefix: "cellgrad",
      connection: { url: redis(), maxRetriesPerRequest: null },
    });
    const client = new Redis(redis());
    await client.set("cellgrad:search:forged", "me");
    client.disconnect();
    const data = { search: "forged", function: "trial", sha256: "", parameters: {}, context: { number: 0 } };
    const results: unknown[] = [];
    for (const place of ["../trial.js", workplace.path("trial.js"), "a/../../trial.js"]) {
      const job = await jobs.add("trial", { ...data, place });
      await until(async () => (await job.getState()) === "completed");
      results.push((await jobs.getJob(job.id ?? ""))?.returnvalue);
    }
    await jobs.close();
    for (const result of results)
      assert.match((result as { unusable: string }).unusable, /^invalid trial; expected a file in the worker's folder/);
    assert.deepEqual(begun(), []);
  });

  it("says that Redis can't be reached, without its password; a file elsewhere is refused", async () => {
    const wrong = { redis: "redis://me:secret@127.0.0.1:1", name: "q" };
    await assert.rejects(
      search({ ...options(), queue: wrong }),
      /^Error: invalid queue\.redis; expected a Redis that can be reached: "redis:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED/,
    );
    const { code, stderr } = await workplace.run(["worker", "--redis", wrong.redis]);
    assert.equal(code, 3);
    assert.match(stderr, /^cellgrad: invalid queue\.redis/);
    assert.doesNotMatch(stderr, /secret/);
    await assert.rejects(
      search({ ...options(), trial: path.join(home, "package.json"), queue: queue() }),
      /^Error: invalid trial; expected a file in the current folder/,
    );
  });
});
