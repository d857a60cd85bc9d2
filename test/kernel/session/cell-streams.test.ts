// Printed text: gathered, in order, bounded, and all of it in a file when it was cut.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { CellStreams, shownLimits } from "../../../kernel/session/cell-streams.js";
import { OutputFile, OutputFolder } from "../../../kernel/session/output-file.js";

describe("cell streams", () => {
  let folder: OutputFolder;
  let shown: [string, string][];
  let streams: CellStreams;
  let file: OutputFile;

  beforeEach(() => {
    folder = new OutputFolder();
    shown = [];
    file = new OutputFile(folder, 3);
    streams = new CellStreams((name, text) => shown.push([name, text]), file);
  });
  afterEach(() => {
    file.release();
    // What a reader was told of outlives a session, but not this test.
    rmSync(path.dirname(folder.path(0)), { recursive: true, force: true });
  });

  const text = (name: string) =>
    shown
      .filter(([stream]) => stream === name)
      .map(([, part]) => part)
      .join("");

  it("publishes what comes at once as one message", () => {
    streams.write("stdout", "a\n");
    streams.write("stdout", "b\n");
    assert.deepEqual(shown, []);
    streams.flush();
    assert.deepEqual(shown, [["stdout", "a\nb\n"]]);
    streams.flush();
    assert.equal(shown.length, 1);
  });

  it("publishes by itself a little later", async () => {
    streams.write("stdout", "a");
    while (shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(shown, [["stdout", "a"]]);
  });

  it("keeps the order of stdout and stderr", () => {
    streams.write("stdout", "1");
    streams.write("stderr", "2");
    streams.write("stdout", "3");
    streams.flush();
    assert.deepEqual(shown, [
      ["stdout", "1"],
      ["stderr", "2"],
      ["stdout", "3"],
    ]);
  });

  it("gathers thousands of switches into few messages, and loses nothing", () => {
    for (let n = 0; n < 5_000; n += 1) streams.write(n % 2 === 0 ? "stdout" : "stderr", `${n}\n`);
    streams.flush();
    assert.ok(shown.length < 100, `${shown.length} messages`);
    const evens = Array.from({ length: 2_500 }, (_, n) => `${2 * n}\n`).join("");
    assert.equal(text("stdout"), evens);
    assert.equal(text("stderr").split("\n").length, 2_501);
  });

  it("shows so many lines and no more, says where all of them are, once", () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => `line ${n}\n`);
    for (const line of lines) streams.write("stdout", line);
    streams.settle();
    assert.equal(text("stdout"), lines.slice(0, shownLimits.lines).join(""));
    const notice = /^\[Output is cut here, after 20,000 lines\. All of it is in (.+)\]\n$/.exec(text("stderr"));
    assert.ok(notice?.[1], text("stderr"));
    assert.equal(path.basename(notice[1]), "cell-3.txt");
    assert.equal(readFileSync(notice[1], "utf8"), lines.join(""));
    streams.write("stdout", "later\n");
    streams.settle();
    assert.equal(readFileSync(notice[1], "utf8"), `${lines.join("")}later\n`);
    assert.equal(text("stderr"), notice[0]);
  });

  it("shows so many characters of a line without end, and no half characters", () => {
    const long = "🙂".repeat(shownLimits.characters);
    streams.write("stdout", `x${long}`);
    streams.settle();
    assert.doesNotMatch(text("stdout"), /\p{Surrogate}/u);
    assert.equal(text("stdout").length, shownLimits.characters - 1);
    const notice = /\n\[Output is cut here, after 1,000,000 characters\. All of it is in (.+)\]\n$/.exec(
      text("stderr"),
    );
    assert.ok(notice?.[1]);
    assert.equal(readFileSync(notice[1], "utf8"), `x${long}`);
  });

  it("holds both streams to one limit", () => {
    for (let n = 0; n < shownLimits.lines; n += 1) {
      streams.write("stdout", "o\n");
      streams.write("stderr", "e\n");
    }
    streams.settle();
    assert.equal(text("stdout").length, shownLimits.lines);
  });

  it("leaves no file for output that was shown as a whole", () => {
    const written = folder.path(3);
    const other = new CellStreams(() => {}, file);
    for (let n = 0; n < 100; n += 1) other.write("stdout", `${"x".repeat(999)}\n`);
    other.settle();
    const own = path.join(path.dirname(written), "cell-3-2.txt");
    assert.ok(existsSync(own));
    file.release();
    assert.ok(!existsSync(own));
    folder.close();
    assert.ok(!existsSync(path.dirname(written)));
  });
});
