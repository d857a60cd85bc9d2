// History as IPython means it: tail, range, search; kept on disk by sessions that don't disturb each other.
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HistoryRequest } from "../../../kernel/protocol/requests.js";
import { requestReaders } from "../../../kernel/protocol/requests.js";
import { globPattern } from "../../../kernel/session/glob-pattern.js";
import { History } from "../../../kernel/session/history.js";
import { HistoryFolder } from "../../../kernel/session/history-folder.js";

describe("history", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "cellgrad-history-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const session = () => new History(new HistoryFolder(directory));
  const ask = (history: History, request: Partial<HistoryRequest>) =>
    history.answer(requestReaders.history_request({ ...request }));

  function filled(...inputs: string[]): History {
    const history = session();
    for (const [index, input] of inputs.entries()) history.addInput(index + 1, input);
    history.flush();
    return history;
  }

  it("tail gives the last n, oldest first", () => {
    const history = filled("a", "b", "c");
    assert.deepEqual(ask(history, { hist_access_type: "tail", n: 2 }), [
      [1, 2, "b"],
      [1, 3, "c"],
    ]);
  });

  it("tail reaches back into earlier sessions", () => {
    filled("old 1", "old 2");
    const history = filled("new");
    assert.deepEqual(ask(history, { hist_access_type: "tail", n: 2 }), [
      [1, 2, "old 2"],
      [2, 1, "new"],
    ]);
    assert.equal(ask(history, { hist_access_type: "tail", n: 100 }).length, 3);
  });

  it("gives outputs where asked, null where there was none", () => {
    const history = filled("1 + 1", "let x");
    history.addOutput(1, "2");
    history.flush();
    const expected = [
      [1, 1, ["1 + 1", "2"]],
      [1, 2, ["let x", null]],
    ];
    assert.deepEqual(ask(history, { hist_access_type: "tail", n: 2, output: true }), expected);
    assert.deepEqual(ask(session(), { hist_access_type: "tail", n: 2, output: true }), expected);
  });

  it("range takes lines of this session (0), of one before (-1), or of a number", () => {
    filled("a1", "a2", "a3");
    const history = filled("b1", "b2", "b3");
    const range = (request: Partial<HistoryRequest>) =>
      ask(history, { hist_access_type: "range", ...request }).map(
        ([number, line, input]) => `${number} ${line} ${input}`,
      );
    assert.deepEqual(range({ session: 0, start: 1, stop: 3 }), ["2 1 b1", "2 2 b2"]);
    assert.deepEqual(range({ session: 0 }), ["2 1 b1", "2 2 b2", "2 3 b3"]);
    assert.deepEqual(range({ session: -1, start: 2 }), ["1 2 a2", "1 3 a3"]);
    assert.deepEqual(range({ session: 1, start: 3, stop: 4 }), ["1 3 a3"]);
    assert.deepEqual(range({ session: 0, start: -1 }), ["2 3 b3"]);
    assert.deepEqual(range({ session: 9 }), []);
  });

  it("search matches whole inputs with *, ? and sets; unique keeps the newest, n the last", () => {
    filled("tf.add(1)", "x = 1");
    const history = filled("tf.add(1)", "tf.sub(2)", "tf.add(3)");
    const search = (request: Partial<HistoryRequest>) =>
      ask(history, { hist_access_type: "search", ...request }).map(([number, line]) => `${number}.${line}`);
    assert.deepEqual(search({ pattern: "tf.add*" }), ["1.1", "2.1", "2.3"]);
    assert.deepEqual(search({ pattern: "tf.add*", unique: true }), ["2.1", "2.3"]);
    assert.deepEqual(search({ pattern: "*", n: 2 }), ["2.2", "2.3"]);
    assert.deepEqual(search({ pattern: "tf.???(2)" }), ["2.2"]);
    assert.deepEqual(search({ pattern: "*([13])" }), ["1.1", "2.1", "2.3"]);
    assert.deepEqual(search({ pattern: "add" }), []);
  });

  it("gives sessions that start at the same time different numbers", () => {
    const folder = new HistoryFolder(directory);
    const numbers = Array.from({ length: 20 }, () => folder.claim());
    assert.equal(new Set(numbers).size, 20);
    const [one, two] = [session(), session()];
    one.addInput(1, "from one");
    two.addInput(1, "from two");
    one.addInput(2, "again one");
    for (const history of [one, two]) history.flush();
    assert.deepEqual(
      ask(session(), { hist_access_type: "tail", n: 3 }).map(([, , input]) => input),
      ["from one", "again one", "from two"],
    );
  });

  it("is on the disk a moment after an input, without being asked", async () => {
    session().addInput(1, "kept");
    assert.deepEqual(ask(session(), { hist_access_type: "tail", n: 1 }), []);
    const saved = () => ask(session(), { hist_access_type: "tail", n: 1 });
    for (const start = Date.now(); saved().length === 0 && Date.now() - start < 10_000; )
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(saved(), [[1, 1, "kept"]]);
  });

  it("leaves no file behind when nothing was run", () => {
    ask(session(), { hist_access_type: "tail", n: 3 });
    assert.deepEqual(readdirSync(directory), []);
  });

  it("reads around lines that are broken", () => {
    filled("good");
    appendFileSync(
      path.join(directory, "1.jsonl"),
      '{"line":2,"inp\n\n[]\n{"line":"x","input":"no"}\n{"line":3,"input":"after"}\n',
    );
    writeFileSync(path.join(directory, "notes.txt"), "not ours");
    assert.deepEqual(ask(session(), { hist_access_type: "tail", n: 9 }), [
      [1, 1, "good"],
      [1, 3, "after"],
    ]);
  });

  it("deletes the oldest sessions when they become too many", () => {
    for (let number = 1; number <= 1_005; number += 1) writeFileSync(path.join(directory, `${number}.jsonl`), "");
    assert.equal(new HistoryFolder(directory).claim(), 1_006);
    assert.equal(readdirSync(directory).length, 1_000);
    assert.ok(!readdirSync(directory).includes("6.jsonl"));
  });

  it("goes on without a disk", () => {
    const file = path.join(directory, "file");
    writeFileSync(file, "");
    const history = new History(new HistoryFolder(path.join(file, "below")));
    history.addInput(1, "a");
    assert.deepEqual(ask(history, { hist_access_type: "tail", n: 1 }), [[1, 1, "a"]]);
  });

  it("takes characters of regular expressions in a pattern for themselves", () => {
    assert.ok(globPattern("a.b").test("a.b"));
    assert.ok(!globPattern("a.b").test("axb"));
    assert.ok(globPattern("(x|y)+{1}$^\\").test("(x|y)+{1}$^\\"));
    assert.ok(globPattern("[^a]").test("b"));
    assert.ok(globPattern("[]a]").test("]"));
    assert.ok(!globPattern("[z-a]").test("z"));
    assert.ok(globPattern("[").test("["));
    assert.ok(globPattern("a*b").test("a\n🙂\nb"));
    assert.ok(globPattern("?").test("🙂"));
  });
});
