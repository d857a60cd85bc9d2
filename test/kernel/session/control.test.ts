// Requests about the kernel itself: who it is, what it uses, what it does with messages that it doesn't know.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as zmq from "zeromq";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("control", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  it("greets on iopub before anything else", () => {
    const [welcome] = kernel.iopub;
    assert.equal(welcome?.header.msg_type, "iopub_welcome");
    assert.deepEqual(welcome.content, { subscription: "" });
    assert.deepEqual(welcome.parentHeader, {});
  });

  for (const channel of ["shell", "control"] as const) {
    it(`says on ${channel} who it is`, async () => {
      const reply = await kernel.request("kernel_info_request", {}, channel);
      const manifest = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"));
      assert.equal(reply.status, "ok");
      assert.equal(reply.protocol_version, "5.5");
      assert.equal(reply.implementation, "cellgrad");
      assert.equal(reply.implementation_version, manifest.version);
      assert.deepEqual(reply.language_info, {
        name: "typescript",
        version: manifest.dependencies.typescript,
        mimetype: "application/typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        codemirror_mode: "typescript",
        nbconvert_exporter: "script",
      });
      assert.match(String(reply.banner), /cellgrad .*TypeScript/);
      assert.deepEqual(reply.supported_features, []);
      assert.equal(reply.debugger, false);
      const links = reply.help_links as { text: string; url: string }[];
      assert.ok(links.length > 0 && links.every(({ text, url }) => text !== "" && /^https:/.test(url)));
    });
  }

  it("wraps every request in busy and idle, under its header", async () => {
    for (const type of ["kernel_info_request", "comm_info_request", "connect_request"]) {
      const sent = kernel.send(type, {});
      await sent.reply;
      await sent.idle;
      assert.deepEqual(
        sent.iopub.map(({ header, content }) => [header.msg_type, content.execution_state]),
        [
          ["status", "busy"],
          ["status", "idle"],
        ],
      );
    }
  });

  it("names its ports", async () => {
    const { shell_port, iopub_port, stdin_port, control_port, hb_port } = kernel.connection;
    const reply = await kernel.request("connect_request");
    assert.deepEqual(reply, { status: "ok", shell_port, iopub_port, stdin_port, control_port, hb_port });
  });

  it("tells CPU and memory of all its processes, and the machine's", async () => {
    await kernel.request("usage_request", {}, "control");
    await kernel.execute("for (const end = Date.now() + 200; Date.now() < end; ) {}");
    const usage = await kernel.request("usage_request", {}, "control");
    assert.equal(usage.pid, kernel.process.pid);
    assert.equal(typeof usage.hostname, "string");
    assert.ok(Number(usage.kernel_cpu) > 0, `kernel_cpu ${usage.kernel_cpu}`);
    assert.ok(Number(usage.cpu_count) >= 1);
    const memory = usage.host_virtual_memory as Record<string, number>;
    assert.ok(Number(memory.total) > Number(memory.available) && Number(memory.available) > 0);
    assert.ok(Number(memory.percent) > 0 && Number(memory.percent) < 100);
    const worker = JSON.parse(await kernel.text("process.memoryUsage.rss()"));
    if (process.platform !== "win32") assert.ok(Number(usage.kernel_memory) > worker, "the worker is counted");
  });

  it("answers heartbeat, control and comm_info while a cell spins", async () => {
    const spinning = kernel.start("console.log('on'); while (true) {}");
    await kernel.printed(spinning, "on");
    const heartbeat = new zmq.Request({ linger: 0, receiveTimeout: 20_000 });
    try {
      heartbeat.connect(`tcp://127.0.0.1:${kernel.connection.hb_port}`);
      for (const beat of ["ping", "", "\u0000\u0001"]) {
        await heartbeat.send(beat);
        assert.deepEqual((await heartbeat.receive()).map(String), [beat]);
      }
    } finally {
      heartbeat.close();
    }
    assert.equal((await kernel.request("kernel_info_request", {}, "control")).status, "ok");
    assert.equal((await kernel.request("usage_request", {}, "control")).pid, kernel.process.pid);
    assert.deepEqual((await kernel.request("comm_info_request")).comms, {});
    await kernel.interrupt();
    assert.equal((await spinning.reply).content.ename, "KeyboardInterrupt");
  });

  it("ignores what it does not know, but says when it is done with it", async () => {
    for (const type of ["debug_request", "create_subshell_request", "no_such_message"]) {
      const sent = kernel.send(type, { any: "thing" }, { channel: "control" });
      await sent.idle;
    }
    assert.equal((await kernel.execute("1 + 1")).reply.status, "ok");
  });

  it("ignores answers to questions that it did not ask", async () => {
    kernel.sockets.send("stdin", "input_reply", { value: "unasked" });
    kernel.sockets.send("stdin", "execute_request", { code: "1" });
    assert.equal((await kernel.execute("1 + 1")).reply.status, "ok");
  });
});
