// Displays, updates and clear_output of a cell that shows without end: bounded, and the end state is what the cell made.
import assert from "node:assert/strict";
import type { Publications, PublicationType } from "../../../kernel/protocol/publications.js";
import { CellOutputs, displayLimits } from "../../../kernel/session/cell-outputs.js";
import { OutputGate } from "../../../kernel/session/output-gate.js";

type Shown = [type: PublicationType, what: unknown];

describe("cell outputs", () => {
  let gate: OutputGate;
  let shown: Shown[];
  let outputs: CellOutputs;

  const cell = (): CellOutputs => new CellOutputs((type, content) => shown.push([type, summary(type, content)]), gate);
  const display = (text: string, id?: string) => ({
    data: { "text/plain": text },
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  });
  const show = (text: string, id?: string) => outputs.display(display(text, id), []);
  const update = (text: string, id: string) => outputs.update(display(text, id), []);
  /** As after a burst. */
  const shut = (): void => {
    while (gate.isOpen) gate.spend(1e6);
  };

  beforeEach(() => {
    gate = new OutputGate();
    shown = [];
    outputs = cell();
  });
  afterEach(() => gate.flush());

  function summary<T extends PublicationType>(type: T, content: Publications[T]): unknown {
    if (type === "clear_output") return (content as Publications["clear_output"]).wait;
    if (type === "stream") return (content as Publications["stream"]).text;
    if (type === "error") return (content as Publications["error"]).evalue;
    return (content as Publications["display_data"]).data["text/plain"];
  }

  it("go out as they come while there are few", () => {
    show("a", "x");
    outputs.print("stdout", "b");
    outputs.clear(true);
    update("c", "x");
    outputs.clear(false);
    assert.deepEqual(shown, [
      ["display_data", "a"],
      ["stream", "b"],
      ["clear_output", true],
      ["update_display_data", "c"],
      ["clear_output", false],
    ]);
  });

  it("wait in order behind a burst, and go out by themselves or before whatever ends the cell", async () => {
    shut();
    show("a");
    outputs.print("stdout", "b");
    outputs.print("stdout", "c");
    show("d");
    assert.deepEqual(shown, []);
    outputs.flush();
    const all: Shown[] = [
      ["display_data", "a"],
      ["stream", "bc"],
      ["display_data", "d"],
    ];
    assert.deepEqual(shown, all);
    shut();
    show("later");
    while (shown.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(shown, [...all, ["display_data", "later"]]);
  });

  it("of the updates of one display only the newest goes out, behind the displays", () => {
    shut();
    for (let n = 0; n < 10_000; n += 1) update(`old ${n}`, n % 2 === 0 ? "even" : "odd");
    show("new", "shown late");
    update("newer", "shown late");
    outputs.flush();
    assert.deepEqual(shown, [
      ["display_data", "new"],
      ["update_display_data", "old 9998"],
      ["update_display_data", "old 9999"],
      ["update_display_data", "newer"],
    ]);
  });

  it("an update by another cell is the newest too", () => {
    const other = cell();
    shut();
    update("mine", "shared");
    other.update(display("theirs", "shared"), []);
    outputs.flush();
    assert.deepEqual(shown, [["update_display_data", "theirs"]]);
  });

  it("clear_output removes what waits", () => {
    shut();
    show("never seen");
    outputs.clear(false);
    show("seen");
    outputs.flush();
    assert.deepEqual(shown, [
      ["clear_output", true],
      ["display_data", "seen"],
    ]);
  });

  it("clear_output that waits for the next output removes nothing before there is one", () => {
    shut();
    for (const text of ["a", "b", "c"]) {
      show(text);
      outputs.clear(true);
    }
    outputs.flush();
    assert.deepEqual(shown, [
      ["clear_output", true],
      ["display_data", "c"],
      ["clear_output", true],
    ]);
  });

  it("of one cell wait and are cleared apart from another's", () => {
    const other = cell();
    shut();
    show("mine");
    other.clear(false);
    outputs.flush();
    assert.deepEqual(shown, [
      ["display_data", "mine"],
      ["clear_output", false],
    ]);
  });

  it("are so many displays and no more, with one notice, until they are cleared", () => {
    for (let n = 0; n < displayLimits.count + 50; n += 1) show(String(n));
    outputs.flush();
    const displays = () => shown.filter(([type]) => type === "display_data").length;
    assert.equal(displays(), displayLimits.count);
    const notices = shown.filter(([type]) => type === "stream");
    assert.equal(notices.length, 1);
    assert.match(
      String(notices[0]?.[1]),
      /^\[Output is cut here, after 1,000 displays and errors\. .+display\.clear\(\)/,
    );
    outputs.clear(false);
    show("again");
    outputs.flush();
    assert.deepEqual(shown.at(-1), ["display_data", "again"]);
  });

  it("are so many characters of displays and no more", () => {
    // Beside the text there is a little more to a display.
    const large = "x".repeat(displayLimits.characters / 2 - 100);
    for (let n = 0; n < 5; n += 1) show(large);
    outputs.flush();
    assert.equal(shown.filter(([type]) => type === "display_data").length, 2);
    assert.match(String(shown.at(-1)?.[1]), /after 50,000,000 characters of displays/);
  });

  it("a display that would go beyond the limit is not shown", () => {
    show("x".repeat(displayLimits.characters - 1_000));
    show("y".repeat(2_000));
    outputs.flush();
    assert.deepEqual(
      shown.map(([type]) => type),
      ["display_data", "stream"],
    );
  });

  it("late errors are bounded as displays are", () => {
    for (let n = 0; n < displayLimits.count + 50; n += 1)
      outputs.lateError({ ename: "Error", evalue: String(n), traceback: [] });
    outputs.flush();
    assert.equal(shown.filter(([type]) => type === "error").length, displayLimits.count);
  });

  it("updates of ever new displays are held up to a number", () => {
    shut();
    for (let n = 0; n < 5_000; n += 1) update(String(n), `display ${n}`);
    outputs.flush();
    assert.equal(shown.length, 1_000);
    assert.deepEqual(shown.at(-1), ["update_display_data", "4999"]);
  });
});
