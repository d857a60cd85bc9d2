// The messages to and from the compiler's process, over streams that cut them anywhere.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { CompilerConnection } from "../../../kernel/language/compiler-connection.js";
import { encodeTuple, TupleReader } from "../../../kernel/language/message-tuples.js";

type Tuple = [type: number, name: string, payload: string];
const [request, callResponse, response, failure, call] = [1, 2, 4, 5, 6];

class Compiler {
  readonly output = new PassThrough();
  readonly received: Tuple[] = [];
  gaveUp = 0;
  readonly connection: CompilerConnection;

  constructor() {
    const input = new PassThrough();
    const reader = new TupleReader((type, name, payload) => this.received.push([type, name, payload.toString()]));
    input.on("data", (chunk: Buffer) => reader.push(chunk));
    this.connection = new CompilerConnection(
      input,
      this.output,
      (path) => (path === "/cell.ts" ? "const größe = 1;" : undefined),
      () => {
        this.gaveUp += 1;
      },
    );
  }

  /** What the connection has written since the last call. */
  async sent(): Promise<Tuple[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.received.splice(0);
  }

  /** @param size of the pieces in which it arrives. */
  async send(tuples: Tuple[], size = 1000): Promise<void> {
    const all = Buffer.concat(tuples.map((it) => encodeTuple(...it)));
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
      assert.deepEqual(await compiler.sent(), [
        [request, "first", '{"file":"a"}'],
        [request, "second", "null"],
      ]);
      const long = "für alle Größen 😀 ".repeat(size === 1 ? 50 : 5000);
      await compiler.send(
        [
          [response, "first", JSON.stringify(long)],
          [response, "second", ""],
        ],
        size,
      );
      assert.equal(await first, long);
      assert.equal(await second, undefined);
    });
  }

  it("hands the API bytes as it expects them", async () => {
    const compiler = new Compiler();
    const answer = compiler.connection.sendRequest({ method: "getSourceFile" }, {});
    await compiler.send([[response, "getSourceFile", "bytes"]]);
    assert.deepEqual(await answer, { data: Buffer.from("bytes").toString("base64") });
  });

  it("sends nothing beside a request that reads files, and answers with the files that it has", async () => {
    const compiler = new Compiler();
    const before = compiler.connection.sendRequest({ method: "typeToString" }, 1);
    const update = compiler.connection.sendRequest({ method: "updateSnapshot" }, 2);
    const after = compiler.connection.sendRequest({ method: "typeToString" }, 3);
    assert.deepEqual(await compiler.sent(), [[request, "typeToString", "1"]]);
    await compiler.send([[response, "typeToString", '"before"']]);
    assert.deepEqual(await compiler.sent(), [[request, "updateSnapshot", "2"]]);
    await compiler.send([[call, "readFile", '"/cell.ts"']]);
    await compiler.send([[call, "readFile", '"/lib.d.ts"']]);
    assert.deepEqual(await compiler.sent(), [
      [callResponse, "readFile", '{"content":"const größe = 1;"}'],
      [callResponse, "readFile", ""],
    ]);
    await compiler.send([[response, "updateSnapshot", "{}"]]);
    assert.deepEqual(await compiler.sent(), [[request, "typeToString", "3"]]);
    await compiler.send([[response, "typeToString", '"after"']]);
    assert.deepEqual(await Promise.all([before, update, after]), ["before", {}, "after"]);
    assert.equal(compiler.gaveUp, 0);
  });

  it("sends a file with the request that will ask for it, and what may follow at once", async () => {
    const compiler = new Compiler();
    const sent = compiler.connection.answerAhead({ path: "/cell.ts", only: true });
    const update = compiler.connection.sendRequest({ method: "updateSnapshot" }, 1);
    await sent;
    const asked = compiler.connection.sendRequest({ method: "getSemanticDiagnostics" }, 2);
    const next = compiler.connection.sendRequest({ method: "updateSnapshot" }, 3);
    const file: Tuple = [callResponse, "readFile", '{"content":"const größe = 1;"}'];
    assert.deepEqual(await compiler.sent(), [
      [request, "updateSnapshot", "1"],
      file,
      [request, "getSemanticDiagnostics", "2"],
    ]);
    await compiler.send([
      [call, "readFile", '"/cell.ts"'],
      [response, "updateSnapshot", "{}"],
      [response, "getSemanticDiagnostics", "[]"],
    ]);
    assert.deepEqual([await update, await asked], [{}, []]);
    assert.deepEqual(await compiler.sent(), [[request, "updateSnapshot", "3"]], "this one asks when it likes");
    await compiler.send([[response, "updateSnapshot", "{}"]]);
    await next;
    assert.equal(compiler.gaveUp, 0);
  });

  it("sends nothing behind a request that may ask for more files", async () => {
    const compiler = new Compiler();
    void compiler.connection.answerAhead({ path: "/cell.ts", only: false });
    const update = compiler.connection.sendRequest({ method: "updateSnapshot" }, 1);
    const asked = compiler.connection.sendRequest({ method: "getSemanticDiagnostics" }, 2);
    assert.equal((await compiler.sent()).length, 2);
    await compiler.send([
      [call, "readFile", '"/cell.ts"'],
      [call, "readFile", '"/other.ts"'],
    ]);
    assert.deepEqual(await compiler.sent(), [[callResponse, "readFile", ""]]);
    await compiler.send([[response, "updateSnapshot", "{}"]]);
    assert.deepEqual(await compiler.sent(), [[request, "getSemanticDiagnostics", "2"]]);
    await compiler.send([[response, "getSemanticDiagnostics", "[]"]]);
    await Promise.all([update, asked]);
    assert.equal(compiler.gaveUp, 0);
  });

  for (const [what, tuple] of [
    ["asks for another file than expected", [call, "readFile", '"/other.ts"']],
    ["does not ask for the file", [response, "updateSnapshot", "{}"]],
  ] as const) {
    it(`gives up when the compiler ${what}`, async () => {
      const compiler = new Compiler();
      void compiler.connection.answerAhead({ path: "/cell.ts", only: true });
      compiler.connection.sendRequest({ method: "updateSnapshot" }, 1).catch(() => undefined);
      await compiler.send([[...tuple]]);
      assert.equal(compiler.gaveUp, 1);
    });
  }

  it("rejects what the compiler refuses, and what is open when it is closed", async () => {
    const compiler = new Compiler();
    const refused = compiler.connection.sendRequest({ method: "a" }, {});
    const open = compiler.connection.sendRequest({ method: "b" }, {});
    const reading = compiler.connection.sendRequest({ method: "updateSnapshot" }, {});
    const results = Promise.allSettled([refused, open, reading]);
    await compiler.send([[failure, "a", "no such snapshot"]]);
    compiler.connection.dispose();
    const messages = (await results).map((it) => (it.status === "rejected" ? String(it.reason) : "resolved"));
    const closed = "Error: the connection to the compiler was closed";
    assert.deepEqual(messages, ["Error: no such snapshot", closed, closed]);
  });

  it("refuses what is asked when the compiler is gone, with the reason", async () => {
    const compiler = new Compiler();
    compiler.connection.dispose(new Error("it ended"));
    compiler.connection.dispose();
    await assert.rejects(compiler.connection.sendRequest({ method: "a" }, {}), /it ended/);
    assert.deepEqual(await compiler.sent(), []);
  });

  for (const [what, bytes] of [
    ["an answer that nobody waits for", encodeTuple(response, "b", "")],
    ["bytes that are no message", Buffer.from("fatal error")],
    ["a file asked for while other requests wait in the pipe", encodeTuple(call, "readFile", '"/cell.ts"')],
  ] as const) {
    it(`gives up at ${what}`, async () => {
      const compiler = new Compiler();
      for (const method of ["a", "a"]) compiler.connection.sendRequest({ method }, {}).catch(() => undefined);
      await compiler.sent();
      compiler.output.write(bytes);
      assert.deepEqual(await compiler.sent(), []);
      assert.equal(compiler.gaveUp, 1);
    });
  }
});
