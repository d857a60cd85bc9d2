// The compiler's process dies or hangs: cells, completion and documentation go on, and what earlier cells declared is known.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { compilerOf, gone } from "../../jupyter-client/processes.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const onWindows = process.platform === "win32";

describe("a compiler that is lost", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute("let kept = 1; interface Kept { a: number }; class Point { x = 2 }");
  });
  after(() => kernel.close());

  async function compiler(): Promise<number> {
    for (;;) {
      const pid = compilerOf(kernel.process.pid);
      if (pid !== undefined) return pid;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function kill(): Promise<void> {
    const pid = await compiler();
    process.kill(pid, "SIGKILL");
    await gone(pid);
  }

  const complete = async (code: string) =>
    (await kernel.request("complete_request", { code, cursor_pos: code.length })).matches;

  it("between two cells is not noticed: each next question is answered, and earlier cells' types are kept", async () => {
    if (onWindows) return assert.ok(true, "ps is missing there");
    await kill();
    assert.equal(await kernel.text("kept + 1"), "2");
    await kill();
    assert.deepEqual(await complete("new Point()."), ["x"]);
    await kill();
    const { data } = await kernel.request("inspect_request", { code: "kept", cursor_pos: 4, detail_level: 0 });
    assert.match(JSON.stringify(data), /let kept: number/);
    await kill();
    const wrong = await kernel.execute("const k: Kept = { a: 'text' }");
    assert.equal(wrong.reply.ename, "TypeScriptError");
    assert.equal(await kernel.text("const k: Kept = { a: 3 }; k.a"), "3");
  });

  it("while a cell runs keeps what that cell declares", async () => {
    if (onWindows) return assert.ok(true, "ps is missing there");
    // Ended before the types of what a cell declares are read, and after.
    for (const [name, wait] of [
      ["soon", 0],
      ["later", 300],
    ] as const) {
      const sent = kernel.start(
        `const ${name} = { deep: { value: 4 } }; console.log('on'); await new Promise((go) => setTimeout(go, 600))`,
      );
      await kernel.printed(sent, "on");
      await new Promise((resolve) => setTimeout(resolve, wait));
      await kill();
      assert.equal((await sent.reply).content.status, "ok");
      assert.deepEqual(await complete(`${name}.deep.`), ["value"]);
    }
  });

  it("beneath a cell that is compiled is not noticed either", async () => {
    if (onWindows) return assert.ok(true, "ps is missing there");
    for (let time = 0; time < 3; time += 1) {
      const pid = await compiler();
      // It is asked, does not answer, and dies.
      process.kill(pid, "SIGSTOP");
      const completing = complete("new Point().");
      const sent = kernel.start(`const t${time} = kept + ${time}; t${time}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.kill(pid, "SIGKILL");
      assert.deepEqual(await completing, ["x"]);
      const { content } = await sent.reply;
      assert.equal(content.status, "ok", JSON.stringify(content));
      await sent.idle;
      const result = sent.iopub.find(({ header }) => header.msg_type === "execute_result");
      assert.deepEqual(result?.content.data, { "text/plain": String(1 + time) });
    }
  });

  it("again and again under the same cell is an error with a name, and the next cell gets another", async () => {
    if (onWindows) return assert.ok(true, "ps is missing there");
    process.kill(await compiler(), "SIGSTOP");
    const sent = kernel.start("kept + 40");
    const reply = sent.reply.then(({ content }) => content);
    let content: Record<string, unknown> | undefined;
    void reply.then((it) => {
      content = it;
    });
    while (content === undefined) {
      const pid = compilerOf(kernel.process.pid);
      if (pid !== undefined) process.kill(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual([content.status, content.ename], ["error", "CompilerStopped"]);
    assert.match(String(content.evalue), /TypeScript compiler/);
    assert.equal(await kernel.text("kept + 50"), "51");
    assert.deepEqual(await complete("new Point()."), ["x"]);
  });

  it("because it hangs is ended by Stop on the cell that waits for it, and the session goes on", async () => {
    if (onWindows) return assert.ok(true, "no such signals there");
    const worker = await kernel.workerPid();
    const pid = await compiler();
    process.kill(pid, "SIGSTOP");
    const sent = kernel.start("const never = kept; never");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kernel.interrupt();
    const { content } = await sent.reply;
    assert.deepEqual([content.status, content.ename], ["error", "KeyboardInterrupt"]);
    assert.equal(await kernel.text("kept + 2"), "3");
    await gone(pid);
    assert.deepEqual(await complete("new Point()."), ["x"]);
    assert.equal(await kernel.workerPid(), worker);
    assert.equal((await kernel.execute("never")).reply.ename, "TypeScriptError", "the stopped cell declared nothing");
  });

  it("because it hangs under a completion is ended by Stop, too", async () => {
    if (onWindows) return assert.ok(true, "no such signals there");
    const pid = await compiler();
    process.kill(pid, "SIGSTOP");
    const completing = kernel.request("complete_request", { code: "new Point().", cursor_pos: 12 });
    const sent = kernel.start("kept");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kernel.interrupt();
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    assert.equal((await completing).status, "error");
    assert.equal(await kernel.text("kept + 3"), "4");
  });

  it("is not ended by a Stop that it has nothing to do with", async () => {
    if (onWindows) return assert.ok(true, "ps is missing there");
    const pid = await compiler();
    const sent = kernel.start("console.log('on'); while (true) {}");
    await kernel.printed(sent, "on");
    await kernel.interrupt();
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    await kernel.text("await new Promise((go) => setTimeout(go, 1200))");
    assert.equal(await compiler(), pid);
  });

  it("does not keep the kernel from ending", async () => {
    if (onWindows) return assert.ok(true, "no such signals there");
    const ending = await startKernel();
    try {
      assert.equal(await ending.text("1 + 1"), "2");
      const pid = compilerOf(ending.process.pid);
      assert.ok(pid);
      process.kill(pid, "SIGSTOP");
      ending.send("shutdown_request", { restart: false }, { channel: "control" });
      assert.equal(await ending.process.exited, 0);
      await gone(pid);
    } finally {
      await ending.close();
    }
  });
});
