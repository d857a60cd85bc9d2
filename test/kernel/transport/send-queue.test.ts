// Frames leave in order, one send at a time, and one that fails does not hold up the rest.
import assert from "node:assert/strict";
import { SendQueue } from "../../../kernel/transport/send-queue.js";

describe("send queue", () => {
  it("never has two sends pending, and keeps the order", async () => {
    const sent: string[] = [];
    let pending = 0;
    const socket = {
      async send(frames: Uint8Array[]) {
        pending += 1;
        assert.equal(pending, 1);
        await new Promise((resolve) => setImmediate(resolve));
        pending -= 1;
        sent.push(frames.map(String).join());
      },
    };
    const queue = new SendQueue(socket, (error) => assert.fail(String(error)));
    for (const text of ["1", "2", "3"]) queue.send(() => [Buffer.from(text)]);
    await queue.flushed();
    queue.send(() => [Buffer.from("4")]);
    await queue.flushed();
    assert.deepEqual(sent, ["1", "2", "3", "4"]);
  });

  it("makes nothing before the turn is over", async () => {
    let made = false;
    const queue = new SendQueue({ send: () => Promise.resolve() }, (error) => assert.fail(String(error)));
    queue.send(() => {
      made = true;
      return [];
    });
    await Promise.resolve();
    assert.equal(made, false);
    await queue.flushed();
    assert.equal(made, true);
  });

  it("sends what comes first before what waits, and says when it is gone", async () => {
    const sent: string[] = [];
    const done: string[] = [];
    const queue = new SendQueue({ send: async ([frame]) => void sent.push(String(frame)) }, () => {});
    for (const text of ["a", "b"]) {
      queue.send(() => {
        if (text === "a") void queue.sendFirst(() => [Buffer.from("2")]).then(() => done.push(sent.join("")));
        return [Buffer.from(text)];
      });
    }
    const first = queue.sendFirst(() => [Buffer.from("1")]).then(() => done.push(sent.join("")));
    const bad = queue.sendFirst(() => {
      throw new Error("no such client");
    });
    await Promise.all([first, bad, queue.flushed()]);
    assert.deepEqual(sent, ["1", "a", "2", "b"]);
    assert.equal(done.length, 2);
    assert.match(done[1] ?? "", /^1a2/);
  });

  it("drops what can't be sent, and says so", async () => {
    const sent: string[] = [];
    const dropped: unknown[] = [];
    const socket = {
      async send([frame]: Uint8Array[]) {
        if (String(frame) === "bad") throw new Error("no such client");
        sent.push(String(frame));
      },
    };
    const queue = new SendQueue(socket, (error) => dropped.push(error));
    for (const text of ["a", "bad", "b"]) queue.send(() => [Buffer.from(text)]);
    await queue.flushed();
    assert.deepEqual(sent, ["a", "b"]);
    assert.equal(dropped.length, 1);
  });
});
