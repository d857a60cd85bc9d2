// The rules for lessons find what they are there for: each on a notebook of a few cells that breaks it.
import assert from "node:assert/strict";
import type { Cell, Notebook, Output } from "../../kernel/cli/notebook.js";
import { stampIn, stampsOf, writeStamp } from "../../kernel/cli/source-stamp.js";
import { comparable, wordsOf } from "./comparable-text.js";
import { figuresWithoutSource } from "./figures.js";
import { missingParts } from "./lesson-parts.js";
import { codeCells } from "./notebook-run.js";
import { displayProblems } from "./plain-displays.js";
import { differences } from "./same-outputs.js";
import { termsTooEarly } from "./terms.js";

const said = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const shown = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data, metadata: {} });
const text = (source: string): Cell => ({ cell_type: "markdown", id: "text", metadata: {}, source });
const code = (source: string, outputs: Output[] = [], metadata: Record<string, unknown> = {}): Cell => ({
  ...{ cell_type: "code", id: "cell", metadata, source, outputs, execution_count: null },
});
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {} });

describe("rules for lessons", () => {
  it("a stamp changes with the cell's code and with the code above, not with what is below", () => {
    const stamps = (...sources: string[]) => [...stampsOf(notebook(...sources.map((source) => code(source)))).values()];
    const [first, second] = stamps("a", "b");
    assert.deepEqual(stamps("a", "b", "c").slice(0, 2), [first, second]);
    assert.equal(stamps("a", "x")[0], first);
    assert.notEqual(stamps("a", "x")[1], second);
    assert.notEqual(stamps("x", "b")[1], second);
    assert.notEqual(stamps("ab", "")[1], stamps("a", "b")[1]);
    const [cell] = codeCells(notebook(code("a", [], { tags: ["t"] })));
    assert.ok(cell);
    writeStamp(cell, "1");
    assert.deepEqual([stampIn(cell), cell.metadata.tags], ["1", ["t"]]);
    writeStamp(cell, undefined);
    assert.deepEqual(cell.metadata, { tags: ["t"] });
  });

  for (const [one, other] of [
    ["loss 0.31 in 1.2 s", "loss 0.31 in 340 ms"],
    ["epoch 2: 1,204 images/s", "epoch 2: 980 images/s"],
    ["{ loss: 0.3, seconds: 1.25, imagesPerSecond: 3012.5 }", "{ loss: 0.3, seconds: 0.9, imagesPerSecond: 4100 }"],
    ["url  http://127.0.0.1:40123/docs", "url  http://127.0.0.1:51000/docs"],
    ["written to /tmp/x-Ab3/model.onnx", "written to /var/folders/zz/T/x-77/model.onnx"],
    ["at 2026-11-28T04:05:06.789Z", "at 2027-01-02T03:04:05.006Z"],
    [
      "           loss  seconds\n  epoch 1   0.3     1.20\n  epoch 2   0.1      0.9",
      "           loss  seconds\n  epoch 1   0.3      0.8\n  epoch 2   0.1     12.9",
    ],
    [
      "epoch    loss  seconds  imagesPerSecond\n    1  0.3012    1.204             2011\n    2  0.1       0.9               2500",
      "epoch    loss  seconds  imagesPerSecond\n    1  0.3012     0.98            10011\n    2  0.1      12.9                  7",
    ],
    ["           loss  seconds\n  epoch 1  0.30      1.2", "           loss  seconds\n  epoch 1  0.30      1.3"],
  ] as const)
    it(`"${one}" may be shown as "${other}"`, () => assert.equal(comparable(one), comparable(other)));

  for (const [one, other] of [
    ["loss 0.31 in 1.2 s", "loss 0.32 in 1.2 s"],
    ["3 samples", "4 samples"],
    ["accuracy 95 %", "accuracy 96 %"],
    ["epoch    loss  seconds\n    1  0.3012    1.2", "epoch    loss  seconds\n    1  0.3013    1.2"],
    ["           loss  seconds\n  epoch 1  0.30      1.2", "           loss  seconds\n  epoch 1  0.31      1.2"],
    ["5 s\nnow", "5 s\nthen"],
  ] as const)
    it(`"${one}" may not be shown as "${other}"`, () => assert.notEqual(comparable(one), comparable(other)));

  it("words are the same where numbers drift apart, and how many there are", () => {
    const words = (text: string) => wordsOf(text);
    assert.equal(words("wrong: 3, 5, 8\nloss 0.31 at 7"), words("wrong: 3, 5\nloss 0.4 at 12"));
    assert.notEqual(words("loss 0.31"), words("accuracy 0.31"));
    assert.notEqual(words("3 of 4 passed"), words("3 of 4 failed"));
  });

  it("two runs differ in a line, or in the kinds of what they show", () => {
    const saved = notebook(code("a", [said("one\ntwo\n")]));
    assert.deepEqual(differences(saved, saved), []);
    assert.deepEqual(differences(saved, notebook(code("a", [said("one\n2\n")]))), ["cell: 2\n  in the file: two"]);
    const drifted = [notebook(code("a", [said("loss 0.31")])), notebook(code("a", [said("loss 0.32")]))] as const;
    assert.deepEqual([differences(...drifted).length, differences(...drifted, "words").length], [1, 0]);
    assert.match(differences(saved, notebook(code("a")))[0] ?? "", /outputs none; the file has stdout/);
    const machine = (words: string, type = "text/html") =>
      notebook(code("a", [shown({ "text/plain": words, [type]: words })], { tags: ["varies"] }));
    assert.deepEqual(differences(machine("8 cores"), machine("2 cores")), []);
    assert.equal(differences(machine("8 cores"), machine("2 cores", "image/png")).length, 1);
  });

  it("a figure in the text is seen in its section", () => {
    const shows = (words: string) =>
      figuresWithoutSource(notebook(text("## 1. A\n\nAbout 0.95, or 95 %."), code("const share = 0.5", [said(words)])));
    assert.deepEqual(shows("0.95"), []);
    assert.deepEqual(shows("0.953"), ['0.95 in "## 1. A"', '95 % in "## 1. A"']);
    assert.deepEqual(shows("95.0 % of them, 10.95"), ['0.95 in "## 1. A"']);
    const elsewhere = notebook(text("## 1. A\n\n0.7"), code("1"), text("## 2. B"), code("0.7"));
    assert.deepEqual(figuresWithoutSource(elsewhere), ['0.7 in "## 1. A"']);
    assert.deepEqual(figuresWithoutSource(notebook(text("Half, 50 %"), text("## B"), code("0.5"))), []);
    assert.deepEqual(figuresWithoutSource(notebook(text("`a: 0.9` is `a: 0.7` then"), code("1"))), []);
    assert.deepEqual(figuresWithoutSource(notebook(text("## Follow-up questions\n\n1. 99 %?"), code("1"))), []);
  });

  it("a term is explained before it is used, or the place where it is explained is named", () => {
    const known = [{ term: /\bloss\b/i, lesson: "02", explained: "the **loss** is" }];
    const early = (first: string, ...second: string[]) =>
      termsTooEarly(
        [
          { lesson: "01", cells: ["title", "answer", first] },
          { lesson: "02", cells: second.length > 0 ? second : ["loss", "A loss.", "So the **loss** is one number."] },
        ],
        known,
      );
    assert.deepEqual(early("Nothing of it, and `loss` is code."), []);
    assert.deepEqual(early("The loss (notebook 02) falls."), []);
    assert.match(
      early("See notebook 02.\nThe loss falls.")[0] ?? "",
      /^01 says .*which 02 explains, in "The loss falls\."$/,
    );
    assert.match(early("", "title", "answer", "The loss falls.", "So the **loss** is.")[0] ?? "", /^02 says/);
    assert.match(early("", "title", "answer", "The loss falls.")[0] ?? "", /^02 does not explain/);
  });

  it("a display is plain and small", () => {
    const problems = (data: Record<string, unknown>) => displayProblems(notebook(code("a", [shown(data)])));
    const chart = { "application/vnd.vegalite.v5+json": {}, "text/plain": "a chart" };
    assert.deepEqual(problems({ ...chart, "image/png": "iVBORw0KGgo=" }), []);
    assert.deepEqual(problems(chart), ["cell: a chart without its picture"]);
    assert.deepEqual(problems({ "text/html": "<b>1</b>" }), ["cell: no text/plain beside it"]);
    for (const html of ["<script>1</script>", '<b onclick="f()">1</b>', '<img src="https://example.org/a.png">'])
      assert.deepEqual(problems({ "text/plain": "1", "text/html": html }), ["cell: HTML that GitHub takes away"]);
    assert.match(problems({ "text/plain": "1", "application/javascript": "1" })[0] ?? "", /not shown everywhere/);
    assert.match(problems({ "text/plain": "x".repeat(100_001) })[0] ?? "", /take \d+ bytes/);
  });

  const title = `# 07 · A title\n\n**You will be able to** do it.\n\n> **Interview question.** How?\n> **面试题** 如何？\n\n| English | 中文 |\n|---|---|\n| a | 一 |`;
  const lesson = (): Cell[] => [
    text(title),
    text("## The short answer, as you would say it\n\nSo."),
    text("## 1. A step"),
    code("1"),
    text("## The mistake: one"),
    code("throw 1", [], { tags: ["raises-exception"] }),
    code("1"),
    text("## Exercise\n\nDo it. 做。"),
    code('await ml.teaching.check("it", 1)', [shown({ "text/plain": "✗ it: no" })]),
    code('await ml.teaching.check("it", 2)', [shown({ "text/plain": "✓ it: right" })], {
      ...{ jupyter: { source_hidden: true }, tags: ["solution"] },
    }),
    text("## Follow-up questions\n\n1. Why? *So.*"),
  ];

  it("a lesson with all its parts misses none", () => assert.deepEqual(missingParts(notebook(...lesson())), []));

  for (const [what, change, missing] of [
    ["the question in Chinese", (cells: Cell[]) => cells.splice(0, 1, text(title.replace("面试题", ""))), /in Chinese/],
    ["the short answer", (cells: Cell[]) => cells.splice(1, 1), /no section "## The short answer"/],
    ["the order of its sections", (cells: Cell[]) => cells.push(...cells.splice(1, 1)), /in another order/],
    ["a cell that fails", (cells: Cell[]) => cells.splice(5, 1), /tagged raises-exception/],
    ["what mends the mistake", (cells: Cell[]) => cells.splice(6, 1), /not mended/],
    ["the starter", (cells: Cell[]) => cells.splice(8, 1), /checked 1 times/],
    ["a starter that is wrong", (cells: Cell[]) => cells.splice(8, 1, cells[9] ?? code("")), /starter is not judged ✗/],
    [
      "a solution that is right",
      (cells: Cell[]) => cells.splice(9, 1, cells[8] ?? code("")),
      /solution is not judged ✓/,
    ],
    ["the fold of the solution", (cells: Cell[]) => Object.assign(cells[9] ?? {}, { metadata: {} }), /not folded/],
  ] as const)
    it(`a lesson is told that it misses ${what}`, () => {
      const cells = lesson();
      change(cells);
      assert.match(missingParts(notebook(...cells)).join("\n"), missing);
    });
});
