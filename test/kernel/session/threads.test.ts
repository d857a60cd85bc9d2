// Threads of cells: Stop ends those that the stopped cell has started, with what they started in turn, and no others; nothing
// of them is shown afterwards. The library's own threads serve all cells, and stay.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { gone, isRunning } from "../../jupyter-client/processes.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const never = "await new Promise(() => {})";
const sleep = (milliseconds: number) => `await new Promise((go) => setTimeout(go, ${milliseconds}))`;

/** Each thread counts its turns in `workerData`, and shows `tick` without end. */
const stopped: [title: string, code: string][] = [
  [
    "that prints on both outputs",
    `import { Worker } from "node:worker_threads"; new Worker("./printing.cjs", { workerData: turns }); ${never}`,
  ],
  [
    "that prints and never yields",
    `import * as threads from "worker_threads";
    new threads.Worker("for (;;) { console.log('tick'); require('node:worker_threads').workerData[0] += 1 }", { eval: true, workerData: turns });
    while (turns[0] === 0) await new Promise((go) => setTimeout(go, 1)); console.log("tick"); ${never}`,
  ],
  [
    "whose messages a handler prints and shows",
    `const { Worker } = require("node:worker_threads"); const thread = new Worker("./posting.cjs", { workerData: turns });
    thread.on("message", (text: string) => { console.log(text); console.error(text); display(text) }); ${never}`,
  ],
  [
    "whose messages come through a channel",
    `import { MessageChannel, Worker } from "node:worker_threads"; const { port1, port2 } = new MessageChannel();
    const thread = new Worker("./posting.cjs", { workerData: turns }); thread.postMessage(port2, [port2]);
    port1.on("message", (text) => console.log(text)); ${never}`,
  ],
  [
    "that writes past its streams",
    `import { Worker } from "node:worker_threads"; new Worker("./writing.cjs", { workerData: turns }); ${never}`,
  ],
  [
    "that a thread has started",
    `import { Worker } from "node:worker_threads"; new Worker("./parent.cjs", { workerData: turns }); ${never}`,
  ],
  [
    "that is started again whenever it ends",
    `import { Worker } from "node:worker_threads"; const start = () => {
      new Worker("./printing.cjs", { workerData: turns }).on("exit", start) }; start(); ${never}`,
  ],
  [
    "beside a loop",
    `import { Worker } from "node:worker_threads"; new Worker("./printing.cjs", { workerData: turns, stdout: true, stderr: true });
    while (turns[0] === 0) {}; console.log("tick"); while (true) {}`,
  ],
];

describe("threads", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    const file = (name: string, text: string) => writeFileSync(path.join(kernel.directory, name), text);
    const head =
      "const { parentPort, workerData, Worker } = require('node:worker_threads'); const fs = require('node:fs'); let to = parentPort;";
    const always = (work: string) => `${head} setInterval(() => { workerData[0] += 1; ${work} }, 2)`;
    file("printing.cjs", always("console.log('tick'); console.error('tock')"));
    file("posting.cjs", `${always("to.postMessage('tick')")}; parentPort.on('message', (port) => { to = port })`);
    file("writing.cjs", always("fs.writeSync(1, 'tick')"));
    file("parent.cjs", `${head} new Worker("./printing.cjs", { workerData })`);
    file(
      "spawning.cjs",
      `${head} const cp = require('node:child_process');
      const code = "console.log('pid=' + process.pid); setInterval(() => console.log('tick'), 5)";
      if (workerData === 'sync') cp.execFileSync(process.execPath, ['-e', code], { stdio: 'inherit' });
      else cp.spawn(process.execPath, ['-e', code], { stdio: 'inherit' }); setInterval(() => {}, 1000)`,
    );
    await kernel.execute("const turns = new Int32Array(new SharedArrayBuffer(4))");
  });
  after(() => kernel.close());

  const printed = (sent: Sent) => sent.iopub.map(({ content }) => content.text ?? "").join("");

  for (const [title, code] of stopped) {
    it(`Stop ends a thread ${title}, and nothing of it is shown afterwards`, async () => {
      await kernel.execute("turns[0] = 0");
      const worker = await kernel.workerPid();
      const sent = kernel.start(code);
      await kernel.printed(sent, "tick");
      await kernel.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      const { outputs } = await kernel.execute(sleep(200));
      assert.deepEqual(outputs, []);
      await sent.idle;
      const ending = sent.iopub.map(({ header, content }) => content.execution_state ?? header.msg_type);
      assert.deepEqual(ending.slice(ending.indexOf("error")), ["error", "idle"]);
      const before = Number(await kernel.text("turns[0]"));
      assert.ok(before > 0, "it ran");
      assert.equal(Number(await kernel.text(`${sleep(100)}; turns[0]`)), before, "it does not go on");
      assert.equal(await kernel.workerPid(), worker, "the cells' own process does");
    });
  }

  for (const [title, how] of [
    ["has started", "async"],
    ["waits for", "sync"],
  ]) {
    it(`Stop ends the child process that a thread ${title}`, async () => {
      if (process.platform === "win32") return assert.ok(true, "ps is missing there");
      const sent = kernel.start(
        `import { Worker } from "node:worker_threads"; new Worker("./spawning.cjs", { workerData: "${how}" }); ${never}`,
      );
      // It writes on the process's own output, which shows in the cell that runs.
      await kernel.printed(sent, "tick");
      const pid = Number(/pid=(\d+)/.exec(printed(sent))?.[1]);
      assert.ok(isRunning(pid));
      await kernel.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      await gone(pid, 3000);
      assert.deepEqual((await kernel.execute(sleep(100))).outputs, []);
    });
  }

  it("of another cell, or of one that is done, live on, and print into their own", async () => {
    await kernel.execute("turns[0] = 0");
    const sent = kernel.start(
      'import { Worker } from "node:worker_threads"; const lasting = new Worker("./printing.cjs", { workerData: turns }); 0',
    );
    assert.equal((await sent.reply).content.status, "ok");
    await kernel.printed(sent, "tick");
    const other = kernel.start('new Worker("./writing.cjs", { workerData: new Int32Array(1) }); while (true) {}');
    await kernel.printed(other, "tick");
    await kernel.interrupt();
    assert.equal((await other.reply).content.ename, "KeyboardInterrupt");
    assert.equal((await kernel.interrupt()).status, "ok");
    const [turns, shown] = [Number(await kernel.text("turns[0]")), printed(sent).length];
    const { outputs } = await kernel.execute(sleep(300));
    assert.deepEqual(outputs, []);
    assert.ok(Number(await kernel.text("turns[0]")) > turns, "it goes on");
    assert.ok(printed(sent).length > shown, "it is shown");
    assert.equal(await kernel.text("await lasting.terminate()"), "1");
  });

  it("of the library serve the next cell, though they were started by a stopped one", async () => {
    writeFileSync(
      path.join(kernel.directory, "transform.mjs"),
      `import { appendFileSync } from "node:fs"; import { threadId } from "node:worker_threads";
      export const fromJSON = ({ file }) => ({ transformBatch(batch) { appendFileSync(file, threadId + " "); return batch } });`,
    );
    const file = path.join(kernel.directory, "threads.txt");
    await kernel.execute(`
      import { pathToFileURL } from "node:url";
      const transform = { module: pathToFileURL("transform.mjs").href, toJSON: () => ({ file: ${JSON.stringify(file)} }),
        transformBatch: (batch: ml.transforms.ImageBatch) => batch };
      const data = ml.data.fromArrays({ images: new Uint8Array(64), labels: new Uint8Array(64), shape: [1, 1, 1] });
      const loader = ml.data.loader(data, { batchSize: 8, workers: 1, transform });`);
    const all = "let rows = 0; for await (const { ys } of loader.arrays(0)) rows += ys.shape[0] ?? 0; rows";
    const sent = kernel.start(`${all}; console.log("on " + rows); ${never}`);
    await kernel.printed(sent, "on 64");
    await kernel.interrupt();
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    await kernel.execute(sleep(100));
    assert.equal(await kernel.text(all), "64");
    const threads = readFileSync(file, "utf8").trim().split(" ");
    assert.deepEqual([threads.length, new Set(threads).size], [16, 1], threads.join(" "));
    await kernel.execute("await loader.close()");
  });

  it("look to the cell as Node makes them", async () => {
    const text = await kernel.text(`
      import { once } from "node:events"; import * as threads from "node:worker_threads";
      class Own extends threads.Worker { readonly own = 1 }
      const own = new Own("require('node:worker_threads').parentPort.postMessage(1); process.exitCode = 3", { eval: true });
      const [message] = await once(own, "message");
      const refused = (() => { try { new threads.Worker(5 as unknown as string) } catch (error) { return (error as { code: string }).code } })();
      [own instanceof Own, own instanceof threads.Worker, own.own, message, (await once(own, "exit"))[0], refused,
        threads.Worker.name, threads.Worker.length, threads.Worker === require("worker_threads").Worker].join()`);
    assert.equal(text, "'true,true,1,1,3,ERR_INVALID_ARG_TYPE,Worker,1,true'");
  });
});
