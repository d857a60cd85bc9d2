// Values as text and as MIME bundles: bounded, whatever they are, and shown as they want to be.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import sharp from "sharp";
import { mimeBundle } from "../../../kernel/worker/mime-bundle.js";
import { pictureSize } from "../../../kernel/worker/picture-size.js";
import { plainText, shortText } from "../../../kernel/worker/plain-text.js";
import { WorkerClient } from "./worker-client.js";

describe("plain text", () => {
  it("is what Node shows, for values of a usual size", () => {
    const values = [
      1,
      "text",
      null,
      undefined,
      true,
      10n,
      Symbol("s"),
      [1, [2, [3, [4]]]],
      { a: { b: { c: { d: 1 } } } },
      new Map([[{ a: 1 }, new Set([1])]]),
      new Date(0),
      /x/g,
      new Error("e").message,
      new Float32Array(3),
      Promise.resolve(1),
      () => 1,
      class Foo {},
      Object.create(null),
      new (class Bar {
        x = 1;
      })(),
    ];
    for (const value of values) assert.equal(plainText(value), inspect(value, { depth: 4, breakLength: 80 }));
  });

  const trap = (): never => {
    throw new Error("trap");
  };
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
  const cyclic: Record<string, unknown> = { name: "me" };
  cyclic.self = cyclic;
  let deep: unknown = 0;
  for (let n = 0; n < 100_000; n += 1) deep = { deep };
  const wide = (levels: number): unknown => (levels === 0 ? 0 : Array.from({ length: 100 }, () => wide(levels - 1)));
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  const hostile: [title: string, value: unknown, shows: RegExp][] = [
    ["a string of 50 MB", "x".repeat(50_000_000), /^'x{1000}.*more characters/s],
    ["a cycle", cyclic, /Circular/],
    ["a deep chain", deep, /\[Object\]/],
    ["an array of 100 × 100 × 100 arrays", wide(3), /^\[/],
    [
      "an object of 300,000 keys",
      Object.fromEntries(Array.from({ length: 300_000 }, (_, n) => [`k${n}`, n])),
      /k0: 0[\s\S]*299,900 more keys/,
    ],
    ["a Map of a million", new Map(Array.from({ length: 1_000_000 }, (_, n) => [n, n])), /more items/],
    ["a sparse array", Array.from({ length: 1 }).concat(new Array(4_000_000_000)), /empty items/],
    ["a typed array of 40 MB", new Float64Array(5_000_000), /4999900 more items/],
    [
      "a getter that throws",
      {
        get bad() {
          return trap();
        },
        good: 1,
      },
      /bad: \[Getter\], good: 1/,
    ],
    ["a Proxy with all traps throwing", new Proxy({ inside: 1 }, traps), /inside: 1/],
    ["an array of such", [new Proxy({}, traps), new Proxy([], traps)], /^\[ \{\}, \[\] \]$/],
    ["a revoked Proxy", revoked.proxy, /./],
    ["a custom form that throws", { [inspect.custom]: trap }, /cannot be shown, since showing it throws trap/],
    ["a custom form without end", { [inspect.custom]: () => "y".repeat(10_000_000) }, /^y+… \d+ more characters$/],
    [
      "a tag that throws",
      {
        get [Symbol.toStringTag]() {
          return trap();
        },
      },
      /./,
    ],
    [
      "a constructor that throws",
      {
        get constructor() {
          return trap();
        },
      },
      /./,
    ],
    ["an error with a stack that throws", Object.defineProperty(new Error("e"), "stack", { get: trap }), /./],
  ];
  for (const [title, value, shows] of hostile) {
    it(`of ${title} is bounded`, () => {
      const startedAt = performance.now();
      const text = plainText(value);
      assert.match(text, shows);
      assert.ok(text.length < 60_000, `${text.length} characters`);
      const short = shortText(value, 80);
      assert.ok(short.length <= 80 && !short.includes("\n"), short);
      // Tens of milliseconds alone; here the machine may be busy.
      assert.ok(performance.now() - startedAt < 5000);
    });
  }
});

describe("MIME bundle", () => {
  const display = Symbol.for("Jupyter.display");

  it("comes with a size where its picture has double density", async () => {
    const picture = async (density: number) => {
      const blank = sharp({ create: { width: 30, height: 21, channels: 3, background: "red" } });
      const bytes = await blank.withMetadata({ density }).png({ palette: true }).toBuffer();
      return pictureSize({ "image/png": bytes.toString("base64") });
    };
    assert.deepEqual(await picture(144), { "image/png": { width: 15, height: 11 } });
    for (const density of [72, 96, 300]) assert.deepEqual(await picture(density), {});
    for (const data of [
      {},
      { "image/png": "" },
      { "image/png": "no picture, but long enough to be looked into further" },
    ])
      assert.deepEqual(pictureSize(data), {});
  });

  it("is made by the value, at once or later, with text added", async () => {
    assert.deepEqual(mimeBundle({ a: 1 }), { "text/plain": "{ a: 1 }" });
    const own = {
      [display]: () => ({ "text/html": "<b>", "image/png": new Uint8Array([1, 2]), "application/json": { a: [1] } }),
    };
    const bundle = mimeBundle(own) as Record<string, unknown>;
    assert.deepEqual(
      { ...bundle, "text/plain": "" },
      {
        "text/html": "<b>",
        "image/png": "AQI=",
        "application/json": { a: [1] },
        "text/plain": "",
      },
    );
    assert.equal(typeof bundle["text/plain"], "string");
    const later = { [display]: async () => ({ "text/plain": "later" }) };
    assert.deepEqual(await mimeBundle(later), { "text/plain": "later" });
    class Inherited {
      [display](): unknown {
        return { "text/plain": "from the class" };
      }
    }
    assert.deepEqual(mimeBundle(new Inherited()), { "text/plain": "from the class" });
  });

  it("says so in text where the value fails to show itself", async () => {
    const failing: [object, RegExp][] = [
      [
        {
          [display]: () => {
            throw new Error("broken");
          },
        },
        /fails: broken/,
      ],
      [
        {
          [display]: async () => {
            throw new Error("broken later");
          },
        },
        /fails: broken later/,
      ],
      [{ [display]: () => 5 }, /fails: expected an object from MIME type to representation: 5/],
      [{ [display]: () => null }, /fails: .*null/],
      [{ [display]: () => ({ "application/json": { big: 1n } }) }, /fails: .*BigInt/],
    ];
    for (const [value, shows] of failing) {
      const bundle = await mimeBundle(value);
      assert.deepEqual(Object.keys(bundle), ["text/plain"]);
      assert.match(String(bundle["text/plain"]), shows);
    }
  });
});

describe("worker: display", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
  });
  after(() => client.close());

  async function displays(
    code: string,
  ): Promise<{ update: boolean; displayId?: string; data: Record<string, unknown>; metadata: object }[]> {
    const { messages, done, result } = await client.run(code, { boxes: ["display"] });
    assert.equal(done.status, "ok", done.error?.traceback.join("\n"));
    assert.equal(result, undefined, "a handle is no result");
    return messages.flatMap((it) => (it.type === "display" ? [it] : []));
  }

  it("shows each kind under its MIME type, with text", async () => {
    const bytes = "new Uint8Array([255])";
    const kinds: [call: string, type: string, data: unknown][] = [
      ["html('<b>')", "text/html", "<b>"],
      ["markdown('*a*')", "text/markdown", "*a*"],
      ["latex('$x$')", "text/latex", "$x$"],
      ["svg('<svg/>')", "image/svg+xml", "<svg/>"],
      [`png(${bytes})`, "image/png", "/w=="],
      ["png('AQI=')", "image/png", "AQI="],
      [`jpeg(${bytes}.buffer)`, "image/jpeg", "/w=="],
      [`gif(${bytes})`, "image/gif", "/w=="],
      [`pdf(${bytes})`, "application/pdf", "/w=="],
      ["json({ a: [1] })", "application/json", { a: [1] }],
      ["javascript('alert(1)')", "application/javascript", "alert(1)"],
      ["text('plain')", "text/plain", "plain"],
    ];
    for (const [call, type, data] of kinds) {
      const [shown] = await displays(`return { value: display.v.${call} }`);
      assert.deepEqual(shown?.data[type], data, call);
      assert.equal(typeof shown?.data["text/plain"], "string", call);
    }
  });

  it("shows a raw bundle as it is, with metadata, and with text", async () => {
    const [shown] = await displays("display.v.raw({ 'text/x': 'y', 'application/json': 1 }, { 'text/x': { z: 1 } })");
    assert.deepEqual(
      [shown?.data, shown?.metadata],
      [{ "text/x": "y", "application/json": 1, "text/plain": "y" }, { "text/x": { z: 1 } }],
    );
  });

  it("refuses what is no bundle, and says what one is", async () => {
    const { evalue } = await client.error("display.v.raw('text')", { boxes: ["display"] });
    assert.equal(evalue, "invalid bundle; expected an object from MIME type to representation: text");
  });

  it("updates what a handle shows, in every kind", async () => {
    const shown = await displays(
      "const handle = display.v('first'); handle.update({ a: 1 }); handle.html('<i>').markdown('m'); handle.raw({ 'text/x': '' }); return { value: handle }",
    );
    const [first, ...rest] = shown;
    assert.equal(first?.update, false);
    assert.ok(rest.length === 4 && rest.every(({ update, displayId }) => update && displayId === first?.displayId));
    assert.deepEqual(
      rest.map(({ data }) => Object.keys(data)[0]),
      ["text/plain", "text/html", "text/markdown", "text/x"],
    );
    const other = await displays(
      "display.v(1, { id: 'mine' }); display.v(2, { id: 'mine', update: true, metadata: { a: 1 } })",
    );
    assert.deepEqual(
      other.map(({ displayId, update }) => [displayId, update]),
      [
        ["mine", false],
        ["mine", true],
      ],
    );
  });

  it("is there for libraries too, which do not know the kernel", async () => {
    const code = "globalThis[Symbol.for('Jupyter.displayFunction')]('first').update('second')";
    const { messages } = await client.run(code);
    const shown = messages.filter((message) => message.type === "display");
    assert.deepEqual(
      shown.map(({ data, update }) => [data["text/plain"], update]),
      [
        ["'first'", false],
        ["'second'", true],
      ],
    );
    assert.equal(shown[0]?.displayId, shown[1]?.displayId);
  });

  it("shows a value that takes its time where it was shown", async () => {
    const value = "{ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': 'ready' }) }";
    const { cell } = await client.run(`display.v(${value}); console.log('after')`, { boxes: ["display"] });
    const late = await client.until("display", (it) => it.cell === cell && it.update);
    assert.equal(late.data["text/html"], "ready");
    const first = client.messages.find((it) => it.type === "display" && it.cell === cell);
    assert.ok(first?.type === "display" && !first.update && first.displayId === late.displayId);
    assert.equal((await client.run(`return { value: ${value} }`)).result?.["text/html"], "ready");
  });

  it("shows tensors as tables too, once the library is there", async () => {
    const shown = await client.run("void ml.v; return { value: tf.v.tensor([[1, NaN]]) }", { boxes: ["tf", "ml"] });
    assert.match(String(shown.result?.["text/html"]), /<b>1 NaN<\/b>.*<td>1<\/td><td><b>NaN<\/b><\/td>/);
    assert.equal(shown.result?.["text/plain"], "Tensor float32 [1, 2] [ [ 1, NaN ] ]");
    const scalar = await client.run("return { value: tf.v.scalar(2) }", { boxes: ["tf"] });
    assert.deepEqual(scalar.result, { "text/plain": "Tensor float32 [] 2" });
  });

  it("shows tensors shortly", async () => {
    const show = (code: string) => client.text(`return { value: ${code} }`, { boxes: ["tf"] });
    assert.equal(await show("tf.v.tensor([[1, 2], [3, 4.5]])"), "Tensor float32 [2, 2] [ [ 1, 2 ], [ 3, 4.5 ] ]");
    assert.equal(await show("tf.v.scalar(0.1)"), "Tensor float32 [] 0.1");
    assert.equal(await show("tf.v.range(0, 10000, 1, 'int32')"), "Tensor int32 [10000] [ 0, 1, 2, 3, 4, 5, …]");
    assert.equal(
      await show("(() => { const t = tf.v.ones([2]); t.dispose(); return t })()"),
      "Tensor float32 [2] (disposed)",
    );
    const before = await client.text("return { value: tf.v.memory().numTensors }", { boxes: ["tf"] });
    await client.run("const t = tf.v.ones([500, 5]); display.v(t); t.dispose()", { boxes: ["tf", "display"] });
    assert.equal(await client.text("return { value: tf.v.memory().numTensors }", { boxes: ["tf"] }), before);
  });
});
