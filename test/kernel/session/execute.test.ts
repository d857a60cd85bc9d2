// execute_request over real sockets: every option, every message of a cell, and their order.
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { Message } from "../../../kernel/protocol/message.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const kinds = (messages: Message[]) =>
  messages.map(({ header, content }) => (header.msg_type === "status" ? content.execution_state : header.msg_type));

describe("execute", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  it("publishes busy, input, prints, result and idle in this order", async () => {
    const { reply, iopub } = await kernel.execute('console.log("a"); console.error("b"); console.log("c"); 1 + 1');
    assert.deepEqual(kinds(iopub), ["busy", "execute_input", "stream", "stream", "stream", "execute_result", "idle"]);
    assert.equal(reply.status, "ok");
    assert.deepEqual(reply.payload, []);
    assert.deepEqual(reply.user_expressions, {});
    const [, input, a, b, c, result] = iopub.map(({ content }) => content);
    assert.deepEqual(input, {
      code: 'console.log("a"); console.error("b"); console.log("c"); 1 + 1',
      execution_count: reply.execution_count,
    });
    assert.deepEqual(a, { name: "stdout", text: "a\n" });
    assert.deepEqual(b, { name: "stderr", text: "b\n" });
    assert.deepEqual(c, { name: "stdout", text: "c\n" });
    assert.equal(result?.execution_count, reply.execution_count);
    assert.deepEqual(result?.data, { "text/plain": "2" });
    assert.deepEqual(result?.metadata, {});
  });

  it("puts the whole header of the request into everything it causes", async () => {
    const sent = kernel.start("console.log(1)");
    const reply = await sent.reply;
    await sent.idle;
    assert.equal(reply.metadata.status, "ok");
    assert.ok(Date.parse(String(reply.metadata.started)) <= Date.parse(reply.header.date));
    for (const message of [reply, ...sent.iopub]) {
      assert.equal(message.parentHeader.msg_id, sent.id);
      assert.equal(message.parentHeader.msg_type, "execute_request");
      assert.equal(message.parentHeader.username, "test");
      assert.match(message.header.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
      assert.equal(message.header.version, "5.5");
    }
    const ids = [reply, ...sent.iopub].map(({ header }) => header.msg_id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("publishes a batch of prints as one message", async () => {
    const { iopub } = await kernel.execute("for (let n = 0; n < 200; n += 1) console.log(n)");
    const streams = iopub.filter(({ header }) => header.msg_type === "stream");
    assert.ok(streams.length <= 5, `${streams.length} messages`);
    const text = streams.map(({ content }) => content.text).join("");
    assert.equal(text, Array.from({ length: 200 }, (_, n) => `${n}\n`).join(""));
  });

  it("shows no result for undefined, for a declaration, and behind a semicolon", async () => {
    for (const code of ["undefined", "const nothing = 1", "1 + 1;", "", "  \n// only a comment"]) {
      const { reply, outputs } = await kernel.execute(code);
      assert.equal(reply.status, "ok", code);
      assert.deepEqual(outputs, [], code);
    }
  });

  it("answers a runtime error with error, on iopub and in the reply, and the prints before it", async () => {
    const { reply, iopub, outputs } = await kernel.execute('console.log("before"); throw new RangeError("too far")');
    assert.deepEqual(kinds(iopub), ["busy", "execute_input", "stream", "error", "idle"]);
    const error = outputs[1];
    assert.equal(reply.status, "error");
    assert.deepEqual([error?.ename, error?.evalue], ["RangeError", "too far"]);
    assert.deepEqual([reply.ename, reply.evalue, reply.traceback], [error?.ename, error?.evalue, error?.traceback]);
    assert.match(String(error?.traceback), /too far/);
    assert.equal(typeof reply.execution_count, "number");
  });

  it("answers a type error before anything of the cell runs", async () => {
    const { reply, outputs } = await kernel.execute('console.log("ran"); const n: number = "text"');
    assert.equal(reply.status, "error");
    assert.equal(reply.ename, "TypeScriptError");
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ["error"],
    );
    assert.match(String(reply.traceback), /TS2322/);
  });

  it("colours what failed in colours that can be read on white and on black", async () => {
    for (const code of ["// why\nthrow new Error('x')", "// why\nconst n: number = 'text'"]) {
      const { reply } = await kernel.execute(code);
      const text = (reply.traceback as string[]).join("\n");
      assert.match(stripVTControlCharacters(text), /1 \| \/\/ why\n> 2 \| /);
      const colours = new Set(text.split("\u001b[").map((part) => part.split("m", 1)[0]));
      assert.ok(colours.has("31") && colours.has("36"), [...colours].join());
      // JupyterLab's dark theme shows bright black as black.
      assert.ok(!colours.has("90"));
    }
  });

  it("counts each stored cell, also failing ones", async () => {
    const count = async (code: string) => Number((await kernel.execute(code)).reply.execution_count);
    const first = await count("1");
    assert.equal(await count("throw new Error('x')"), first + 1);
    assert.equal(await count("const broken: number = ''"), first + 2);
    assert.equal(await count(""), first + 3);
    assert.equal(await count("2"), first + 4);
  });

  it("with store_history: false shows the next number and does not use it up", async () => {
    const before = Number((await kernel.execute("1")).reply.execution_count);
    const { reply, iopub } = await kernel.execute("const unstored = 5; unstored", { store_history: false });
    const input = iopub.find(({ header }) => header.msg_type === "execute_input");
    assert.equal(input?.content.execution_count, before + 1);
    assert.equal(reply.execution_count, before);
    assert.equal((await kernel.execute("unstored")).reply.execution_count, before + 1);
    const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 2 });
    assert.deepEqual(
      (history as unknown[][]).map(([, , input]) => input),
      ["1", "unstored"],
    );
  });

  it("keeps what several unstored cells declare apart", async () => {
    const quietly = async (code: string) => {
      const { reply } = await kernel.execute(code, { store_history: false });
      assert.equal(reply.status, "ok", JSON.stringify(reply));
    };
    await quietly('import { basename } from "node:path"; class First { one = 1 }');
    await quietly('import { sep } from "node:path"; class Second { two = 2 }');
    assert.equal(
      await kernel.text('[basename("/a/b"), sep.length, new First().one, new Second().two].join()'),
      "'b,1,1,2'",
    );
  });

  it("shows no number for a cell that isn't counted", async () => {
    for (const code of ["1;\nthrow new Error('x')", "1;\nconst wrong: number = ''"]) {
      const { reply, outputs } = await kernel.execute(code, { store_history: false });
      assert.match(String(reply.traceback), /Cell \[ \], line 2:7/);
      assert.deepEqual(outputs[0]?.traceback, reply.traceback);
    }
  });

  it("with silent publishes nothing but the status, counts nothing, stores nothing, and still runs", async () => {
    const before = Number((await kernel.execute("let quiet = 1")).reply.execution_count);
    const { reply, iopub } = await kernel.execute("quiet = 2; console.log('x'); quiet", {
      silent: true,
      store_history: true,
    });
    assert.deepEqual(kinds(iopub), ["busy", "idle"]);
    assert.deepEqual([reply.status, reply.execution_count], ["ok", before]);
    const failed = await kernel.execute("throw new TypeError('hidden')", { silent: true });
    assert.deepEqual(kinds(failed.iopub), ["busy", "idle"]);
    assert.deepEqual([failed.reply.status, failed.reply.ename], ["error", "TypeError"]);
    const next = await kernel.execute("quiet");
    assert.equal(next.outputs[0]?.data?.["text/plain"], "2");
    assert.equal(next.reply.execution_count, before + 1);
    const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 2 });
    assert.deepEqual(
      (history as unknown[][]).map(([, , input]) => input),
      ["let quiet = 1", "quiet"],
    );
  });

  it("evaluates user_expressions after the cell, each typed, a result or an error of its own", async () => {
    const { reply } = await kernel.execute("const five: number = 5", {
      user_expressions: {
        sum: "five + 1",
        awaited: "await Promise.resolve(five)",
        text: "five.toFixed(1)",
        typeError: "five.toUpperCase()",
        syntax: "five +",
        thrown: "(() => { throw new RangeError('no') })()",
      },
    });
    assert.equal(reply.status, "ok");
    const results = reply.user_expressions as Record<string, Record<string, unknown>>;
    const plain = (name: string) => (results[name]?.data as Record<string, unknown> | undefined)?.["text/plain"];
    assert.deepEqual([results.sum?.status, plain("sum"), results.sum?.metadata], ["ok", "6", {}]);
    assert.equal(plain("awaited"), "5");
    assert.match(String(plain("text")), /5\.0/);
    assert.deepEqual([results.typeError?.status, results.typeError?.ename], ["error", "TypeScriptError"]);
    assert.match(String(results.typeError?.evalue), /toUpperCase/);
    assert.deepEqual([results.syntax?.status, results.syntax?.ename], ["error", "SyntaxError"]);
    assert.deepEqual([results.thrown?.status, results.thrown?.ename], ["error", "RangeError"]);
    assert.ok(Array.isArray(results.thrown?.traceback));
  });

  it("evaluates user_expressions to the bundles that values make of themselves", async () => {
    const bundle = "{ 'text/html': '<b>me</b>', 'image/png': new Uint8Array([255]), 'application/json': { a: [1] } }";
    const { reply } = await kernel.execute("", {
      user_expressions: {
        now: `({ [Symbol.for('Jupyter.display')]: () => (${bundle}) })`,
        later: `({ [Symbol.for('Jupyter.display')]: async () => (${bundle}) })`,
        promised: `Promise.resolve({ [Symbol.for('Jupyter.display')]: () => (${bundle}) })`,
      },
    });
    const expressions = reply.user_expressions as Record<string, { status: string; data: Record<string, unknown> }>;
    for (const name of ["now", "later", "promised"]) {
      const { status, data = {} } = expressions[name] ?? {};
      assert.equal(status, "ok", JSON.stringify(expressions[name]));
      const { "text/plain": text, ...rich } = data;
      assert.deepEqual(rich, { "text/html": "<b>me</b>", "image/png": "/w==", "application/json": { a: [1] } }, name);
      assert.equal(typeof text, "string");
    }
  });

  it("evaluates user_expressions also of a silent, empty cell, and none of a failed one", async () => {
    const silent = await kernel.execute("", { silent: true, user_expressions: { three: "1 + 2" } });
    assert.match(JSON.stringify(silent.reply.user_expressions), /"text\/plain":"3"/);
    assert.deepEqual(kinds(silent.iopub), ["busy", "idle"]);
    const failed = await kernel.execute("throw new Error('x')", { user_expressions: { three: "1 + 2" } });
    assert.deepEqual(failed.reply.user_expressions, {});
  });

  it("runs cells in the order they came", async () => {
    const sent = [1, 2, 3, 4, 5].map((n) => kernel.start(`await new Promise((go) => setTimeout(go, ${6 - n})); ${n}`));
    const replies = await Promise.all(sent.map(({ reply }) => reply));
    await Promise.all(sent.map(({ idle }) => idle));
    const counts = replies.map(({ content }) => Number(content.execution_count));
    assert.deepEqual(
      counts,
      [0, 1, 2, 3, 4].map((n) => Number(counts[0]) + n),
    );
    const order = kernel.iopub
      .filter(({ header, parentHeader }) => {
        return header.msg_type === "execute_result" && sent.some(({ id }) => id === parentHeader.msg_id);
      })
      .map(({ content }) => (content.data as Record<string, unknown>)["text/plain"]);
    assert.deepEqual(order, ["1", "2", "3", "4", "5"]);
  });

  it("answers content that makes no sense with an error, and goes on", async () => {
    for (const content of [{}, { code: 5 }, { code: "1", silent: "maybe" }]) {
      const reply = await kernel.request("execute_request", content);
      assert.equal(reply.status, "error");
      assert.match(String(reply.evalue), /^invalid (code|silent); expected /);
    }
    assert.equal((await kernel.execute("1")).reply.status, "ok");
  });
});
