// Comms from both ends: targets, messages with bytes, closing; handlers run under the message that they answer.
import assert from "node:assert/strict";
import type { CommMessage } from "../../../kernel/ipc/cell-messages.js";
import { WorkerClient } from "./worker-client.js";

const boxes = ["comms", "comm"];
const answered = "a comm message";

describe("worker: comms", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
  });
  after(() => client.close());

  function send(comm: Partial<CommMessage>): void {
    const message: CommMessage = { kind: "msg", commId: "front", data: {}, metadata: {}, buffers: [], ...comm };
    client.worker.send({ type: "comm", cell: answered, comm: message });
  }

  it("are opened by user code, carry bytes both ways, and close", async () => {
    const { messages } = await client.run(
      [
        "comm.v = comms.v.open('widget', { a: 1 }, { metadata: { m: 2 }, buffers: [new Uint8Array([1, 2])] });",
        "comm.v.onMessage(({ data, buffers }) => console.log('got', data.b, ...buffers[0])).onClose(({ data }) => console.log('closed', data.why, comm.v.isOpen));",
        "comm.v.send({ c: 3 }, { buffers: [new Uint8Array([9]).buffer] })",
      ].join("\n"),
      { boxes },
    );
    const sent = messages.flatMap((it) => (it.type === "comm" ? [it.comm] : []));
    const [open, message] = sent;
    assert.deepEqual(
      [open?.kind, open?.targetName, open?.data, open?.metadata],
      ["open", "widget", { a: 1 }, { m: 2 }],
    );
    assert.deepEqual([...(open?.buffers[0] ?? [])], [1, 2]);
    assert.deepEqual([message?.kind, message?.commId, message?.data], ["msg", open?.commId, { c: 3 }]);
    assert.deepEqual([...(message?.buffers[0] ?? [])], [9]);
    const commId = open?.commId ?? "";
    send({ commId, data: { b: "bytes" }, buffers: [new Uint8Array([7, 8])] });
    await client.printed(answered, "got bytes 7 8\n");
    send({ kind: "close", commId, data: { why: "done" } });
    await client.printed(answered, "closed done false\n");
    assert.match((await client.error("comm.v.send({})", { boxes })).evalue, /expected an open comm: widget/);
  });

  it("are accepted where user code has registered their target", async () => {
    await client.run(
      "comms.v.register('mine', (c, { data }) => { console.log('opened', c.target, data.x); c.onMessage(({ data }) => c.send({ twice: data.n * 2 })) })",
      { boxes },
    );
    await client.run("console.log('another cell')");
    send({ kind: "open", targetName: "mine", data: { x: 1 } });
    await client.printed(answered, "opened mine 1\n");
    send({ data: { n: 21 } });
    const { comm, cell: of } = await client.until("comm", (it) => it.comm.commId === "front" && it.comm.kind === "msg");
    assert.deepEqual([comm.data, of], [{ twice: 42 }, answered]);
    await client.run("comms.v.unregister('mine')", { boxes });
    send({ kind: "open", targetName: "mine", commId: "refused" });
    await client.until("comm", (it) => it.comm.commId === "refused" && it.comm.kind === "close");
  });

  it("are handled before a cell that was sent after them begins, whatever comes at once", async () => {
    const seen = "globalThis.seen";
    await client.run(
      `${seen} = []; comms.v.register('early', (c) => { ${seen}.push('open'); c.onMessage(() => ${seen}.push('message')).onClose(() => ${seen}.push('close')) })`,
      { boxes },
    );
    for (let round = 0; round < 20; round++) {
      const commId = `early ${round}`;
      for (const kind of ["open", "msg", "close"] as const) send({ kind, commId, targetName: "early" });
      const { result } = await client.run(`return { value: ${seen}.splice(0).join() }`, { boxes });
      assert.equal(result?.["text/plain"], "'open,message,close'", `round ${round}`);
    }
  });

  it("reach a cell that waits for them", async () => {
    const { outcome, cell } = client.start(
      "const c = comms.v.open('asked'); console.log('on'); return { value: await $cellgrad.await(new Promise((go) => c.onMessage(({ data }) => go(data.answer)))) }",
      { boxes },
    );
    await client.printed(cell, "on");
    const { comm } = await client.until("comm", (it) => it.comm.targetName === "asked");
    send({ commId: comm.commId, data: { answer: 42 } });
    assert.equal((await outcome).result?.["text/plain"], "42");
  });

  it("report a handler that throws, and go on", async () => {
    await client.run("comms.v.register('bad', (c) => { c.onMessage(() => { throw new Error('handler') }) })", {
      boxes,
    });
    send({ kind: "open", targetName: "bad", commId: "bad-1" });
    send({ commId: "bad-1" });
    await client.until("late-error", (it) => it.cell === answered && it.error.evalue === "handler");
  });

  it("refuse what can't be sent, and say why", async () => {
    const circle = "const data = {}; data.data = data; comms.v.open('x', data)";
    assert.match(
      (await client.error(circle, { boxes })).evalue,
      /^invalid data of a comm; expected text, bytes or JSON/,
    );
    assert.match(
      (await client.error("comms.v.open('x', {}, { buffers: ['text'] })", { boxes })).evalue,
      /^invalid buffer of a comm; expected bytes: string$/,
    );
  });
});
