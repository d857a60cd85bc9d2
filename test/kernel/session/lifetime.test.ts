// How a session ends: asked to, by a signal, with its parent; always with its worker, and never for less.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

/** Resolves when no process has this id any more. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("lifetime", () => {
  const kernels: KernelClient[] = [];
  afterEach(async () => {
    for (const kernel of kernels.splice(0)) await kernel.close();
  });

  async function start(env: Record<string, string | undefined> = {}): Promise<KernelClient> {
    const kernel = await startKernel({ env });
    kernels.push(kernel);
    return kernel;
  }

  for (const restart of [false, true]) {
    it(`ends when it is asked to, with restart: ${restart}, and says so on iopub`, async () => {
      const kernel = await start();
      const worker = await kernel.workerPid();
      const sent = kernel.send("shutdown_request", { restart }, { channel: "control" });
      assert.deepEqual((await sent.reply).content, { status: "ok", restart });
      const last = await kernel.published(({ header }) => header.msg_type === "shutdown_reply");
      assert.deepEqual(last.content, { status: "ok", restart });
      assert.equal(await kernel.process.exited, 0);
      await gone(worker);
    });
  }

  for (const code of ["while (true) {}", "await new Promise(() => {})", "await null; while (true) {}"]) {
    it(`ends within ${code}, worker included`, async () => {
      const kernel = await start();
      const worker = await kernel.workerPid();
      const sent = kernel.start(`console.log('on'); ${code}`);
      await kernel.printed(sent, "on");
      kernel.send("shutdown_request", { restart: false }, { channel: "control" });
      assert.equal(await kernel.process.exited, 0);
      await gone(worker);
    });
  }

  it("ends with SIGTERM, worker included", async () => {
    if (process.platform === "win32") return assert.ok(true, "signals cannot be sent there");
    const kernel = await start();
    const worker = await kernel.workerPid();
    process.kill(kernel.process.pid, "SIGTERM");
    assert.equal(await kernel.process.exited, 0);
    await gone(worker);
  });

  it("takes its worker with it when it is killed, also out of a loop", async () => {
    if (process.platform === "win32") return assert.ok(true, "signals cannot be sent there");
    for (const code of ["1", "while (true) {}"]) {
      const kernel = await start();
      const worker = await kernel.workerPid();
      const sent = kernel.start(`console.log('on'); ${code}`);
      await kernel.printed(sent, "on");
      process.kill(kernel.process.pid, "SIGKILL");
      await kernel.process.exited;
      await gone(worker);
    }
  });

  it("ends when the front end that started it dies", async () => {
    const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
    const kernel = await start({ JPY_PARENT_PID: String(parent.pid) });
    const worker = await kernel.workerPid();
    parent.kill("SIGKILL");
    if (process.platform === "win32") return assert.ok(true, "the variable holds a handle there");
    assert.equal(await kernel.process.exited, 0);
    await gone(worker);
  });

  it("does not end with a client that goes away", async () => {
    const kernel = await start();
    const other = await import("../../../kernel/transport/client-sockets.js");
    const client = other.ClientSockets.connect(kernel.connection, "short-lived");
    client.send("shell", "execute_request", { code: "1" });
    client.close();
    assert.equal(await kernel.text("1 + 1"), "2");
  });
});
