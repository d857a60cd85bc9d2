// `cellgrad test`: each cell a case, what failed in the summary, in JUnit XML and in the exit code; the notebooks' files stay as they are.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { junitXML } from "../../../kernel/cli/junit.js";
import { Workplace } from "./command.js";

type CellInput = string | { source: string; tags: string[] };

describe("cellgrad test", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  function write(name: string, cells: readonly CellInput[]): string {
    const json = {
      cells: cells.map((cell, index) => {
        const { source, tags } = typeof cell === "string" ? { source: cell, tags: [] } : cell;
        return { cell_type: "code", id: `c${index}`, metadata: { tags }, source, outputs: [], execution_count: null };
      }),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    };
    writeFileSync(workplace.path(name), JSON.stringify(json));
    return JSON.stringify(json);
  }

  const shownTimes = (text: string) => text.replaceAll(/\d+\.\d+ s/g, "N s");

  it("tests a folder's notebooks, each in a kernel of its own, and leaves the files alone", async () => {
    mkdirSync(workplace.path("lessons", ".ipynb_checkpoints"), { recursive: true });
    const first = write("lessons/a.ipynb", ["const x: number = 1", "", { source: "boom", tags: ["skip-execution"] }]);
    write("lessons/b.ipynb", [
      "const x = 'another'",
      { source: "throw new Error('promised')", tags: ["raises-exception"] },
    ]);
    write("lessons/.ipynb_checkpoints/c.ipynb", ["boom"]);
    const { code, stdout, stderr } = await workplace.run(["test", "lessons", "--junit", "report.xml", "--jobs", "2"]);
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const lines = shownTimes(stdout).split("\n");
    assert.deepEqual(lines.slice(0, 2).sort(), [
      "passed  lessons/a.ipynb  (1 of 1 cells passed, N s)",
      "passed  lessons/b.ipynb  (2 of 2 cells passed, N s)",
    ]);
    assert.deepEqual(lines.slice(2), ["3 passed, 0 failed (cells); 2 notebooks, 0 failed", ""]);
    assert.equal(readFileSync(workplace.path("lessons/a.ipynb"), "utf8"), first);
    const report = readFileSync(workplace.path("report.xml"), "utf8");
    assert.match(report, /<testsuites name="cellgrad test" tests="3" failures="0" errors="0" skipped="0"/);
    assert.match(
      report,
      /<testcase classname="lessons\/a\.ipynb" name="cell 1: const x: number = 1" time="\d+\.\d{3}"\/>/,
    );
  });

  it("says what failed: errors, type errors, an error that was promised, cells behind it, a slow cell, a dead kernel", async () => {
    write("error.ipynb", ["1", "const a = 1\nthrow new Error('<no> & \"never\"')", "2"]);
    write("type.ipynb", ["const n: number = 'one'"]);
    write("promised.ipynb", [{ source: "1 + 1", tags: ["raises-exception"] }]);
    write("slow.ipynb", ["while (true) {}"]);
    write("exit.ipynb", ["process.exit(3)"]);
    const names = ["error", "type", "promised", "exit"].map((name) => `${name}.ipynb`);
    const { code, stdout, stderr } = await workplace.run(["test", ...names, "--junit", "report.xml"]);
    assert.deepEqual([code, stderr], [1, ""], stdout);
    const text = shownTimes(stdout);
    assert.match(
      text,
      /^FAILED {2}error\.ipynb {2}\(1 of 3 cells passed, N s\)\n {2}cell 2: const a = 1\n {4}Error: <no> & "never"\n {6}Cell \[2\], line 2:7\n/,
    );
    assert.match(text, /FAILED {2}type\.ipynb {2}\(0 of 1 cells passed, N s\)\n {2}cell 1: .*\n {4}.*TS2322/);
    assert.match(text, /cell 1: 1 \+ 1\n {4}no error; expected one, as the cell is tagged "raises-exception"\n/);
    assert.match(text, /FAILED {2}exit\.ipynb {2}\(0 of 1 cells passed, N s\)\n {2}cell 1: process\.exit\(3\)\n/);
    assert.ok(text.endsWith("\n1 passed, 4 failed, 1 not run (cells); 4 notebooks, 4 failed\n"), text);
    const report = readFileSync(workplace.path("report.xml"), "utf8");
    assert.match(report, /<testsuites name="cellgrad test" tests="6" failures="4" errors="0" skipped="1"/);
    assert.match(report, /<failure message="Error: &lt;no&gt; &amp; &quot;never&quot;">Error: &lt;no&gt; /);
    assert.match(report, /name="cell 3: 2" time="0\.000"><skipped message="a cell before it failed"\/>/);
    const slow = await workplace.run(["test", "slow.ipynb", "--timeout", "2"]);
    assert.equal(slow.code, 1);
    assert.match(slow.stdout, /cell 1: while \(true\) \{\}\n {4}took longer than 2 s and was stopped\n/);
  });

  it("writes no report into a folder that isn't there, and runs nothing before it looks", async () => {
    write("a.ipynb", ["require('node:fs').writeFileSync('ran', '')"]);
    const { code, stderr } = await workplace.run(["test", "a.ipynb", "--junit", "none/report.xml"]);
    assert.equal(code, 2);
    assert.match(stderr, /invalid junit; expected a file in a folder that exists: none\/report\.xml/);
    assert.ok(!existsSync(workplace.path("ran")));
    write("b.ipynb", []);
    writeFileSync(workplace.path("b.ipynb"), "{");
    const wrong = await workplace.run(["test", "a.ipynb", "b.ipynb"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /invalid notebook b\.ipynb; expected JSON/);
    assert.ok(!existsSync(workplace.path("ran")));
  });

  it("ends on Ctrl-C with what was done, and says so", async () => {
    write("a.ipynb", ["1"]);
    write("b.ipynb", ["await new Promise(() => {})"]);
    write("c.ipynb", ["1"]);
    const { child, ended, printed } = workplace.start(["test", "a.ipynb", "b.ipynb", "c.ipynb"]);
    await printed(/passed {2}a\.ipynb/);
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    assert.equal(code, 130, stdout);
    assert.match(stdout, /2 passed, 1 failed|1 passed, [01] failed/);
    assert.match(stdout, /3 notebooks, [01] failed, [12] not begun\n$/);
  });

  it("writes text that XML can't hold as U+FFFD", () => {
    const failure = { message: "a\u0000b\ud800\ttab", details: "\u001b[31m\ufffe🙂]]>" };
    const cells = [{ name: "cell 1: 'é'", outcome: "failed", seconds: 0.5, failure }] as const;
    const text = junitXML([{ file: "x.ipynb", started: new Date(0), seconds: 1, cells }]);
    assert.match(text, /message="a\ufffdb\ufffd&#9;tab">\ufffd\[31m\ufffd🙂\]\]&gt;</u);
    assert.match(text, /name="cell 1: 'é'" time="0\.500"/);
    assert.match(text, /timestamp="1970-01-01T00:00:00\.000Z"/);
  });
});
