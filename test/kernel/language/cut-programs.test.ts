// A program cut into cells does what it does in one piece: random programs, each statement a cell of its own, and all
// statements in two cells; as esbuild writes the cells, and as they are, with and without semicolons. Only the code generator
// is under test: the cells run here, without a kernel.
import assert from "node:assert/strict";
import { runInThisContext } from "node:vm";
import { cellCode } from "../../../kernel/language/cell-code.js";
import { type CellSyntax, readCell } from "../../../kernel/language/cell-syntax.js";
import { plainJavaScript } from "../../../kernel/language/plain-javascript.js";
import { type Transpiled, transpileCell } from "../../../kernel/language/transpile.js";
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

/** Undefined where a cell can't be written so. */
type Writer = (syntax: CellSyntax) => Promise<Transpiled> | Transpiled | undefined;

const byEsbuild: Writer = (syntax) => {
  const last = syntax.body.at(-1);
  const result = syntax.hasResult && last?.type === "ExpressionStatement" ? last.expression : undefined;
  return transpileCell(syntax.source, result, [], {});
};

const writers: [name: string, Writer][] = [
  ["as esbuild writes them", byEsbuild],
  ["as they are", (syntax) => plainJavaScript(syntax) ?? byEsbuild(syntax)],
  ["without semicolons", (syntax) => plainJavaScript(withoutSemicolons(syntax)) ?? byEsbuild(syntax)],
];

/** Where a line break does instead; behind `)` it may be the body of a loop. */
function withoutSemicolons(syntax: CellSyntax): CellSyntax {
  const source = syntax.source.replace(/(?<!\));(?=\n(?!\s*[([`+\-*/.,])|$)/g, "");
  const without = readCell(source);
  return without.errors.length ? syntax : { ...without, hasResult: syntax.hasResult };
}

async function inCells(cells: string[], variables: string[], write: Writer): Promise<unknown[]> {
  const boxes = new Map<string, Box>();
  for (const [i, source] of cells.entries()) {
    const syntax = readCell(source);
    assert.deepEqual(syntax.errors, [], source);
    const transpiled = await write(syntax);
    assert.ok(transpiled, source);
    const code = cellCode({
      transpiled,
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
  for (const [name, write] of writers) {
    it(`do the same, each statement in a cell of its own, ${name}`, async () => {
      for await (const { program, expected } of programs(1, 100)) {
        const actual = await inCells(program.statements, program.variables, write);
        assert.deepEqual(actual, expected, program.statements.join("\n// ──\n"));
      }
    });

    it(`do the same, cut in the middle, ${name}`, async () => {
      for await (const { program, expected } of programs(1001, 100)) {
        const halves = [program.statements.slice(0, 7), program.statements.slice(7)].map((half) => half.join("\n"));
        const actual = await inCells(halves, program.variables, write);
        assert.deepEqual(actual, expected, halves.join("\n// ──\n"));
      }
    });
  }
});
