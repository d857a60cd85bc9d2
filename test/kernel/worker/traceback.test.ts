// What a reader sees of errors: their own frames with the lines around, causes and parts, whatever was thrown and however
// hostile it is.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityMap, plain, WorkerClient } from "./worker-client.js";

describe("worker: traceback", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
  });
  after(() => client.close());

  async function traceback(source: string, options = {}): Promise<string> {
    return plain((await client.error(source, options)).traceback);
  }

  it("shows the user's frames, innermost first, with the lines around", async () => {
    const { outcome, count } = client.start(
      ["function inner() {", "  throw new TypeError('bad')", "}", "", "const outer = () => inner()", "outer()"].join(
        "\n",
      ),
    );
    const { error } = (await outcome).done;
    assert.deepEqual([error?.ename, error?.evalue], ["TypeError", "bad"]);
    assert.equal(
      plain(error?.traceback ?? []),
      [
        "TypeError: bad",
        `  Cell [${count}], line 2:9 in inner`,
        "  1 | function inner() {",
        "> 2 |   throw new TypeError('bad')",
        "    |         ^",
        "  3 | }",
        "  4 |",
        `  Cell [${count}], line 5:21 in outer`,
        "  3 | }",
        "  4 |",
        "> 5 | const outer = () => inner()",
        "    |                     ^",
        "  6 | outer()",
        `  Cell [${count}], line 6:1`,
        "  4 |",
        "  5 | const outer = () => inner()",
        "> 6 | outer()",
        "    | ^",
      ].join("\n"),
    );
  });

  it("follows awaits", async () => {
    const text = await traceback(
      [
        "const tick = () => new Promise((go) => setTimeout(go, 1));",
        "async function inner() { await $cellgrad.await(tick()); throw new Error('deep') }",
        "async function outer() { await $cellgrad.await(inner()) }",
        "await $cellgrad.await(outer())",
      ].join("\n"),
    );
    assert.match(text, /line 2:63 in inner[\s\S]*line 3:26 in outer[\s\S]*line 4:1\n/);
  });

  it("names the cells that functions come from", async () => {
    const first = await client.run("fail.v = () => {\n  null.x\n}", { boxes: ["fail"] });
    const second = client.start("\nfail.v()", { boxes: ["fail"] });
    const text = plain((await second.outcome).done.error?.traceback ?? []);
    assert.match(
      text,
      new RegExp(`Cell \\[${Number(first.cell.slice(5))}\\], line 2:8[\\s\\S]*Cell \\[${second.count}\\], line 2:`),
    );
  });

  it("shows causes, and the parts of an AggregateError, and ends in a circle", async () => {
    const text = await traceback(
      [
        "const root = new RangeError('root');",
        "const circle = new Error('circle'); circle.cause = circle;",
        "throw new AggregateError([new TypeError('one', { cause: root }), 'two', circle], 'all', { cause: { code: 7 } })",
      ].join("\n"),
    );
    assert.match(text, /^AggregateError: all\n {2}Cell/);
    assert.match(text, /Error 1 of 3: TypeError: one\n[\s\S]*Caused by RangeError: root\n {2}Cell \[\d+\], line 1:14/);
    assert.match(text, /Error 2 of 3: Uncaught: 'two'/);
    assert.match(text, /Error 3 of 3: Error: circle/);
    assert.match(text, /Caused by Uncaught: \{ code: 7 \}/);
  });

  const thrown: [title: string, code: string, ename: string, evalue: string | RegExp][] = [
    ["a number", "throw 5", "Uncaught", "5"],
    ["null", "throw null", "Uncaught", "null"],
    ["undefined", "throw undefined", "Uncaught", "undefined"],
    ["an object", "throw { a: 1 }", "Uncaught", "{ a: 1 }"],
    ["a rejected promise's reason", "await $cellgrad.await(Promise.reject('no'))", "Uncaught", "'no'"],
    ["a class without a name of its own", "throw new (class Special extends Error {})('s')", "Special", "s"],
    [
      "an error of another realm",
      "throw require('node:vm').runInNewContext('new RangeError(\"far\")')",
      "RangeError",
      "far",
    ],
    [
      "a name and message that throw",
      "throw Object.defineProperties(new Error('x'), { name: { get() { throw 1 } }, message: { get() { throw 2 } } })",
      "Error",
      "",
    ],
    [
      "a Proxy with all traps throwing",
      "throw new Proxy({}, new Proxy({}, { get() { throw new Error('trap') } }))",
      "Uncaught",
      "{}",
    ],
    ["a Proxy of an error", "throw new Proxy(new Error('p'), {})", "Error", "p"],
    ["a message of 50 MB", "throw new Error('m'.repeat(50_000_000))", "Error", /^m{10000}… \d+ more characters$/],
    ["a name that is no text", "throw Object.assign(new Error('n'), { name: 7 })", "Error", "n"],
    ["an endless recursion", "const f = () => f(); f()", "RangeError", "Maximum call stack size exceeded"],
    ["a syntax error of other code", "JSON.parse('{')", "SyntaxError", /JSON/],
    ["a stack that is no text", "throw Object.assign(new Error('s'), { stack: 5 })", "Error", "s"],
    [
      "a cause that throws",
      "throw Object.defineProperty(new Error('c'), 'cause', { get() { throw 1 } })",
      "Error",
      "c",
    ],
  ];
  for (const [title, code, ename, evalue] of thrown) {
    it(`of ${title} is shown`, async () => {
      const error = await client.error(code);
      assert.equal(error.ename, ename);
      if (typeof evalue === "string") assert.equal(error.evalue, evalue);
      else assert.match(error.evalue, evalue);
      assert.ok(error.traceback.join("").length < 60_000);
    });
  }

  it("collapses the frames of a recursion", async () => {
    const text = await traceback("const f = (n) => n > 0 ? f(n - 1) : null.x; f(8)");
    assert.match(text, /line 1:26 in f[\s\S]*… 7 more calls of the same/);
  });

  it("leaves out Node and packages, but says in which package it was thrown", async () => {
    const folder = join(client.directory, "node_modules", "thrower");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "index.js"),
      "module.exports = (f) => { if (f) return [1].map(f); throw new Error('from inside') };",
    );
    const own = await traceback("require('thrower')()");
    assert.match(own, /^Error: from inside\n {2}… in package thrower\n {2}Cell \[\d+\], line 1:\d+\n/);
    const through = await traceback("require('thrower')(() => { throw new Error('called back') })");
    assert.doesNotMatch(through, /thrower\/|node:|package/);
    assert.equal(through.match(/Cell \[/g)?.length, 2);
    assert.doesNotMatch(await traceback("require('node:fs').readFileSync('/no/such/file')"), /node:internal/);
  });

  it("gives local files by their path", async () => {
    writeFileSync(join(client.directory, "local.cjs"), "\nexports.fail = function fail() { throw new Error('local') }");
    assert.match(await traceback("require('./local.cjs').fail()"), /local\.cjs:2:40 in \S*fail\n[\s\S]*Cell/);
    const source = "export function check() {\n  throw new Error('compiled')\n}";
    client.resolve = () => ({
      kind: "module",
      path: join(client.directory, "lib", "check.ts"),
      version: "1",
      source,
      code: `(async function ($cellgrad, $exports) { $exports.check = check;\n${source.replace("export ", "")}\n})`,
      map: identityMap(source),
    });
    const text = await traceback("(await $cellgrad.import('./lib/check')).check()");
    assert.match(text, /lib[\\/]check\.ts:2:9 in check\n[\s\S]*> 2 \| {3}throw new Error\('compiled'\)[\s\S]*Cell/);
  });

  it("gives positions in err.stack too", async () => {
    const text = await client.text(
      "\n  const e = new Error('here'); return { value: e.stack.split('\\n').slice(0, 2) }",
    );
    assert.match(
      text,
      /'Error: here', '\s+at Cell \[\d+\], line 2:13' \]|'Error: here',\n\s+' {4}at Cell \[\d+\], line 2:13'/,
    );
  });

  it("lets user code have a prepareStackTrace of its own", async () => {
    const { result } = await client.run(
      [
        "const before = Error.prepareStackTrace; Error.prepareStackTrace = (error, sites) => [error.message, sites[0].getFunctionName()];",
        "const own = (function here() { return new Error('own').stack })(); Error.prepareStackTrace = before; return { value: own }",
      ].join("\n"),
    );
    assert.equal(result?.["text/plain"], "[ 'own', 'here' ]");
    for (const theirs of ["(_, sites) => sites", "() => 'nothing'", "() => { throw 1 }", "undefined"])
      assert.match(await traceback(`Error.prepareStackTrace = ${theirs};\nnull.x`), /TypeError[\s\S]*line 2:6\n/);
  });

  it("of an error from another realm or thread has its frames too", async () => {
    const code = [
      "const { runInNewContext } = require('node:vm');",
      "const call = runInNewContext('(f) => { f(); throw new Error(`far`) }');",
      "call(() => {})",
    ].join("\n");
    assert.match(await traceback(code), /^Error: far\n {2}Cell \[\d+\], line 3:1\n/);
    assert.match(
      await traceback("\nthrow structuredClone(new Error('cloned'))"),
      /^Error: cloned\n {2}Cell \[\d+\], line 2:\d+\n/,
    );
  });

  it("of an error that nobody awaits goes to its cell, which goes on", async () => {
    const code = [
      "Promise.reject(new RangeError('rejected'));",
      "setTimeout(() => { throw new TypeError('in a timer') }, 1);",
      "const { EventEmitter } = require('node:events'); setImmediate(() => new EventEmitter().emit('error', new Error('emitted')));",
      "process.nextTick(() => { throw 'ticked' });",
      "await $cellgrad.await(new Promise((go) => setTimeout(go, 20))); return { value: 'went on' }",
    ].join("\n");
    const { outcome, cell } = client.start(code);
    const { result, messages } = await outcome;
    assert.equal(result?.["text/plain"], "'went on'");
    const errors = messages.flatMap((it) => (it.type === "late-error" ? [it] : []));
    assert.deepEqual(errors.map(({ error }) => error.evalue).sort(), ["'ticked'", "emitted", "in a timer", "rejected"]);
    assert.match(plain(errors.find(({ error }) => error.ename === "TypeError")?.error.traceback ?? []), /line 2:26\n/);
    const { cell: done } = await client.run("setTimeout(() => Promise.reject(new Error('afterwards')), 5)");
    const late = await client.until("late-error", ({ error }) => error.evalue === "afterwards");
    assert.deepEqual([late.cell, cell === done], [done, false]);
  });

  it("survives libraries that end the process on such errors", async () => {
    const { cell } = await client.run(
      "process.on('uncaughtException', (e) => { throw e }); process.on('unhandledRejection', (e) => { throw e }); Promise.reject(new Error('mine'))",
    );
    await client.until("late-error", (it) => it.cell === cell && it.error.evalue === "mine");
    assert.equal(await client.text("return { value: 1 }"), "1");
    assert.equal(client.messages.filter((it) => it.type === "late-error" && it.cell === cell).length, 1);
  });
});
