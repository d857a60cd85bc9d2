// Questions that a function answers: it is called on cases, and what comes is compared with what is expected. Most files of this
// folder are lists of them.
import { type Exercise, exercise, type Problem } from "../exercise.js";

/** What such a function gives: numbers are compared to six digits, all else exactly. */
export type Value = number | string | boolean | undefined | readonly Value[];

export interface Case<Given extends readonly unknown[], Result extends Value> {
  /** The arguments. */
  readonly given: Given;
  readonly expected: Result;
  /** Ends the sentence "expected …, since". */
  readonly because: string;
}

interface CasesQuestion<Given extends readonly unknown[], Result extends Value> {
  readonly lesson: string;
  readonly task: string;
  readonly taskInChinese: string;
  readonly cases: readonly Case<Given, Result>[];
}

/** A question as `check` and `interview` judge it. */
export function onCases<Given extends readonly unknown[], Result extends Value>(
  question: CasesQuestion<Given, Result>,
): Exercise<(...given: Given) => Result> {
  const { cases, ...about } = question;
  return exercise<(...given: Given) => Result>({
    ...about,
    problemOf(answer) {
      for (const one of cases) {
        const problem = problemOfCase(answer, one);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  });
}

function problemOfCase<Given extends readonly unknown[], Result extends Value>(
  answer: (...given: Given) => Result,
  { given, expected, because }: Case<Given, Result>,
): Problem {
  // Its own copy: an answer that sorts what it gets in place would spoil the next one's case.
  const found: unknown = answer(...(copy(given) as Given));
  if (isEqual(found, expected)) return undefined;
  return `for (${given.map(written).join(", ")}) it gives ${written(found)}; expected ${written(expected)}, since ${because}`;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]));
}

function isEqual(found: unknown, expected: Value): boolean {
  if (typeof expected === "number" && typeof found === "number") {
    if (!Number.isFinite(expected)) return Object.is(found, expected);
    return Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
  }
  if (!Array.isArray(expected)) return found === expected;
  // A typed array is as good as a list.
  const list: readonly unknown[] | undefined = ArrayBuffer.isView(found)
    ? Array.from(found as Float32Array)
    : Array.isArray(found)
      ? found
      : undefined;
  return list?.length === expected.length && expected.every((one: Value, i) => isEqual(list[i], one));
}

function written(value: unknown): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return value.toString();
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `[${Array.from(value as number[], written).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${written(one)}`)
    .join(", ")} }`;
}
