// Values that don't want to be shown, in every place where the kernel shows one: bounded, soon, and nothing dies.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const values: [title: string, name: string, code: string][] = [
  [
    "an object whose getters throw",
    "getters",
    "{ get a(): number { throw new Error('a') }, get [Symbol.toStringTag](): string { throw new Error('tag') } }",
  ],
  [
    "a Proxy whose traps throw",
    "traps",
    "new Proxy({}, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, () => { throw new Error(name) }])))",
  ],
  [
    "a revoked Proxy",
    "revoked",
    "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
  ],
  [
    "a cycle of Maps",
    "cycle",
    "(() => { const map = new Map<unknown, unknown>(); map.set(map, { map, list: [map] }); return map })()",
  ],
  [
    "an object of 300,000 keys",
    "keys",
    "Object.fromEntries(Array.from({ length: 300_000 }, (_, n) => ['key' + n, n]))",
  ],
  [
    "100 × 100 × 100 × 10 arrays",
    "arrays",
    "(function nest(n: number): unknown[] { return Array.from({ length: n === 0 ? 10 : 100 }, () => n === 0 ? 0 : nest(n - 1)) })(3)",
  ],
  [
    "a chain of 100,000 objects",
    "chain",
    "(() => { let chain = {}; for (let n = 0; n < 100_000; n += 1) chain = { chain }; return chain })()",
  ],
  [
    "an error whose message and stack throw",
    "error",
    "Object.defineProperties(new Error('e'), { message: { get() { throw new Error('m') } }, stack: { get() { throw new Error('s') } } })",
  ],
  ["a string of 50 MB", "text", "'x'.repeat(50_000_000)"],
  [
    "an object that shows itself as 60 MB of HTML and of text",
    "itself",
    "{ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': 'x'.repeat(60_000_000), 'text/plain': 'y'.repeat(60_000_000) }) }",
  ],
  [
    "an object that shows itself, later, as JSON of 30 MB",
    "later",
    "{ [Symbol.for('Jupyter.display')]: async () => ({ 'application/json': Array.from({ length: 10_000_000 }, () => 10) }) }",
  ],
];

/** What is shown of it as text. */
const displays: [code: string, shows: RegExp][] = [
  [
    "display.html('x'.repeat(60e6));",
    /^\[text\/html of 60,000,000 characters is not shown; at most 20,000,000 are\]\nx+…/,
  ],
  ["display.markdown('x'.repeat(60e6));", /^\[text\/markdown of 60,000,000 characters is not shown/],
  ["display.png(new Uint8Array(60e6));", /^\[image\/png of 80,000,000 characters is not shown.*\]\n\[PNG image\]$/],
  ["display.text('x'.repeat(60e6));", /^x{40000}… 59960000 more characters$/],
  ["display.html('x'.repeat(100_000));", /^x{40000}… 60000 more characters$/],
  ["display.raw({ 'text/x': 'x'.repeat(60e6), 'text/plain': 'short' });", /^\[text\/x of 60,000,000 .*\]\nshort$/],
  [
    "const shown = display('first'); shown.html('x'.repeat(60e6));",
    /^\[text\/html of 60,000,000 characters is not shown/,
  ],
  ["import * as tslab from 'tslab'; tslab.display.html('x'.repeat(60e6));", /^\[text\/html of 60,000,000 characters/],
];

const places: [title: string, code: (name: string) => string][] = [
  ["a result", (name) => name],
  ["a display", (name) => `display(${name});`],
  ["a print", (name) => `console.log(${name});`],
  ["%s of a print", (name) => `console.log("%s %o", ${name}, 1);`],
  ["a thrown value", (name) => `throw ${name}`],
  ["a late rejection", (name) => `void Promise.reject(${name}); await new Promise((go) => setTimeout(go, 20));`],
  ["%who", (name) => `%who ${name}`],
];

describe("hostile values", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  for (const [title, name, code] of values) {
    it(`${title} is bounded wherever it is shown`, async () => {
      const made = await kernel.execute(`const ${name}: unknown = ${code};`);
      assert.equal(made.reply.status, "ok", JSON.stringify(made.reply).slice(0, 1000));
      for (const [place, cell] of places) {
        const { reply, iopub } = await kernel.execute(cell(name));
        // What Node's console throws for such a value is the cell's error.
        if (!place.includes("print")) assert.equal(reply.status, place === "a thrown value" ? "error" : "ok", place);
        assert.ok(!/KernelError|WorkerCrashed|OutOfMemory/.test(String(reply.ename)), place);
        const size = JSON.stringify([reply, iopub.map(({ content }) => content)]).length;
        assert.ok(size < 2_500_000, `${place}: ${size} characters`);
      }
      const { reply } = await kernel.execute("", { user_expressions: { shown: name } });
      const { shown } = reply.user_expressions as { shown: { status: string } };
      assert.equal(shown.status, "ok");
      assert.ok(JSON.stringify(shown).length < 100_000);
    });
  }

  for (const [code, shows] of displays) {
    it(`${code} is bounded, and says so`, async () => {
      const { reply, iopub } = await kernel.execute(code);
      assert.equal(reply.status, "ok", JSON.stringify(reply).slice(0, 1000));
      const shown = iopub.filter(({ header }) => /display_data/.test(header.msg_type));
      const data = shown.at(-1)?.content.data as Record<string, string>;
      assert.match(data["text/plain"] ?? "", shows);
      assert.ok(JSON.stringify(shown.map(({ content }) => content)).length < 250_000);
    });
  }

  it("errors in a line of 300,000 characters show the part of it that they are about", async () => {
    const filler = "0;".repeat(50_000);
    const code = `const a: number = "a"; ${filler} const b: number = "b"; ${filler} const c: number = "c"; ${filler}`;
    const { reply, iopub } = await kernel.execute(code);
    assert.equal(reply.ename, "TypeScriptError");
    const errors = iopub.filter(({ header }) => header.msg_type === "error");
    assert.ok(JSON.stringify([reply, errors.map(({ content }) => content)]).length < 50_000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
    const traceback = (reply.traceback as string[]).join("\n").replace(/\u001b\[[0-9;]*m/g, "");
    for (const name of ["a", "b", "c"]) {
      const place = code.indexOf(`${name}: number`) + 1;
      assert.ok(traceback.includes(`line 1:${place}\n`), traceback);
    }
    const frames = [...traceback.matchAll(/^> 1 \| (.*)\n {4}\| ( *)\^$/gm)];
    assert.deepEqual(
      frames.map(([, line = "", indent = ""]) => line[indent.length]),
      ["a", "b", "c"],
    );
    assert.ok(frames.every(([, line = ""]) => line.length < 400 && line.includes("…")));
  });

  it("all of that in one worker, which still runs cells", async () => {
    assert.equal(await kernel.text("[typeof getters, typeof text].join()"), "'object,string'");
  });
});
