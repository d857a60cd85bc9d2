// Frames that a kernel must not answer: wrong signatures, replays, garbage on every socket. It goes on, and says so in
// its log.
import assert from "node:assert/strict";
import * as zmq from "zeromq";
import { HeaderMaker } from "../../../kernel/protocol/message.js";
import { Wire } from "../../../kernel/protocol/wire.js";
import { endpoint } from "../../../kernel/transport/connection-file.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("wrong frames", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute("let ran = 0");
  });
  after(() => kernel.close());

  const execute = { code: "ran += 1", silent: false, store_history: true, user_expressions: {}, allow_stdin: false };

  function request(key: string, type = "execute_request", content: object = execute): Buffer[] {
    const frames = new Wire({ key, scheme: "hmac-sha256" }).encode({
      identities: [],
      header: new HeaderMaker("stranger").make(type),
      parentHeader: {},
      metadata: {},
      content: content as Record<string, unknown>,
      buffers: [],
    });
    return frames.map((frame) => Buffer.from(frame));
  }

  /** Sends frames as they are; resolves when the kernel has seen them. */
  async function sendRaw(...messages: Buffer[][]): Promise<void> {
    const sockets = (["shell_port", "control_port", "stdin_port"] as const).map((port) => {
      const socket = new zmq.Dealer({ linger: 1_000 });
      socket.connect(endpoint(kernel.connection, port));
      return socket;
    });
    for (const socket of sockets) for (const frames of messages) await socket.send(frames);
    // The kernel answers in order, so this tells that it has come past all of the above.
    const [shell] = sockets;
    await shell?.send(request(kernel.connection.key));
    await shell?.receive();
    for (const socket of sockets) socket.close();
  }

  it("runs nothing that is signed with another key, or not at all", async () => {
    await kernel.execute("ran = 0");
    await sendRaw(request("another key"), request(""));
    assert.equal(await kernel.text("ran"), "1");
    assert.match(kernel.process.log(), /dropped: wrong signature/);
  });

  it("is neither interrupted nor shut down by what is signed with another key, or not at all", async () => {
    const spinning = kernel.start("console.log('on'); await new Promise((go) => setTimeout(go, 500)); 'went on'");
    await kernel.printed(spinning, "on");
    const control = new zmq.Dealer({ linger: 1_000 });
    control.connect(endpoint(kernel.connection, "control_port"));
    for (const key of ["another key", ""]) {
      await control.send(request(key, "interrupt_request", {}));
      await control.send(request(key, "shutdown_request", { restart: false }));
    }
    // In order on this socket, and the only one that is answered.
    await control.send(request(kernel.connection.key, "kernel_info_request", {}));
    const answer = (await control.receive()).map(String).join("");
    control.close();
    assert.match(answer, /"kernel_info_reply"/);
    assert.equal((await spinning.reply).content.status, "ok");
    assert.equal(await kernel.text("typeof ran"), "'number'");
  });

  it("runs a message that is replayed once", async () => {
    await kernel.execute("ran = 0");
    const frames = request(kernel.connection.key);
    const socket = new zmq.Dealer({ linger: 1_000 });
    socket.connect(endpoint(kernel.connection, "shell_port"));
    for (let time = 0; time < 3; time += 1) await socket.send(frames);
    await socket.send(request(kernel.connection.key));
    await socket.receive();
    await socket.receive();
    socket.close();
    assert.equal(await kernel.text("ran"), "2");
  });

  it("outlives garbage on every socket", async () => {
    const [header = Buffer.from("")] = request("");
    await sendRaw(
      [Buffer.from("")],
      [Buffer.from("<IDS|MSG>")],
      [Buffer.from("<IDS|MSG>"), Buffer.from(""), Buffer.from("{"), header, header, header],
      [Buffer.alloc(100_000, 0xff)],
      Array.from({ length: 50 }, () => Buffer.from("<IDS|MSG>")),
    );
    for (const port of ["hb_port", "iopub_port"] as const) {
      const socket = port === "hb_port" ? new zmq.Dealer() : new zmq.XSubscriber();
      socket.connect(endpoint(kernel.connection, port));
      await socket.send([Buffer.from([7]), Buffer.from("garbage")]);
      socket.close();
    }
    assert.equal((await kernel.execute("1 + 1")).reply.status, "ok");
  });

  it("checks nothing where the key is empty", async () => {
    const open = await startKernel({ connection: { key: "" } });
    try {
      assert.equal(await open.text("1 + 1"), "2");
    } finally {
      await open.close();
    }
  });
});
