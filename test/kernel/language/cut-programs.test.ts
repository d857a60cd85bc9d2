// A program cut into cells does what it does in one piece: random programs, each statement a cell of its own, and all
// statements in two cells. Only the code generator is under test: the cells run here, without a kernel.
import assert from "node:assert/strict";
import { runInThisContext } from "node:vm";
import { cellCode } from "../../../kernel/language/cell-code.js";
import { readCell } from "../../../kernel/language/cell-syntax.js";
import { transpileCell } from "../../../kernel/language/transpile.js";
import { type RandomProgram, randomProgram } from "./random-program.js";

interface Box {
  v: unknown;
  n: number;
}

const runtime = {
  await: (value: unknown) => value,
  asyncIterable: (value: unknown) => value,
  thrown: (value: unknown) => value,
};

async function inCells(cells: string[], variables: string[]): Promise<unknown[]> {
  const boxes = new Map<string, Box>();
  for (const [i, source] of cells.entries()) {
    const syntax = readCell(source);
    assert.deepEqual(syntax.errors, [], source);
    const last = syntax.body.at(-1);
    const result = syntax.hasResult && last?.type === "ExpressionStatement" ? last.expression : undefined;
    const code = cellCode({
      transpiled: await transpileCell(source, result, [], {}),
      count: i + 1,
      declarations: syntax.declarations,
      isVariable: (name) => boxes.has(name),
    });
    for (const name of code.boxes) if (!boxes.has(name)) boxes.set(name, { v: undefined, n: 0 });
    const run = runInThisContext(code.code) as (...parameters: unknown[]) => Promise<unknown>;
    await run(runtime, ...code.boxes.map((name) => boxes.get(name)));
    for (const name of code.declares) assert.equal(boxes.get(name)?.n, i + 1, `${name} was not marked by ${source}`);
  }
  return variables.map((name) => boxes.get(name)?.v);
}

function inOnePiece({ statements, variables }: RandomProgram): Promise<unknown[]> {
  const text = `(async () => { "use strict"; ${statements.join("\n")}\nreturn [${variables.join(", ")}] })`;
  return (runInThisContext(text) as () => Promise<unknown[]>)();
}

/** Programs that run through: some read a variable in its temporal dead zone. */
async function* programs(from: number, many: number): AsyncGenerator<{ program: RandomProgram; expected: unknown[] }> {
  let found = 0;
  for (let seed = from; found < many; seed++) {
    const program = randomProgram(seed, 14);
    const expected = await inOnePiece(program).catch((error: unknown) => {
      if (!(error instanceof ReferenceError || error instanceof TypeError)) throw error;
    });
    if (!expected) continue;
    found += 1;
    yield { program, expected };
  }
}

describe("programs cut into cells", () => {
  it("do the same, each statement in a cell of its own", async () => {
    for await (const { program, expected } of programs(1, 100)) {
      const actual = await inCells(program.statements, program.variables);
      assert.deepEqual(actual, expected, program.statements.join("\n// ──\n"));
    }
  });

  it("do the same, cut in the middle", async () => {
    for await (const { program, expected } of programs(1001, 100)) {
      const halves = [program.statements.slice(0, 7), program.statements.slice(7)].map((half) => half.join("\n"));
      const actual = await inCells(halves, program.variables);
      assert.deepEqual(actual, expected, halves.join("\n// ──\n"));
    }
  });
});
