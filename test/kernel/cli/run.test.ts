// `cellgrad run`: the outputs are saved whatever happens, and the exit code says what happened. The comparison with
// nbclient on the same notebook is in test/conformance.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Ended, Workplace } from "./command.js";

type Json = Record<string, unknown>;

interface SavedCell {
  id: string;
  metadata: Json;
  execution_count: number | null;
  outputs: Json[];
}

interface Saved {
  cells: SavedCell[];
  metadata: { kernelspec: Json; language_info: Json };
  nbformat_minor: number;
}

interface CellInput {
  source: string;
  tags?: string[];
  outputs?: Json[];
}

const stale = { output_type: "stream", name: "stdout", text: ["of an earlier run"] };

describe("cellgrad run", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  function write(cells: (string | CellInput)[], metadata: Json = {}, name = "in.ipynb"): string {
    const json = {
      cells: cells.map((cell, index) => {
        const { source, tags, outputs = [] } = typeof cell === "string" ? { source: cell } : cell;
        const tagged = tags ? { tags } : {};
        return { cell_type: "code", id: `c${index}`, metadata: tagged, source, outputs, execution_count: null };
      }),
      metadata,
      nbformat: 4,
      nbformat_minor: 5,
    };
    const file = workplace.path(name);
    writeFileSync(file, JSON.stringify(json));
    return file;
  }

  const read = (name = "in.ipynb") => JSON.parse(readFileSync(workplace.path(name), "utf8")) as Saved;

  /** What a reader sees of a cell, in one line for each output. */
  function shown(cell: SavedCell | undefined): string[] {
    return (cell?.outputs ?? []).map((output) => {
      if (output.output_type === "stream") return (output.text as string[]).join("");
      if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
      return ((output.data as Json)["text/plain"] as string[]).join("");
    });
  }

  it("runs the cells in the notebook's folder and saves what they show, elsewhere if asked", async () => {
    mkdirSync(workplace.path("deep"));
    const file = write(["const x: number = 20\nconsole.log('a'); console.log('b')\nx", "", "x + 1", "process.cwd()"]);
    const before = readFileSync(file, "utf8");
    const { code, stdout, stderr } = await workplace.run(["run", file, "--output", "deep/out.ipynb"]);
    assert.deepEqual([code, stdout], [0, ""], stderr);
    assert.equal(readFileSync(file, "utf8"), before);
    assert.match(stderr, /^\[1\/3\] const x: number = 20 {2}\d+\.\d\d s\n\[2\/3\] x \+ 1 /);
    const saved = read("deep/out.ipynb");
    assert.deepEqual(saved.cells.map(shown), [["a\nb\n", "20"], [], ["21"], [`'${workplace.folder}'`]]);
    assert.deepEqual(
      saved.cells.map((cell) => cell.execution_count),
      [1, null, 2, 3],
    );
    assert.deepEqual(saved.metadata.kernelspec, {
      display_name: "TypeScript (cellgrad)",
      language: "typescript",
      name: "cellgrad",
    });
    assert.equal(saved.metadata.language_info.name, "typescript");
    assert.equal(saved.nbformat_minor, 5);
    assert.deepEqual(readdirSync(workplace.path("deep")), ["out.ipynb"]);
  });

  it("needs neither Python nor anything else of the PATH", async () => {
    const { code, stderr } = await workplace.run(["run", write(["1 + 1"])], { PATH: workplace.folder });
    assert.equal(code, 0, stderr);
    assert.deepEqual(read().cells.map(shown), [["2"]]);
  });

  it("ends at an error with exit code 1 and the traceback, and shows nothing of an earlier run", async () => {
    const file = write(["1", 'throw new RangeError("too far")', { source: "2", outputs: [stale] }]);
    const { code, stderr } = await workplace.run(["run", file]);
    assert.equal(code, 1);
    assert.match(stderr, /cellgrad: cell 2 \(id c1\) failed:\n[\s\S]*RangeError: too far/);
    assert.match(stderr, /Cell \[2\], line 1/);
    assert.ok(!stderr.includes("\u001b"), "colours in a file");
    assert.deepEqual(read().cells.map(shown), [["1"], ["RangeError: too far"], []]);
  });

  it("ends at a type error too", async () => {
    const { code, stderr } = await workplace.run(["run", write(['const n: number = "three"'])]);
    assert.equal(code, 1);
    assert.match(stderr, /2322/);
  });

  it("goes on after a cell that may fail, and leaves alone what shall be skipped", async () => {
    const file = write([
      { source: 'throw new Error("expected")', tags: ["raises-exception"] },
      { source: 'throw new Error("never")', tags: ["skip-execution"], outputs: [stale] },
      "'reached'",
    ]);
    const { code, stderr } = await workplace.run(["run", file]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(read().cells.map(shown), [["Error: expected"], ["of an earlier run"], ["'reached'"]]);
  });

  it("puts late output into the cell that started it", async () => {
    const file = write([
      "setTimeout(() => console.log('late'), 30)\n'first'",
      "await new Promise((resolve) => setTimeout(resolve, 200))\n'second'",
    ]);
    assert.equal((await workplace.run(["run", file])).code, 0);
    assert.deepEqual(read().cells.map(shown), [["'first'", "late\n"], ["'second'"]]);
  });

  for (const [what, source] of [
    ["spins", "console.log('begun'); while (true) {}"],
    ["waits", "console.log('begun'); await new Promise(() => {})"],
  ] as const) {
    it(`stops a cell that ${what} longer than --timeout`, async () => {
      const file = write([source, "2"]);
      const { code, stderr } = await workplace.run(["run", file, "--timeout", "4.5"]);
      assert.equal(code, 1);
      assert.match(stderr, /cellgrad: cell 1 \(id c0\) took longer than 4\.5 s and was stopped; see --timeout\./);
      const [first, second] = read().cells.map(shown);
      assert.equal(first?.[0], "begun\n");
      assert.deepEqual(second, []);
    });
  }

  it("interrupts the cell on Ctrl-C, saves, and ends with exit code 130", async () => {
    const marker = workplace.path("begun");
    const file = write([
      "1",
      `import { writeFileSync } from "node:fs"\nwriteFileSync(${JSON.stringify(marker)}, ""); while (true) {}`,
      "3",
    ]);
    const started = workplace.start(["run", file]);
    await until(() => existsSync(marker), started.ended);
    started.child.kill("SIGINT");
    const { code, stderr } = await started.ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /stopped at cell 2 \(id c1\)/);
    const [first, second, third] = read().cells.map(shown);
    assert.deepEqual([first, third], [["1"], []]);
    assert.match(second?.[0] ?? "", /KeyboardInterrupt/);
  });

  it("names the end of a worker", async () => {
    const { code, stderr } = await workplace.run(["run", write(["process.exit(3)", "2"])]);
    assert.equal(code, 1);
    assert.match(stderr, /process\.exit|exit code 3/);
    assert.equal(read().cells[0]?.outputs[0]?.output_type, "error");
  });

  it("saves and says so when the kernel itself dies", async () => {
    const file = write(["'kept'", "process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {})"]);
    const { code, stderr } = await workplace.run(["run", file]);
    assert.equal(code, 1);
    assert.match(stderr, /the kernel died at cell 2 \(id c1\) \(signal SIGKILL\)/);
    assert.deepEqual(read().cells.map(shown), [["'kept'"], []]);
  });

  it("runs several, all of a folder, each in a kernel of its own, with a line for each and the time of all", async () => {
    mkdirSync(workplace.path("lessons"));
    write(["const x = 1\nx"], {}, "lessons/b.ipynb");
    write(["const x = 'one'\nx", 'throw new RangeError("too far")', "2"], {}, "lessons/a.ipynb");
    write(["3"]);
    const { code, stdout, stderr } = await workplace.run(["run", "lessons", "in.ipynb"]);
    assert.deepEqual([code, stdout], [1, ""]);
    const lines = stderr.replaceAll(/\d+\.\d s$/gm, "N s").split("\n");
    const a = path.join("lessons", "a.ipynb");
    assert.deepEqual(lines.slice(0, 3), [`FAILED  ${a}  N s`, "  cell 2 (id c1) failed:", "  RangeError: too far"]);
    assert.deepEqual(lines.slice(-4), [
      `saved   ${path.join("lessons", "b.ipynb")}  N s`,
      "saved   in.ipynb  N s",
      "3 notebooks, 1 failed, N s",
      "",
    ]);
    assert.deepEqual(read("lessons/a.ipynb").cells.map(shown), [["'one'"], ["RangeError: too far"], []]);
    assert.deepEqual(read("lessons/b.ipynb").cells.map(shown), [["1"]]);
    assert.deepEqual(read().cells.map(shown), [["3"]]);
  });

  it("stamps each cell that ran with the code that it ran, and that of all cells above", async () => {
    const stamps = (name?: string) => read(name).cells.map(({ metadata }) => metadata.cellgrad);
    const cells = ["const x = 1\nx", { source: "2", tags: ["skip-execution"] }, "x + 1"];
    await workplace.run(["run", write(cells)]);
    const [first, skipped, last] = stamps();
    for (const stamp of [first, last]) assert.match(JSON.stringify(stamp), /^\{"sources":"[0-9a-f]{16}"\}$/);
    assert.equal(skipped, undefined);
    assert.equal((await workplace.run(["run", workplace.path("in.ipynb")])).code, 0);
    assert.deepEqual(stamps(), [first, skipped, last], "the same code has the same stamps");
    await workplace.run(["run", write(["const x = 2\nx", ...cells.slice(1)], {}, "edited.ipynb")]);
    const edited = stamps("edited.ipynb");
    assert.notDeepEqual(edited[0], first);
    assert.notDeepEqual(edited[2], last, "the cell above was edited");
  });

  it("takes away the stamps of cells that an error kept from running", async () => {
    await workplace.run(["run", write(["1", "2", "3"])]);
    const saved = read();
    const { source: _, ...second } = saved.cells[1] as SavedCell & Json;
    const cells = [saved.cells[0], { ...second, source: "throw 1" }, saved.cells[2]];
    writeFileSync(workplace.path("in.ipynb"), JSON.stringify({ ...saved, cells }));
    await workplace.run(["run", workplace.path("in.ipynb")]);
    const stamped = read().cells.map(({ metadata }) => "cellgrad" in metadata);
    assert.deepEqual(stamped, [true, true, false]);
  });

  const python = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  const refused: [what: string, args: () => string[], message: RegExp][] = [
    [
      "an absent notebook",
      () => ["absent.ipynb"],
      /invalid notebook; expected a file or a folder that exists: absent\.ipynb/,
    ],
    ["a folder without notebooks", () => ["."], /invalid notebook; expected \.ipynb files: none in \./],
    [
      "one output for two notebooks",
      () => [write(["1"]), write(["2"], {}, "b.ipynb"), "-o", "c.ipynb"],
      /invalid output; expected one notebook, where a file is named: 2/,
    ],
    ["a Python notebook", () => [write(["1"], python)], /expected TypeScript: its kernel is "python3" for "python"/],
    [
      "an output folder that is none",
      () => [write(["1"]), "-o", "a/b.ipynb"],
      /invalid output; expected a file in a folder/,
    ],
    ["a folder as output", () => [write(["1"]), "-o", "."], /invalid output/],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} with exit code 2`, async () => {
      const { code, stderr } = await workplace.run(["run", ...args()]);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }
});

async function until(condition: () => boolean, ended: Promise<Ended>): Promise<void> {
  let over: Ended | undefined;
  void ended.then((end) => {
    over = end;
  });
  while (!condition()) {
    if (over) throw new Error(`ended too early: ${over.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
