import assert from "node:assert/strict";
import { table } from "../../../lib/plot/index.js";

describe("plot: table", () => {
  const rows = [
    { run: "a", accuracy: 0.912345678, steps: 1000 },
    { run: "b", accuracy: Number.NaN, steps: 200, note: "stopped <early>" },
    { run: "c", accuracy: 0.95, steps: 30 },
  ];

  it("shows objects as rows, numbers to the right, what is missing empty", () => {
    assert.equal(
      table(rows, { title: "Runs" }).text,
      [
        "Runs",
        "run  accuracy  steps  note",
        "a     0.91235   1000",
        "b         NaN    200  stopped <early>",
        "c        0.95     30",
      ].join("\n"),
    );
    assert.match(table(rows).toHTML(), /<td style="text-align:left">stopped &lt;early&gt;<\/td>/);
  });

  it("sorts numbers by value and words by letters, what is missing last both ways", () => {
    const order = (options: object) =>
      table(rows, options)
        .data.map(({ run }) => run)
        .join("");
    assert.equal(order({ sort: "accuracy" }), "acb");
    assert.equal(order({ sort: "accuracy", order: "descending" }), "cab");
    assert.equal(order({ sort: "steps" }), "cba");
    assert.equal(order({ sort: "run", order: "descending" }), "cba");
    assert.equal(order({}), "abc");
  });

  it("is cut with a notice, and stays small; the data are whole", () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ i, words: "word ".repeat(40) }));
    const shown = table(many, { count: 500 });
    assert.equal(shown.data.length, 100_000);
    assert.match(shown.text, /\n\d+ of 100,000 rows$/);
    assert.ok(JSON.stringify([shown.toHTML(), shown.text]).length < 102_400);
    assert.match(table(many).text, /\n50 of 100,000 rows$/);
    const wide = [Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, i]))];
    assert.match(table(wide).text, /\n10 more columns: c30, c31, c32, c33, c34, …$/);
    assert.deepEqual(
      table(wide, { columns: ["c39", "c0"] }).columns.map(({ name }) => name),
      ["c39", "c0"],
    );
  });

  it("counts bytes, not letters, and the spaces that line up columns", () => {
    const short = Array.from({ length: 500 }, (_, i) =>
      Object.fromEntries(Array.from({ length: 30 }, (_, c) => [`c${c}`, i === 0 ? "x".repeat(60) : 1])),
    );
    const wide = Array.from({ length: 500 }, () => ({
      名: "猫".repeat(60),
      "😀": "😀".repeat(30),
      '"': '"'.repeat(60),
    }));
    for (const rows of [short, wide]) {
      const shown = table(rows, { count: 500 });
      const size = Buffer.byteLength(JSON.stringify(shown.bundle()));
      assert.ok(size < 100_000 && size > 90_000, `${size}`);
      assert.match(shown.text, /\n\d+ of 500 rows$/);
    }
    assert.equal(table([{ ["c".repeat(9000)]: 1 }]).columns[0]?.name.length, 60);
  });

  it("says what is wrong with its input", () => {
    const show = table as (rows: unknown, options?: object) => unknown;
    const bad: [rows: unknown, options: object, message: RegExp][] = [
      [[], {}, /^invalid rows; expected at least one object: \[\]$/],
      [[1], {}, /^invalid rows\[0\]; expected an object: 1$/],
      [[{}], {}, /^invalid rows; expected objects with properties/],
      [rows, { sort: "loss" }, /^invalid sort; expected a column, one of "run", "accuracy", "steps", "note": "loss"$/],
      [rows, { columns: ["run", "x"] }, /^invalid columns\[1\]; expected a column, one of .*: "x"$/],
      [rows, { count: 0 }, /^invalid count; expected a whole number from 1 to 500: 0$/],
    ];
    for (const [given, options, message] of bad) assert.throws(() => show(given, options), { message });
  });
});
