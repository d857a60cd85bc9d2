// What a lesson has, in this order: a title with the question, the short answer, steps, a mistake that fails, an exercise with a
// starter that is wrong and a folded solution that is right, follow-up questions. Used by the tests of lessons.
import type { CodeCell, Notebook } from "../../kernel/cli/notebook.js";
import { failed, mayFail, textOf } from "./notebook-run.js";

/** The sections after the title, by what their headings begin with; steps are numbered. */
const order = ["## The short answer", "## 1.", "## The mistake", "## Exercise", "## Follow-up questions"];

/** Of the title's cell. */
const inTitle: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a number and a title", /^# \d\d · \S/],
  ["what the reader will be able to do", /\*\*You will be able to\*\*/],
  ["the interview question", /\*\*Interview question\.\*\*/],
  ["the question in Chinese", /\*\*面试题\*\*.*[\u4e00-\u9fff].*[？?]?/],
  ["a table of terms", /^\| English \| 中文 \|$/m],
];

/** What is missing in a lesson or stands in another order, as sentences. */
export function missingParts(notebook: Notebook): string[] {
  const [title, ...rest] = notebook.cells;
  const missing = inTitle.filter(([, pattern]) => !pattern.test(title?.source ?? "")).map(([what]) => `no ${what}`);
  const text = rest.map(({ cell_type, source }) => (cell_type === "markdown" ? source : "")).join("\n\n");
  const places = order.map((heading) => text.search(new RegExp(`^${heading.replace(".", "\\.")}`, "m")));
  missing.push(...order.filter((_, i) => places[i] === -1).map((heading) => `no section "${heading}"`));
  if (places.some((place, i) => place !== -1 && place < Math.max(-1, ...places.slice(0, i))))
    missing.push(`the sections are in another order than ${order.join(", ")}`);
  return [...missing, ...mistakeProblems(notebook), ...exerciseProblems(notebook)];
}

function section(notebook: Notebook, heading: string): { text: string; code: CodeCell[] } {
  let inside = false;
  const found = { text: "", code: [] as CodeCell[] };
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code" && /^## /m.test(cell.source))
      inside = new RegExp(`^${heading}`, "m").test(cell.source);
    if (!inside) continue;
    if (cell.cell_type === "code") found.code.push(cell);
    else found.text += `${cell.source}\n`;
  }
  return found;
}

function mistakeProblems(notebook: Notebook): string[] {
  const { code } = section(notebook, "## The mistake");
  const first = code.findIndex(mayFail);
  if (first === -1) return ["no cell of the mistake is tagged raises-exception"];
  return code.slice(first).some((cell) => !mayFail(cell)) ? [] : ["the mistake is not mended behind it"];
}

/** Each starter is judged wrong, each solution right, and solutions are folded. */
function exerciseProblems(notebook: Notebook): string[] {
  const { text, code } = section(notebook, "## Exercise");
  const problems: string[] = [];
  if (!/[\u4e00-\u9fff]/.test(text)) problems.push("the exercise's task is not in Chinese");
  const judged = code.filter(({ source }) => /ml\.teaching\.check\(/.test(source));
  const names = new Map<string, CodeCell[]>();
  for (const cell of judged) {
    const name = /check\(\s*["'](\w+)["']/.exec(cell.source)?.[1] ?? "?";
    names.set(name, [...(names.get(name) ?? []), cell]);
  }
  if (names.size === 0) problems.push("no exercise is checked");
  for (const [name, cells] of names) {
    const [starter, solution, ...more] = cells;
    if (starter === undefined || solution === undefined || more.length > 0)
      problems.push(`${name} is checked ${cells.length} times; expected a starter and a solution`);
    else {
      if (failed(starter) || !shows(starter, `✗ ${name}: `)) problems.push(`${name}'s starter is not judged ✗`);
      if (!shows(solution, `✓ ${name}: right`)) problems.push(`${name}'s solution is not judged ✓`);
      if (!isFolded(solution)) problems.push(`${name}'s solution is not folded and tagged "solution"`);
    }
  }
  return problems;
}

function shows({ outputs }: CodeCell, text: string): boolean {
  return outputs.some((output) => textOf(output).includes(text));
}

function isFolded({ metadata }: CodeCell): boolean {
  const hidden = (metadata.jupyter as { source_hidden?: unknown } | undefined)?.source_hidden === true;
  return hidden && Array.isArray(metadata.tags) && metadata.tags.includes("solution");
}
