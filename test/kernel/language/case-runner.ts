// Runs one case of the tables in cases/ and asserts what it says. It knows kernels only by `CaseKernel`, so that it says
// nothing about how cells get there; socket-kernel.ts is the one that the tests use.
import assert from "node:assert/strict";
import type { Expectation, Failure, Files, LanguageCase } from "./language-case.js";
import { type MarkedPlace, readMarks } from "./marks.js";

export interface ShownError {
  ename: string;
  evalue: string;
  traceback: string[];
}

export interface Outcome {
  /** The execution count. */
  count: number;
  shows?: string;
  prints: string;
  error?: ShownError;
}

export interface CaseKernel {
  run(code: string): Promise<Outcome>;
  /** The next error that belongs to the last cell and came after its reply. */
  lateError(): Promise<ShownError>;
  write(files: Files): void;
}

export async function runCase(kernel: CaseKernel, it: LanguageCase): Promise<void> {
  await kernel.run("%reset");
  try {
    await runCells(kernel, it);
  } finally {
    // What a case switches for all cells after it.
    kernel.write({ "tsconfig.json": null });
    if (it.cells.includes("%typecheck off")) await kernel.run("%typecheck on");
  }
}

async function runCells(kernel: CaseKernel, it: LanguageCase): Promise<void> {
  const marks: MarkedPlace[] = [];
  const write = (files: Files = {}): void => {
    const plain = Object.entries(files).map(([name, text]): [string, string | null] => {
      if (text === null) return [name, null];
      const read = readMarks(text);
      marks.push(...read.places.map((place) => ({ ...place, where: name.slice(name.lastIndexOf("/") + 1) })));
      return [name, read.text];
    });
    kernel.write(Object.fromEntries(plain));
  };
  write(it.files);
  /** Execution counts of the case's cells, by their number within it. */
  const counts: number[] = [];
  for (const [i, cell] of it.cells.entries()) {
    const isLast = i === it.cells.length - 1;
    const step = typeof cell === "string" ? { code: cell } : cell;
    write(step.files);
    const { text, places } = readMarks(step.code);
    marks.push(...places.map((place) => ({ ...place, where: `[${i + 1}]` })));
    const outcome = await kernel.run(text);
    counts[i + 1] = outcome.count;
    const expected: Expectation = isLast ? { ...expectationOf(it), ...expectationOf(step) } : expectationOf(step);
    const where = `cell ${i + 1}: ${text}`;
    const expectPlaces = (error: ShownError): void => {
      if (marks.length) assert.deepEqual(placesOf(error, counts), expectedPlaces(marks), where);
      marks.length = 0;
    };
    if (expected.fails) {
      assert(outcome.error, `${where}\nexpected ${expected.fails.ename}; it showed ${outcome.shows}`);
      assertFailure(outcome.error, expected.fails, where);
      expectPlaces(outcome.error);
    } else {
      const { error } = outcome;
      assert(!error, `${where}\n${error?.ename}: ${error?.evalue}\n${plain(error?.traceback ?? [])}`);
      if (isLast || typeof cell !== "string") assert.equal(outcome.shows, expected.shows, where);
    }
    if (expected.prints !== undefined) assert.equal(outcome.prints, expected.prints, where);
    if (expected.late) {
      const late = await kernel.lateError();
      assertFailure(late, expected.late, where);
      expectPlaces(late);
    }
  }
}

function expectationOf({ shows, prints, fails, late }: Expectation): Expectation {
  return Object.fromEntries(Object.entries({ shows, prints, fails, late }).filter(([, value]) => value !== undefined));
}

function assertFailure(error: ShownError, expected: Failure, where: string): void {
  const text = plain(error.traceback);
  const shown = `${where}\n${error.ename}: ${error.evalue}\n${text}`;
  assert.equal(error.ename, expected.ename, shown);
  if (expected.says !== undefined) assert(error.evalue.includes(expected.says), `no "${expected.says}" in ${shown}`);
  for (const part of expected.traceback ?? []) assert(text.includes(part), `no "${part}" in the traceback of ${shown}`);
}

/** Every place that the traceback names, in its order: "[1] 2:7" is `Cell [1], line 2:7`, "a.ts 2:7" is `a.ts:2:7`. */
function placesOf(error: ShownError, counts: number[]): string[] {
  const places = /(?:Cell \[(\d+)\], line |([\w.-]+\.[cm]?[jt]sx?):)(\d+):(\d+)/g;
  return [...plain(error.traceback).matchAll(places)].map(
    ([, count, file, line, column]) => `${count ? `[${counts.lastIndexOf(Number(count))}]` : file} ${line}:${column}`,
  );
}

function expectedPlaces(marks: MarkedPlace[]): string[] {
  const sorted = [...marks].sort((a, b) => a.number - b.number);
  return sorted.map(({ where, line, column }) => `${where} ${line}:${column}`);
}

function plain(traceback: string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
  return traceback.join("\n").replace(/\u001b\[[0-9;]*m/g, "");
}
