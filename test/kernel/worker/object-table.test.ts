// Arrays of plain objects as tables: what becomes one, what does not, how it is cut, and that no code of the value runs.
import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { mimeBundle } from "../../../kernel/worker/mime-bundle.js";
import { objectTable } from "../../../kernel/worker/object-table.js";
import { plainText } from "../../../kernel/worker/plain-text.js";

const trap = (): never => {
  throw new Error("trap");
};
const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));

/** The table's cells, row by row, the head first. */
function cellsOf(html = ""): string[][] {
  return Array.from(html.matchAll(/<tr>(.*?)<\/tr>/g), ([, row = ""]) =>
    Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g), ([, cell = ""]) => cell),
  );
}

describe("table of objects", () => {
  it("has a row an object, in order, and a column a property, beside the text", () => {
    const value = [
      { epoch: 2, loss: 0.123456789, name: "a <b>", when: new Date(0), shape: [28, 28, 1] },
      Object.freeze({ epoch: 1, loss: Number.NaN, big: 12n ** 20n, ok: true, none: null }),
    ];
    const bundle = mimeBundle(value) as Record<string, string>;
    assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
    assert.equal(bundle["text/plain"], plainText(value));
    assert.deepEqual(cellsOf(bundle["text/html"]), [
      ["epoch", "loss", "name", "when", "shape", "big", "ok", "none"],
      ["2", "0.123457", "a &lt;b&gt;", "1970-01-01T00:00:00.000Z", "[28, 28, 1]", "", "", ""],
      ["1", "NaN", "", "", "", String(12n ** 20n), "true", ""],
    ]);
    assert.match(bundle["text/html"] ?? "", /^<table><thead><tr><th style="text-align:right;.*<\/table>$/);
    assert.doesNotMatch(bundle["text/html"] ?? "", /color:/);
  });

  it("takes objects of JSON, of another realm, and without a prototype", () => {
    for (const value of [
      JSON.parse('[{ "a": 1 }]'),
      runInNewContext("[{ a: 1 }]"),
      [Object.assign(Object.create(null), { a: 1 })],
    ])
      assert.deepEqual(cellsOf(objectTable(value)), [["a"], ["1"]]);
  });

  it("is cut, with a notice", () => {
    const long = Array.from({ length: 1200 }, (_, i) => ({ i, text: "x".repeat(100) }));
    const html = objectTable(long) ?? "";
    assert.equal(cellsOf(html).length, 51);
    assert.match(html, /<p>50 of 1,200 rows<\/p>$/);
    assert.ok(html.includes(`>${"x".repeat(59)}…<`));
    const wide = [Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, i]))];
    assert.match(objectTable(wide) ?? "", /<p>30 of 40 columns<\/p>$/);
    const both = Array.from({ length: 200 }, () =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, `&"<>${"y".repeat(90)}`])),
    );
    const bundle = mimeBundle(both);
    assert.match(objectTable(both) ?? "", /<p>\d+ of 200 rows, 30 of 40 columns<\/p>$/);
    assert.ok(JSON.stringify(bundle).length < 100_000, String(JSON.stringify(bundle).length));
  });

  class Point {
    x = 1;
  }
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const others: Record<string, unknown> = {
    "an empty array": [],
    numbers: [1, 2],
    "a hole": new Array(2),
    "an object and a number": [{ a: 1 }, 2],
    "rows of arrays": [[1, 2]],
    "objects without properties": [{}, {}],
    "nested objects": [{ a: { b: 1 } }],
    "arrays of objects inside": [{ a: [{ b: 1 }] }],
    "functions inside": [{ a: () => 1 }],
    "instances of a class": [new Point()],
    maps: [new Map([[1, 2]])],
    "a getter": [
      {
        get a() {
          return trap();
        },
      },
    ],
    "a getter inside an array": [{ a: Object.defineProperty([1], 0, { get: trap }) }],
    "an element behind a getter": Object.defineProperty([1], 0, { get: trap }),
    "a Proxy": new Proxy([{ a: 1 }], traps),
    "a revoked Proxy": revoked.proxy,
    "Proxies inside": [new Proxy({ a: 1 }, traps)],
    "a Proxy as a value": [{ a: new Proxy([1], traps) }],
    "a Proxy as a prototype": [Object.create(new Proxy({}, traps))],
    "an object with symbols": [{ a: 1, [Symbol("s")]: 2 }],
    "an object of 300,000 keys": [Object.fromEntries(Array.from({ length: 300_000 }, (_, n) => [`k${n}`, n]))],
  };
  for (const [name, value] of Object.entries(others))
    it(`${name}: stays text`, () => {
      assert.equal(objectTable(value), undefined);
    });

  it("looks at the beginning of a long text only", () => {
    const started = performance.now();
    const html = objectTable(Array.from({ length: 50 }, () => ({ text: "ab ".repeat(3_000_000) })));
    assert.ok((html?.length ?? 0) < 10_000);
    // Milliseconds alone; here the machine may be busy.
    assert.ok(performance.now() - started < 3000);
  });
});
