// Progress bars: how often they change, what they say, and that the last state stays; and a line of text where there is no
// notebook.
import assert from "node:assert/strict";
import { ProgressBar } from "../../../lib/engine/progress-bar.js";
import { restoreClock, setClock } from "../made-up-clock.js";
import { closeNotebook, openNotebook } from "../made-up-notebook.js";

describe("engine: ProgressBar", () => {
  let clock = 0;
  beforeEach(() => {
    clock = 1000;
    setClock(() => clock);
  });
  afterEach(() => {
    closeNotebook();
    restoreClock();
  });

  /** 1000 steps of 10 ms. */
  function work(bar: ProgressBar): void {
    for (let step = 1; step <= 1000; step++) {
      clock += 10;
      bar.update({ share: step / 1000, text: `${step} of 1000` });
    }
  }

  it("is one display, changed at most 4 times a second, whose end is always shown", () => {
    const { displays } = openNotebook();
    const bar = new ProgressBar("Work");
    work(bar);
    bar.end({ share: 1, text: "1000 of 1000" });
    assert.equal(displays.length, 1);
    const [shown = []] = displays;
    assert.equal(shown.length, 41);
    assert.deepEqual(
      [shown[0], shown[1], shown.at(-1)].map((bundle) => bundle?.["text/plain"].split("\n")),
      [
        ["Work: 0 %, 1 of 1000", "░".repeat(20)],
        ["Work: 2 %, 26 of 1000", `█${"░".repeat(19)}`],
        ["Work: 100 %, 1000 of 1000", "█".repeat(20)],
      ],
    );
  });

  it("is sober HTML: a width in per cent, nothing that has to run, and names escaped", () => {
    const { displays } = openNotebook();
    const bar = new ProgressBar("<a> & b");
    bar.update({ share: 0.256, text: "", lines: ["<i>"] });
    bar.end({ share: 0.256, text: "the network is gone" }, "stopped");
    const [going, stopped] = (displays[0] ?? []).map((bundle) => String(bundle["text/html"]));
    assert.match(going ?? "", /^<div>&lt;a&gt; &amp; b: 25 %<\/div>.*width:25\.6%.*#0072b2.*<div>&lt;i&gt;<\/div>$/);
    assert.match(stopped ?? "", /the network is gone.*#d55e00/);
    assert.doesNotMatch(`${going}${stopped}`, /<script|<progress|[^-]color:/);
  });

  it("shows no bar where the end is not known", () => {
    const { displays } = openNotebook();
    new ProgressBar("file").update({ share: undefined, text: "3.4 MB" });
    assert.deepEqual(displays[0], [{ "text/html": "<div>file: 3.4 MB</div>", "text/plain": "file: 3.4 MB" }]);
  });

  it("is a line that is written over where there is no notebook, or nothing", () => {
    const written: string[] = [];
    const bar = new ProgressBar("Work", (text) => written.push(text));
    bar.update({ share: 0.5, text: "5 of 10" });
    clock += 100;
    bar.update({ share: 0.6, text: "6 of 10" });
    bar.end({ share: 1, text: "all" });
    assert.deepEqual(written, ["\rWork: 50 %, 5 of 10", `\r${"Work: 100 %, all".padEnd(19)}\n`]);
    work(new ProgressBar("silent"));
    assert.equal(written.length, 2);
  });

  it("says nothing of what failed before it began", () => {
    const { displays } = openNotebook();
    new ProgressBar("Work").end({ share: 0, text: "failed" }, "stopped");
    assert.deepEqual(displays, []);
  });
});
