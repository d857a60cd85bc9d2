// Stop: what it ends, that state is kept, that one error is sent and nothing of the stopped cell is shown afterwards.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const kinds: [string, string][] = [
  ["a synchronous loop", "console.log('on'); while (true) { kept += 1 }"],
  ["a synchronous loop after an await", "await null; console.log('on'); while (true) { kept += 1 }"],
  [
    "a synchronous loop in a timer that the cell awaits",
    "await new Promise(() => setTimeout(() => { console.log('on'); while (true) { kept += 1 } }, 1))",
  ],
  ["an await that never settles", "console.log('on'); await new Promise(() => {}); kept = -1"],
  [
    "a chain of timers",
    "const tick = () => { console.log('on'); kept += 1; setTimeout(tick, 1) }; tick(); await new Promise(() => {})",
  ],
  ["an awaited interval", "setInterval(() => { console.log('on'); kept += 1 }, 1); await new Promise(() => {})"],
  [
    "a tfjs loop",
    "let t: tf.Tensor = tf.scalar(1); console.log('on'); while (true) { const next = tf.tidy(() => t.add(1)); t.dispose(); t = next; kept += 1 }",
  ],
  [
    "an asynchronous tfjs loop",
    "console.log('on'); while (true) { const s = tf.scalar(1); await s.data(); s.dispose(); kept += 1 }",
  ],
  ["a loop of awaits", "console.log('on'); while (true) { await null; kept += 1 }"],
  [
    "a loop that catches everything",
    "console.log('on'); while (true) { try { await new Promise((go) => setTimeout(go, 1)); kept += 1 } catch {} }",
  ],
  [
    "a for await that never ends",
    "console.log('on'); for await (const _ of (async function* () { while (true) yield kept++ })()) {}",
  ],
];

describe("stop", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute("let kept = 0");
  });
  after(() => kernel.close());

  for (const [title, code] of kinds) {
    it(`ends ${title}`, async () => {
      await kernel.execute("kept = 1");
      const worker = await kernel.workerPid();
      const sent = kernel.start(code);
      await kernel.printed(sent, "on");
      const interrupted = kernel.send("interrupt_request", {}, { channel: "control" });
      assert.deepEqual((await interrupted.reply).content, { status: "ok" });
      const reply = await sent.reply;
      await sent.idle;
      assert.deepEqual([reply.content.status, reply.content.ename], ["error", "KeyboardInterrupt"]);
      const errors = sent.iopub.filter(({ header }) => header.msg_type === "error");
      assert.equal(errors.length, 1);
      assert.equal(errors[0]?.content.ename, "KeyboardInterrupt");
      const ending = sent.iopub.slice(sent.iopub.findIndex(({ header }) => header.msg_type === "error") + 1);
      assert.deepEqual(
        ending.map(({ header, content }) => [header.msg_type, content]),
        [["status", { execution_state: "idle" }]],
        "nothing but idle follows the error",
      );
      const shown = sent.iopub.length;
      assert.ok(Number(await kernel.text("await new Promise((go) => setTimeout(go, 30)); kept")) >= 1, "state is kept");
      assert.equal(await kernel.workerPid(), worker, "in the same process");
      assert.equal(sent.iopub.length, shown, "nothing is shown after idle");
      const before = await kernel.text("kept");
      assert.equal(await kernel.text("await new Promise((go) => setTimeout(go, 20)); kept"), before, "nothing runs on");
    });
  }

  it("aborts the cells that wait behind the stopped one", async () => {
    const sent = kernel.start("console.log('on'); while (true) {}");
    const behind = kernel.start("kept = 99");
    await kernel.printed(sent, "on");
    await kernel.interrupt();
    assert.equal((await sent.reply).content.status, "error");
    assert.equal((await behind.reply).content.status, "aborted");
    assert.notEqual(await kernel.text("kept"), "99");
  });

  it("does nothing to a kernel that is idle, and nothing to the next cell", async () => {
    for (let time = 0; time < 3; time += 1) assert.equal((await kernel.interrupt()).status, "ok");
    assert.equal(await kernel.text("kept = 5; kept"), "5");
  });

  it("at any moment of a cell, from its arrival to its end, leaves a kernel that goes on", async () => {
    await kernel.execute("kept = 0");
    for (let delay = 0; delay < 40; delay += 1) {
      const sent = kernel.start(
        "for (const end = performance.now() + 10; performance.now() < end; ) { kept += 1 }; kept = 7",
      );
      await new Promise((resolve) => setTimeout(resolve, delay / 2));
      await kernel.interrupt();
      const { content } = await sent.reply;
      await sent.idle;
      assert.ok(content.status === "ok" || content.ename === "KeyboardInterrupt", JSON.stringify(content));
      const errors = sent.iopub.filter(({ header }) => header.msg_type === "error");
      assert.equal(errors.length, content.status === "ok" ? 0 : 1);
      assert.equal(await kernel.text("kept = 8; kept"), "8");
    }
  });

  const left: [title: string, code: string][] = [
    ["a chain of timeouts", "const chain = () => { console.log('on'); kept += 1; setTimeout(chain, 20) }; chain()"],
    ["an interval", "setInterval(() => { console.log('on'); kept += 1 }, 5); 0"],
    ["a chain of immediates", "const now = () => { console.log('on'); kept += 1; setImmediate(now) }; now()"],
    [
      "a loop of promised timers",
      "import { setTimeout as sleep } from 'node:timers/promises'; (async () => { while (true) { await sleep(5); console.log('on'); kept += 1 } })(); 0",
    ],
    [
      "a loop that heeds the cell's signal",
      `const signal = (globalThis as any)[Symbol.for('Jupyter.abortSignal')] as AbortSignal;
      (async () => { while (true) { await new Promise(setImmediate); signal.throwIfAborted(); console.log('on'); kept += 1 } })(); 0`,
    ],
  ];
  for (const [title, code] of left) {
    it(`while no cell runs, ends ${title} that a cell has left, also where others came since`, async () => {
      await kernel.execute("kept = 1");
      const worker = await kernel.workerPid();
      const sent = kernel.start(code);
      assert.equal((await sent.reply).content.status, "ok");
      await kernel.text("await new Promise((go) => setTimeout(go, 50))");
      await kernel.printed(sent, "on\non\n");
      await kernel.interrupt();
      const after = "await new Promise((go) => setTimeout(go, 100)); kept";
      // What it did before may still be on its way.
      const before = Number(await kernel.text(after));
      const shown = sent.iopub.length;
      assert.ok(before > 1);
      assert.equal(Number(await kernel.text(after)), before, "it does not go on");
      assert.equal(sent.iopub.length, shown, "it shows nothing any more");
      assert.deepEqual(
        sent.iopub.filter(({ header }) => header.msg_type === "error"),
        [],
      );
      assert.equal(await kernel.workerPid(), worker);
    });
  }

  it("while no cell runs, leaves servers and what they do from then on", async () => {
    await kernel.execute(`import { createServer } from "node:http";
      import { setTimeout as sleep } from "node:timers/promises";
      const server = createServer(async (_, response) => {
        await sleep(1);
        setTimeout(() => response.end("served"), 1);
      });
      await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
      const ask = async () => (await fetch("http://127.0.0.1:" + (server.address() as { port: number }).port)).text()`);
    assert.equal(await kernel.text("await ask()"), "'served'");
    await kernel.interrupt();
    assert.equal(await kernel.text("await ask()"), "'served'");
    await kernel.execute("server.close()");
  });

  it("ends a cell that comes before the kernel is ready for it", async () => {
    const starting = await startKernel();
    try {
      const sent = starting.start("while (true) {}");
      await starting.published(({ content, parentHeader }) => {
        return parentHeader.msg_id === sent.id && content.execution_state === "busy";
      });
      await starting.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      assert.equal(await starting.text("1 + 1"), "2");
    } finally {
      await starting.close();
    }
  });

  it("ends a cell when it is asked many times at once", async () => {
    const sent = kernel.start("console.log('on'); while (true) {}");
    await kernel.printed(sent, "on");
    await Promise.all([1, 2, 3, 4].map(() => kernel.interrupt()));
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    assert.equal(await kernel.text("kept = 6; kept"), "6");
  });

  it("ends a cell that waits for input", async () => {
    const sent = kernel.start("await input('never answered')", { allow_stdin: true });
    while (kernel.inputRequests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await kernel.interrupt();
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    assert.equal(await kernel.text("1 + 1"), "2");
  });

  it("ends user_expressions that never end", async () => {
    const sent = kernel.start("console.log('on')", { user_expressions: { forever: "(() => { while (true) {} })()" } });
    await kernel.printed(sent, "on");
    const reply = sent.reply;
    let answered = false;
    void reply.then(() => {
      answered = true;
    });
    // The first Stop may come while the expression is still compiled.
    while (!answered) {
      await kernel.interrupt();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await kernel.text("1 + 1"), "2");
  });

  it("comes with a SIGINT to the session, too", async () => {
    if (process.platform === "win32") return assert.ok(true, "signals cannot be sent there");
    const sent = kernel.start("console.log('on'); while (true) {}");
    await kernel.printed(sent, "on");
    process.kill(kernel.process.pid, "SIGINT");
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    assert.equal(await kernel.text("1 + 1"), "2");
  });
});
