// The compiler's state must not grow with the number of plain cells, or every later cell would pay for all before it.
// Nothing is timed here: test/bench/soak.ts times 2,000 cells.
import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CompilerProject } from "../../../kernel/language/compiler-project.js";
import { kernelPaths } from "../../../kernel/language/kernel-paths.js";
import { Language } from "../../../kernel/language/language.js";
import { soakCell } from "../../bench/soak/cells.js";

describe("growth of the compiler's state", () => {
  let directory: string;
  let language: Language;
  let count = 0;
  before(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "cellgrad-growth-")));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  beforeEach(async () => {
    language = Language.open({ directory });
    count = 0;
  });
  afterEach(() => language.close());

  async function run(source: string): Promise<{ code: string; boxes: string[] }> {
    count += 1;
    const compilation = await language.compile(source, { count });
    assert(compilation.ok, compilation.ok ? "" : `${source}\n${compilation.evalue}`);
    await language.settle(count, { unassigned: [] });
    return compilation.cell;
  }

  /** Of the same short cell each time, so that the cell itself doesn't count. */
  async function characters(): Promise<number> {
    await run("0");
    return language.characters;
  }

  it("does not grow with 200 plain cells", async () => {
    const plain = Array.from({ length: 400 }, (_, i) => soakCell(i)).filter(({ kind }) => kind === "plain");
    // What plain cells refer to in cells that are left out.
    const others = Array.from({ length: 400 }, (_, i) => i).filter((i) => soakCell(i).kind !== "plain");
    await run(others.map((i) => `const v${i} = [1]; const f${i} = (x: number) => x`).join("\n"));
    const before = await characters();
    for (const { code } of plain.slice(0, 200)) await run(code);
    assert.equal(await characters(), before);
  });

  it("does not grow when the same cells run again and again", async () => {
    const cells = [
      "class Net { layers: Layer[] = [] }\ninterface Layer { units: number }",
      "enum Mode { Train, Test }\ntype Options = { mode: Mode; net: Net }",
      "import { join } from 'node:path'\nconst options: Options = { mode: Mode.Train, net: new Net() }",
      "function describe(o: Options) { return join(Mode[o.mode] ?? '', String(o.net.layers.length)) }\ndescribe(options)",
    ];
    for (const cell of cells) await run(cell);
    const before = await characters();
    for (let i = 0; i < 5; i++) for (const cell of cells) await run(cell);
    // Their numbers have a digit more.
    assert((await characters()) < before * 1.05);
  });

  it("keeps a class as long as a type of a variable needs it, and not longer", async () => {
    const empty = await characters();
    await run(`class Big { ${Array.from({ length: 100 }, (_, i) => `m${i} = ${i}`).join("; ")} }`);
    await run("const held = new Big()");
    await run("class Big { small = 1 }");
    const holding = await characters();
    assert(holding > empty + 700, `${holding} should hold the first Big, which ${empty} does not`);
    assert.deepEqual((await run("held.m99")).boxes, ["held"]);
    await run("const held = 1");
    assert((await characters()) < empty + 200);
  });

  it("does not hold what was asked of the compiler, but for the last answer", async () => {
    // Node's own gc(), without a flag on the command line.
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const project = new CompilerProject(directory, kernelPaths());
    try {
      await project.open("", "");
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => new WeakRef(await project.exclusive(async () => ({ answer: true })))),
      );
      await setImmediate();
      collect();
      assert.ok(answers.filter((answer) => answer.deref() !== undefined).length <= 1);
    } finally {
      await project.close();
    }
  });

  it("gives a cell only the boxes that it names", async () => {
    for (let i = 0; i < 50; i++) await run(`let variable${i} = ${i}`);
    assert.deepEqual((await run("variable7 + variable9")).boxes, ["variable7", "variable9"]);
  });
});
