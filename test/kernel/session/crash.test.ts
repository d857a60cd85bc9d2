// The worker dies: each way has its name, the session and its connection stay, variables are forgotten, the next cell runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { compilerOf } from "../../jupyter-client/processes.js";
import { slowness } from "../../jupyter-client/slowness.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const ways: [string, string, string, RegExp][] = [
  ["process.exit(3)", "process.exit(3)", "ProcessExit", /process\.exit\(3\)/],
  ["process.exit() after an await", "await null; process.exit()", "ProcessExit", /process\.exit\(0?\)/],
  ["a segfault", "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {})", "WorkerCrashed", /SIGSEGV/],
  ["process.abort()", "process.abort()", "WorkerCrashed", /SIGABRT/],
  [
    "running out of memory",
    "const hog: number[][] = []; while (true) hog.push(new Array<number>(1e6).fill(1.5))",
    "OutOfMemory",
    /memory/,
  ],
];

describe("crash", () => {
  let kernel: KernelClient;
  before(async () => {
    // The worker runs out of memory sooner with less of it.
    kernel = await startKernel({ env: { NODE_OPTIONS: "--max-old-space-size=300" } });
  });
  after(() => kernel.close());

  for (const [title, code, ename, description] of ways) {
    it(`${title} is an error with a name, and a fresh worker takes the next cell`, async () => {
      if (process.platform === "win32" && ename === "WorkerCrashed") return assert.ok(true, "no such signals there");
      await kernel.execute("const gone = 1; interface Gone { a: 1 }");
      const worker = await kernel.workerPid();
      const sent = kernel.start(`console.log('before'); ${code}`);
      const reply = await sent.reply;
      await sent.idle;
      assert.deepEqual([reply.content.status, reply.content.ename], ["error", ename]);
      assert.match(String(reply.content.evalue), description);
      assert.match(String(reply.content.evalue), /variables are forgotten/);
      assert.ok(sent.iopub.some(({ content }) => String(content.text).startsWith("before")));
      assert.equal(sent.iopub.filter(({ header }) => header.msg_type === "error").length, 1);
      assert.equal(sent.iopub.at(-1)?.content.execution_state, "idle");
      assert.equal(await kernel.text("const fresh: number = 2; fresh"), "2");
      assert.notEqual(await kernel.workerPid(), worker);
      assert.equal((await kernel.execute("gone")).reply.ename, "TypeScriptError");
      assert.equal((await kernel.execute("const g: Gone = { a: 1 }")).reply.ename, "TypeScriptError");
    });
  }

  for (const [title, code, ename] of ways.filter(([title]) => !/after an await|abort/.test(title))) {
    it(`${title}: a fresh worker runs a cell within 3 s of the error`, async () => {
      if (process.platform === "win32" && ename === "WorkerCrashed") return assert.ok(true, "no such signals there");
      const tries: { taken: number; allowed: number }[] = [];
      while (tries.length < 4 && !tries.some(({ taken, allowed }) => taken <= allowed)) {
        const allowed = 3000 * slowness();
        const sent = kernel.start(code);
        const error = await kernel.published(({ header, parentHeader }) => {
          return parentHeader.msg_id === sent.id && header.msg_type === "error";
        });
        const startedAt = performance.now();
        assert.equal(error.content.ename, ename);
        // What is sent before the reply is aborted with the cell.
        await sent.reply;
        assert.equal(await kernel.text("1 + 1"), "2");
        tries.push({ taken: performance.now() - startedAt, allowed });
      }
      assert.ok(
        tries.some(({ taken, allowed }) => taken <= allowed),
        JSON.stringify(tries),
      );
    });
  }

  it("by SIGKILL, as the system ends who takes all memory, is told so, and a fresh worker takes the next cell", async () => {
    if (process.platform === "win32") return assert.ok(true, "no such signals there");
    const worker = await kernel.workerPid();
    // Off the heap, so that V8's own limit does not come into it.
    const sent = kernel.start(
      "const tensors = [tf.zeros([1000, 1000])]; console.log('on'); while (true) new Float64Array(1e6).fill(1)",
    );
    await kernel.printed(sent, "on");
    process.kill(worker, "SIGKILL");
    const { content } = await sent.reply;
    assert.deepEqual([content.status, content.ename], ["error", "OutOfMemory"]);
    assert.match(String(content.evalue), /killed by SIGKILL, as the system does when memory runs out.*fresh worker/);
    assert.equal(await kernel.text("tf.ones([2]).sum().dataSync()[0]"), "2");
    assert.notEqual(await kernel.workerPid(), worker);
  });

  it("is what Linux ends first when memory runs out, each worker before the session and the compiler", async () => {
    if (process.platform !== "linux") return assert.ok(true, "there is no such order");
    const rank = (pid: number) => Number(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8"));
    const session = rank(kernel.process.pid);
    const compiler = compilerOf(kernel.process.pid);
    assert.ok(compiler);
    assert.equal(rank(compiler), session);
    for (let time = 0; time < 2; time += 1) {
      assert.equal(rank(await kernel.workerPid()), Math.min(session + 500, 1000));
      await kernel.execute("process.exit(0)");
    }
  });

  it("aborts the cells queued behind, and answers everything else", async () => {
    const sent = kernel.start("process.exit(1)");
    const behind = kernel.start("1 + 1");
    const complete = kernel.send("complete_request", { code: "Math.ma", cursor_pos: 7 });
    assert.equal((await sent.reply).content.ename, "ProcessExit");
    assert.equal((await behind.reply).content.status, "aborted");
    assert.equal((await complete.reply).content.status, "ok");
  });

  it("without a running cell is told in the latest one", async () => {
    const sent = kernel.start("setTimeout(() => process.exit(4), 10); 1");
    assert.equal((await sent.reply).content.status, "ok");
    const error = await kernel.published(({ header, parentHeader }) => {
      return parentHeader.msg_id === sent.id && header.msg_type === "error";
    });
    assert.equal(error.content.ename, "ProcessExit");
    assert.equal(await kernel.text("1 + 1"), "2");
  });

  it("closes the comms that were open", async () => {
    await kernel.execute("comms.open('left-alone', {})");
    const { comms } = await kernel.request("comm_info_request");
    const [id] = Object.keys(comms as object);
    await kernel.execute("process.exit(0)");
    await kernel.published(({ header, content }) => header.msg_type === "comm_close" && content.comm_id === id);
    assert.deepEqual((await kernel.request("comm_info_request")).comms, {});
  });

  it("can happen again and again", async () => {
    for (let time = 1; time <= 4; time += 1) {
      const { reply } = await kernel.execute(`process.exit(${time})`);
      assert.equal(reply.ename, "ProcessExit");
    }
    assert.equal(await kernel.text("1 + 1"), "2");
  });
});
