// More output than anybody reads: batched, cut with a notice and a file that has all of it; Stop still works.
import assert from "node:assert/strict";
import { createReadStream, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("flood", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute("1");
  });
  after(() => kernel.close());

  const text = (sent: Sent, name: string) =>
    sent.iopub.map(({ content }) => (content.name === name ? content.text : "")).join("");

  function fileOf(sent: Sent): string {
    const file = /All of it is in (.+)\]/.exec(text(sent, "stderr"))?.[1];
    assert.ok(file, text(sent, "stderr"));
    return file;
  }

  it("a million lines come as few messages, cut with a notice, and all are in the file", async () => {
    const sent = kernel.start("for (let n = 0; n < 1_000_000; n += 1) console.log(n)");
    assert.equal((await sent.reply).content.status, "ok");
    await sent.idle;
    const lines = text(sent, "stdout").trimEnd().split("\n");
    assert.equal(lines.length, 20_000);
    assert.deepEqual([lines[0], lines.at(-1)], ["0", "19999"]);
    assert.ok(sent.iopub.length < 500, `${sent.iopub.length} messages`);
    assert.match(text(sent, "stderr"), /Output is cut here, after 20,000 lines/);
    const file = fileOf(sent);
    let expected = 0;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line !== String(expected)) assert.fail(`line ${expected} is ${line}`);
      expected += 1;
    }
    assert.equal(expected, 1_000_000);
    rmSync(path.dirname(file), { recursive: true });
  });

  it("Stop ends an endless print, and the notice stays", async () => {
    const sent = kernel.start("for (let n = 0; ; n += 1) console.log('line ' + n)");
    await kernel.printed(sent, "Output is cut here");
    await kernel.interrupt();
    const reply = await sent.reply;
    assert.equal(reply.content.ename, "KeyboardInterrupt");
    await sent.idle;
    assert.equal(await kernel.text("1 + 1"), "2");
    rmSync(path.dirname(fileOf(sent)), { recursive: true });
  });

  it("answers completion while a cell floods", async () => {
    const sent = kernel.start("for (let n = 0; ; n += 1) console.log('line ' + n)");
    await kernel.printed(sent, "line 1000\n");
    const { matches } = await kernel.request("complete_request", { code: "Math.ma", cursor_pos: 7 });
    assert.deepEqual(matches, ["max"]);
    await kernel.interrupt();
    await sent.idle;
    rmSync(path.dirname(fileOf(sent)), { recursive: true, force: true });
  });

  it("a cell after a flood prints as usual", async () => {
    assert.equal(await kernel.text("console.log('quiet again')"), "quiet again\n");
  });

  const bounded: [string, string][] = [
    ["a string of 50 MB", "'x'.repeat(50_000_000)"],
    ["a large typed array", "new Float64Array(5_000_000)"],
    ["an array of a million objects", "Array.from({ length: 1_000_000 }, (_, n) => ({ n }))"],
    ["a cycle", "const cyclic: Record<string, unknown> = { name: 'me' }; cyclic.self = cyclic; cyclic"],
    ["a deep chain", "let deep: unknown = 0; for (let n = 0; n < 100_000; n += 1) deep = { deep }; deep"],
    ["a getter that throws", "({ get bad(): number { throw new Error('no') }, good: 1 })"],
    [
      "a Proxy whose traps throw",
      "new Proxy({}, { get() { throw new Error('get') }, ownKeys() { throw new Error('keys') }, getPrototypeOf() { throw new Error('proto') } })",
    ],
    [
      "an object with a hostile toString and toJSON",
      "({ toString() { throw new Error('s') }, toJSON() { throw new Error('j') } })",
    ],
    ["a display method that throws", "({ [Symbol.for('Jupyter.display')]() { throw new Error('display') } })"],
    ["a display method that gives nonsense", "({ [Symbol.for('Jupyter.display')]() { return 5 } })"],
  ];
  for (const [title, code] of bounded) {
    it(`shows ${title} bounded`, async () => {
      const { reply, iopub } = await kernel.execute(code);
      assert.equal(reply.status, "ok", JSON.stringify(reply).slice(0, 500));
      const result = iopub.find(({ header }) => header.msg_type === "execute_result");
      const size = JSON.stringify(result?.content).length;
      assert.ok(size > 10 && size < 1_000_000, `${size} characters`);
    });
  }

  it("prints a string of 50 MB cut, with all of it in the file", async () => {
    const sent = kernel.start("console.log('x'.repeat(50_000_000))");
    assert.equal((await sent.reply).content.status, "ok");
    await sent.idle;
    assert.equal(text(sent, "stdout").length, 1_000_000);
    const file = fileOf(sent);
    let size = 0;
    for await (const chunk of createReadStream(file)) size += (chunk as Buffer).length;
    assert.equal(size, 50_000_001);
    rmSync(path.dirname(file), { recursive: true });
  });
});
