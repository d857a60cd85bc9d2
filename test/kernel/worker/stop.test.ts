// Stop, in whatever state a cell is: it ends with one error, everything it had is kept, and nothing of it runs on.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { plain, WorkerClient } from "./worker-client.js";

const boxes = ["kept", "tf"];

const kinds: [title: string, code: string][] = [
  ["a synchronous loop", "while (true) kept.v += 1"],
  ["a synchronous loop after an await", "await $cellgrad.await(null); while (true) kept.v += 1"],
  ["an await that never settles", "kept.v += 1; await $cellgrad.await(new Promise(() => {})); kept.v = NaN"],
  [
    "a chain of timers",
    "const tick = () => { kept.v += 1; setTimeout(tick, 1) }; tick(); await $cellgrad.await(new Promise(() => {}))",
  ],
  [
    "an interval and immediates",
    "setInterval(() => { kept.v += 1 }, 1); const now = () => setImmediate(now); now(); await $cellgrad.await(new Promise(() => {}))",
  ],
  [
    "a tfjs loop",
    "let t = tf.v.scalar(1); while (true) { const u = tf.v.tidy(() => t.add(1)); t.dispose(); t = u; kept.v += 1 }",
  ],
  [
    "a tfjs loop that awaits",
    "while (true) { const s = tf.v.scalar(2); await $cellgrad.await(s.data()); s.dispose(); kept.v += 1 }",
  ],
  ["a loop of awaits", "while (true) { await $cellgrad.await(null); kept.v += 1 }"],
  ["a loop of awaits that don't pass through the kernel", "while (true) { await null; kept.v += 1 }"],
  [
    "a chain of microtasks",
    "const next = () => { kept.v += 1; return Promise.resolve().then(next) }; await $cellgrad.await(next())",
  ],
  [
    "a chain of ticks",
    "const next = () => { kept.v += 1; process.nextTick(next) }; next(); await $cellgrad.await(new Promise(() => {}))",
  ],
  [
    "a loop in a timer",
    "setTimeout(() => { while (true) kept.v += 1 }, 1); await $cellgrad.await(new Promise(() => {}))",
  ],
  ["Atomics.wait", "kept.v += 1; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"],
  [
    "a loop that catches everything",
    "while (true) { try { kept.v += 1; await $cellgrad.await(new Promise((go) => setTimeout(go, 1))) } catch {} }",
  ],
  ["a loop that prints", "while (true) { kept.v += 1; console.log('more') }"],
  [
    "for await over what never ends",
    "for await (const one of $cellgrad.asyncIterable((async function* () { while (true) yield 1 })())) kept.v += one",
  ],
  [
    "a cleanup that never ends",
    "try { await $cellgrad.await(new Promise(() => {})) } finally { while (true) kept.v += 1 }",
  ],
  [
    "an abort listener that never ends",
    "globalThis[Symbol.for('Jupyter.abortSignal')].addEventListener('abort', () => { while (true) kept.v += 1 }); await $cellgrad.await(new Promise(() => {}))",
  ],
  [
    "a value that never ends to show itself",
    "return { value: { [Symbol.for('Jupyter.display')]() { while (true) kept.v += 1 } } }",
  ],
];

describe("worker: stop", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
    await client.run("kept.v = 0", { boxes });
  });
  after(() => client.close());

  for (const [title, code] of kinds) {
    it(`ends ${title}`, async () => {
      const pid = client.worker.pid;
      await client.run("kept.v = 1", { boxes });
      const { cell, done } = await client.stop(`console.log('on');\n${code}`, { boxes });
      assert.deepEqual([done.status, done.error?.ename], ["interrupted", "KeyboardInterrupt"]);
      const after = client.messages.length;
      const before = Number(await client.text("return { value: kept.v }", { boxes }));
      assert.ok(before >= 1, "state is kept");
      // Another cell has timers, awaits and tensors of its own; the stopped one must not go on meanwhile.
      const other =
        "const t = tf.v.scalar(1); await $cellgrad.await(new Promise((go) => setTimeout(go, 15))); return { value: t.add(1).dataSync()[0] }";
      assert.equal(await client.text(other, { boxes }), "2");
      assert.equal(Number(await client.text("return { value: kept.v }", { boxes })), before, "nothing runs on");
      const more = client.messages.slice(after).filter((it) => "cell" in it && it.cell === cell);
      assert.deepEqual(more, [], "nothing is sent any more");
      assert.equal(client.worker.pid, pid);
    });
  }

  it("says where the cell was: in a loop, and in an await", async () => {
    const loop = await client.stop("console.log('on');\nfunction spin() {\n  while (true) kept.v += 1\n}\nspin()", {
      boxes,
    });
    assert.match(plain(loop.done.error?.traceback ?? []), /line 3:\d+ in spin[\s\S]*line 5:1\n/);
    const wait = await client.stop("console.log('on');\n\n  await $cellgrad.await(new Promise(() => {}))");
    assert.match(plain(wait.done.error?.traceback ?? []), /line 3:/);
  });

  it("rejects pending awaits once, so that a cleanup runs, and no later await goes on", async () => {
    await client.run("kept.v = []", { boxes });
    await client.stop(
      [
        "console.log('on'); const never = new Promise(() => {});",
        "const work = async (name) => { try { await $cellgrad.await(never) } catch (error) { kept.v.push(name, error.name) }",
        "  finally { kept.v.push('cleaned'); await $cellgrad.await(null); kept.v.push('too far') } };",
        "await $cellgrad.await(Promise.all([work('a'), work('b')]))",
      ].join("\n"),
      { boxes },
    );
    assert.equal(
      await client.text("return { value: kept.v.join() }", { boxes }),
      "'a,KeyboardInterrupt,cleaned,b,KeyboardInterrupt,cleaned'",
    );
    await client.run("kept.v = 0", { boxes });
  });

  it("fires the cell's abort signal, with the reason", async () => {
    await client.stop(
      "const signal = globalThis[Symbol.for('Jupyter.abortSignal')]; signal.onabort = () => { kept.v = signal.reason.name }; console.log('on'); await $cellgrad.await(new Promise(() => {}))",
      { boxes },
    );
    assert.equal(await client.text("return { value: kept.v }", { boxes }), "'KeyboardInterrupt'");
    assert.equal(await client.text("return { value: globalThis[Symbol.for('Jupyter.abortSignal')].aborted }"), "false");
    await client.run("kept.v = 0", { boxes });
  });

  it("ends promised timers without a trace", async () => {
    const from = client.messages.length;
    const { done } = await client.stop(
      "const { setTimeout: wait } = require('node:timers/promises'); wait(1e6); console.log('on'); await $cellgrad.await(wait(1e6))",
    );
    assert.equal(done.status, "interrupted");
    await client.run("await $cellgrad.await(new Promise((go) => setTimeout(go, 10)))");
    assert.deepEqual(
      client.messages.slice(from).filter(({ type }) => type === "late-error"),
      [],
    );
  });

  it("meant for a cell that was sent ends it, though it overtakes it, and no other", async () => {
    for (let time = 0; time < 30; time += 1) {
      const stopped = client.start("while (true) {}");
      client.worker.interrupt();
      const next = client.start("return { value: 'ran' }");
      assert.equal((await stopped.outcome).done.status, "interrupted");
      const { done, result } = await next.outcome;
      assert.deepEqual([done.status, result?.["text/plain"]], ["ok", "'ran'"]);
    }
  });

  it("does nothing while nothing runs", async () => {
    for (let time = 0; time < 3; time += 1) client.worker.interrupt();
    assert.equal(await client.text("return { value: 1 }"), "1");
  });

  it("asked for many times at once is one", async () => {
    const { outcome, cell } = client.start("console.log('on'); while (true) {}");
    await client.printed(cell, "on");
    for (let time = 0; time < 5; time += 1) client.worker.interrupt();
    assert.equal((await outcome).done.status, "interrupted");
    assert.equal(await client.text("return { value: 2 }"), "2");
  });

  it("ends the timer of a cell that is done, when that spins", async () => {
    const { cell } = await client.run("setTimeout(() => { console.log('on'); while (true) {} }, 1)");
    await client.printed(cell, "on");
    client.worker.interrupt();
    const late = await client.until("late-error", (it) => it.cell === cell);
    assert.equal(late.error.ename, "KeyboardInterrupt");
    assert.equal(await client.text("return { value: 3 }"), "3");
  });

  it("ends a cell that waits while the timer of another spins", async () => {
    const other = await client.run("setTimeout(() => { console.log('on'); while (true) {} }, 50)");
    const { outcome } = client.start("await $cellgrad.await(new Promise(() => {}))");
    await client.printed(other.cell, "on");
    client.worker.interrupt();
    assert.equal((await outcome).done.status, "interrupted");
    assert.equal(await client.text("return { value: 3 }"), "3");
  });

  it("ends expressions that never end", async () => {
    client.worker.send({
      type: "evaluate",
      cell: "endless",
      expressions: { first: client.compile("return { value: 1 }"), second: client.compile("while (true) {}") },
    });
    client.worker.interrupt();
    const { results } = await client.until("expressions", ({ cell }) => cell === "endless");
    assert.ok(results.second?.status === "error" && results.second.ename === "KeyboardInterrupt");
    assert.equal(await client.text("return { value: 4 }"), "4");
  });

  it("leaves TensorFlow.js as it was: scopes closed, their tensors freed, gradients not recorded", async () => {
    const count = "return { value: tf.v.memory().numTensors }";
    const before = await client.text(count, { boxes });
    await client.stop(
      "tf.v.tidy(() => { tf.v.ones([1000]); console.log('on'); tf.v.grad((x) => { while (true) x.add(1) })(tf.v.scalar(1)) })",
      { boxes },
    );
    assert.equal(await client.text(count, { boxes }), before);
    const state = "const { gradientDepth, kernelDepth, scopeStack, activeTape } = tf.v.engine().state;";
    assert.equal(
      await client.text(`${state} return { value: [gradientDepth, kernelDepth, scopeStack.length, activeTape] }`, {
        boxes,
      }),
      "[ 0, 0, 0, null ]",
    );
  });

  it("can be asked for a hundred times; all state is kept, and the 95th percentile is bounded", async () => {
    const five = kinds.slice(0, 4).concat(kinds.filter(([title]) => title === "a tfjs loop"));
    await client.run("kept.v = 0", { boxes });
    const times: number[] = [];
    for (let time = 0; time < 20; time += 1) {
      for (const [title, code] of five) {
        const { done, milliseconds } = await client.stop(`console.log('on'); ${code}`, { boxes });
        assert.equal(done.status, "interrupted", title);
        times.push(milliseconds);
      }
    }
    times.sort((a, b) => a - b);
    assert.ok(Number(await client.text("return { value: kept.v }", { boxes })) > 60);
    // 300 ms is the aim, which the benchmark looks at; here a busy machine may take its time.
    assert.ok((times[95] ?? Number.POSITIVE_INFINITY) < 2000, `${times[95]} ms`);
  });
});

describe("worker: stop, in a call that blocks", () => {
  /** Opening it to read returns when somebody opens it to write. */
  const blocking = "console.log('on'); require('node:fs').readFileSync('pipe')";
  const startClient = async (): Promise<WorkerClient> => {
    const client = await WorkerClient.start();
    execFileSync("mkfifo", [join(client.directory, "pipe")]);
    return client;
  };

  it("says what is going on; the call's end ends the cell", async () => {
    if (process.platform === "win32") return assert.ok(true, "there are no such pipes");
    const client = await startClient();
    try {
      const stopped = client.stop(blocking);
      await client.settles(() => client.messages.some((it) => it.type === "stream" && /Stop again/.test(it.text)));
      writeFileSync(join(client.directory, "pipe"), "");
      const { done, stderr } = await stopped;
      assert.equal(done.status, "interrupted");
      assert.match(stderr, /inside a call that blocks[\s\S]*Stop again/);
      assert.equal(await client.text("return { value: 1 }"), "1");
    } finally {
      await client.close();
    }
  });

  it("ends the worker when it is asked for again", async () => {
    if (process.platform === "win32") return assert.ok(true, "there are no such pipes");
    const client = await startClient();
    const { cell } = client.start(blocking);
    await client.printed(cell, "on");
    client.worker.interrupt();
    await client.printed(cell, "Stop again");
    client.worker.interrupt();
    const { kind, description } = await client.exited;
    assert.equal(kind, "crash");
    assert.match(description, /blocking call could not be stopped/);
    await client.close();
  });
});

describe("worker: stop, before tf is loaded", () => {
  it("ends the cell that waits for it, and what loads goes on loading", async () => {
    for (let time = 0; time < 3; time += 1) {
      const client = await WorkerClient.start();
      try {
        const { outcome } = client.start("return { value: tf.v.scalar(1) }", { boxes });
        client.worker.interrupt();
        await client.run("return { value: 'in between' }");
        client.worker.interrupt();
        assert.equal((await outcome).done.status, "interrupted");
        assert.equal(await client.text("return { value: tf.v.add(1, 1).dataSync()[0] }", { boxes }), "2");
      } finally {
        await client.close();
      }
    }
  });
});
