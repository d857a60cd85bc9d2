// The messages to and from the compiler's process, over streams that cut them anywhere.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { CompilerConnection } from "../../../kernel/language/compiler-connection.js";

interface Sent {
  id: number;
  method?: string;
  params?: unknown;
  result?: unknown;
}

class Compiler {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly connection = new CompilerConnection(this.input, this.output, (path) =>
    path === "/cell.ts" ? "const größe = 1;" : undefined,
  );

  /** What the connection has written by now. */
  sent(): Sent[] {
    const text = ((this.input.read() as Buffer | null) ?? "").toString();
    return text
      .split(/Content-Length: \d+\r\n\r\n/)
      .slice(1)
      .map((body) => JSON.parse(body) as Sent);
  }

  /** @param size of the pieces in which it arrives. */
  async send(messages: object[], size: number): Promise<void> {
    const bodies = messages.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }));
    const all = Buffer.from(bodies.map((body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`).join(""));
    for (let at = 0; at < all.length; at += size) this.output.write(all.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("the connection to the compiler", () => {
  for (const size of [1, 7, 30, 100_000]) {
    it(`reads messages that come in pieces of ${size}`, async () => {
      const compiler = new Compiler();
      const first = compiler.connection.sendRequest({ method: "first" }, { file: "a" });
      const second = compiler.connection.sendRequest({ method: "second" }, null);
      const sent = compiler.sent();
      assert.deepEqual(
        sent.map(({ method, params }) => [method, params]),
        [
          ["first", { file: "a" }],
          ["second", null],
        ],
      );
      const [one = 0, two = 0] = sent.map(({ id }) => id);
      const long = "für alle Größen 😀 ".repeat(50);
      await compiler.send(
        [
          { id: two, result: long },
          { id: "api1", method: "readFile", params: ["/cell.ts"] },
          { method: "log", params: {} },
          { id: one, result: { data: [] } },
          { id: "api2", method: "readFile", params: ["/lib.d.ts"] },
        ],
        size,
      );
      assert.equal(await second, long);
      assert.deepEqual(await first, { data: [] });
      assert.deepEqual(compiler.sent(), [
        { jsonrpc: "2.0", id: "api1", result: { content: "const größe = 1;" } },
        { jsonrpc: "2.0", id: "api2", result: null },
      ]);
    });
  }

  it("rejects what the compiler refuses, and what is open when it is closed", async () => {
    const compiler = new Compiler();
    const refused = compiler.connection.sendRequest({ method: "a" }, {});
    const open = compiler.connection.sendRequest({ method: "b" }, {});
    const [sent] = compiler.sent();
    const results = Promise.allSettled([refused, open]);
    await compiler.send([{ id: sent?.id, error: { code: 1, message: "no such snapshot" } }], 1000);
    compiler.connection.dispose();
    const messages = (await results).map((it) => (it.status === "rejected" ? String(it.reason) : "resolved"));
    assert.deepEqual(messages, ["Error: no such snapshot", "Error: the connection to the compiler was closed"]);
  });
});
