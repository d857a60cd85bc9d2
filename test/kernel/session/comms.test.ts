// Comms in both directions over real sockets: opened by either end, messages with buffers, closed by either end.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Message } from "../../../kernel/protocol/message.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("comms", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute(
      [
        "const log: string[] = [];",
        "comms.register('echo', (comm, { data, buffers }) => {",
        "  log.push('open ' + JSON.stringify(data) + ' ' + buffers.length);",
        "  comm.onMessage(({ data, buffers, metadata }) => {",
        "    log.push('message ' + JSON.stringify(data));",
        "    console.log('heard', data.n);",
        "    comm.send({ back: data, metadata }, { metadata: { mine: true }, buffers: buffers.map((b) => b.map((x) => x + 1)) });",
        "  });",
        "  comm.onClose(({ data }) => { log.push('close ' + JSON.stringify(data)) });",
        "});",
      ].join("\n"),
    );
  });
  after(() => kernel.close());

  const comm = (type: string, id: unknown) => (message: Message) =>
    message.header.msg_type === type && message.content.comm_id === id;
  const info = async (content: object = {}) => (await kernel.request("comm_info_request", content)).comms;
  const log = async () => JSON.parse(await kernel.text("console.log(JSON.stringify(log.splice(0)))")) as string[];

  it("opened by the front end: messages and buffers go both ways, until it closes", async () => {
    const comm_id = randomUUID();
    kernel.send("comm_open", { comm_id, target_name: "echo", data: { first: 1 } }, { buffers: [Buffer.from([9])] });
    const sent = kernel.send(
      "comm_msg",
      { comm_id, data: { n: 5 } },
      { metadata: { theirs: true }, buffers: [Buffer.from([1, 2, 255]), Buffer.from([])] },
    );
    const back = await kernel.published(comm("comm_msg", comm_id));
    assert.deepEqual(back.content.data, { back: { n: 5 }, metadata: { theirs: true } });
    assert.deepEqual(back.metadata, { mine: true });
    assert.deepEqual(
      back.buffers.map((buffer) => [...buffer]),
      [[2, 3, 0], []],
    );
    assert.equal(back.parentHeader.msg_id, sent.id, "the answer belongs to the message that it answers");
    await kernel.printed(sent, "heard 5");
    assert.deepEqual(await info(), { [comm_id]: { target_name: "echo" } });
    await kernel.send("comm_close", { comm_id, data: { bye: 1 } }).idle;
    assert.deepEqual(await info(), {});
    assert.deepEqual(await log(), ['open {"first":1} 1', 'message {"n":5}', 'close {"bye":1}']);
  });

  it("opened by user code: the front end is told, answers, and may be closed upon", async () => {
    const { iopub } = await kernel.execute(
      [
        "const mine = comms.open('widget', { model: 1 }, { buffers: [new Uint8Array([7])] });",
        "mine.onMessage(({ data }) => { log.push('widget ' + data.n) });",
      ].join("\n"),
    );
    const open = iopub.find(({ header }) => header.msg_type === "comm_open");
    assert.equal(open?.content.target_name, "widget");
    assert.deepEqual(open.content.data, { model: 1 });
    assert.deepEqual(
      open.buffers.map((buffer) => [...buffer]),
      [[7]],
    );
    const { comm_id } = open.content;
    assert.deepEqual(await info({ target_name: "widget" }), { [String(comm_id)]: { target_name: "widget" } });
    assert.deepEqual(await info({ target_name: "other" }), {});
    await kernel.send("comm_msg", { comm_id, data: { n: 1 } }).idle;
    await kernel.send("comm_msg", { comm_id, data: { n: 2 } }).idle;
    assert.deepEqual(await log(), ["widget 1", "widget 2"]);
    const closed = await kernel.execute("mine.close({ why: 'done' })");
    const close = closed.iopub.find(comm("comm_close", comm_id));
    assert.deepEqual(close?.content.data, { why: "done" });
    assert.deepEqual(await info(), {});
  });

  it("closed by either end: the last message carries buffers too", async () => {
    await kernel.execute(
      [
        "const closed: number[][] = [];",
        "comms.register('closing', (comm) => comm.onClose(({ buffers }) => { closed.push(...buffers.map((b) => [...b])) }));",
      ].join("\n"),
    );
    const comm_id = randomUUID();
    kernel.send("comm_open", { comm_id, target_name: "closing", data: {} });
    const bytes = [Buffer.from([3, 0, 255]), Buffer.from([])];
    await kernel.send("comm_close", { comm_id, data: {} }, { buffers: bytes }).idle;
    assert.equal(await kernel.text("JSON.stringify(closed)"), "'[[3,0,255],[]]'");
    const { iopub } = await kernel.execute(
      "comms.open('widget').close({ bye: 1 }, { metadata: { m: 1 }, buffers: [new Uint8Array([7, 8])] })",
    );
    const message = iopub.find(({ header }) => header.msg_type === "comm_close");
    assert.deepEqual(
      [message?.content.data, message?.metadata, message?.buffers.map((buffer) => [...buffer])],
      [{ bye: 1 }, { m: 1 }, [[7, 8]]],
    );
  });

  it("to a target that nobody registered is closed at once", async () => {
    const comm_id = randomUUID();
    kernel.send("comm_open", { comm_id, target_name: "nobody", data: {} });
    await kernel.published(comm("comm_close", comm_id));
    assert.deepEqual(await info(), {});
  });

  it("reaches a cell that waits for it", async () => {
    const comm_id = randomUUID();
    const waiting = kernel.start(
      "await new Promise<void>((go) => comms.register('awaited', (comm) => { comm.send({ got: true }); go() })); 'went on'",
    );
    kernel.start("log.push('behind')");
    kernel.send("comm_open", { comm_id, target_name: "awaited", data: {} });
    await kernel.published(comm("comm_msg", comm_id));
    assert.equal((await waiting.reply).content.status, "ok");
    await kernel.send("comm_close", { comm_id, data: {} }).idle;
    assert.deepEqual(await log(), ["behind"]);
  });

  it("finds the target that the cell sent just before it registers", async () => {
    const comm_id = randomUUID();
    kernel.start("comms.register('fresh', (comm) => comm.send({ hello: 1 }))");
    kernel.send("comm_open", { comm_id, target_name: "fresh", data: {} });
    await kernel.published(comm("comm_msg", comm_id));
    await kernel.send("comm_close", { comm_id, data: {} }).idle;
  });

  it("delivers a hundred messages in order", async () => {
    const comm_id = randomUUID();
    kernel.send("comm_open", { comm_id, target_name: "echo", data: {} });
    for (let n = 0; n < 100; n += 1) kernel.send("comm_msg", { comm_id, data: { n } });
    await kernel.published((message) => {
      const back = (message.content.data as { back?: { n?: number } } | undefined)?.back;
      return comm("comm_msg", comm_id)(message) && back?.n === 99;
    });
    const heard = (await log()).filter((line) => line.startsWith("message"));
    assert.deepEqual(
      heard,
      Array.from({ length: 100 }, (_, n) => `message {"n":${n}}`),
    );
    await kernel.send("comm_close", { comm_id, data: {} }).idle;
  });

  it("outlives messages to a comm that is not there, and ones that make no sense", async () => {
    await kernel.send("comm_msg", { comm_id: "nobody", data: {} }).idle;
    await kernel.send("comm_close", { comm_id: "nobody", data: {} }).idle;
    await kernel.send("comm_msg", { data: 5 }).idle;
    await kernel.send("comm_open", { comm_id: "x" }).idle;
    assert.equal(await kernel.text("1 + 1"), "2");
  });

  it("shows what a handler throws, and goes on", async () => {
    const comm_id = randomUUID();
    await kernel.execute("comms.register('throws', () => { throw new RangeError('in the handler') })");
    const sent = kernel.send("comm_open", { comm_id, target_name: "throws", data: {} });
    const error = await kernel.published(
      ({ header, parentHeader }) => header.msg_type === "error" && parentHeader.msg_id === sent.id,
    );
    assert.deepEqual([error.content.ename, error.content.evalue], ["RangeError", "in the handler"]);
    assert.equal(await kernel.text("1 + 1"), "2");
  });
});
