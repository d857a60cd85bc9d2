// Names of classes as charts use them: one a class, all different, and short enough for an axis.
import { invalid, isList } from "../engine/invalid.js";

const mostCharacters = 28;

/**
 * @param given the names; by default `labels`, else the numbers from 0
 * @throws unless there is one a class, and all differ
 */
export function checkClassNames(
  given: ArrayLike<string> | undefined,
  classes: number,
  labels?: readonly unknown[],
): string[] {
  if (given === undefined) return Array.from({ length: classes }, (_, i) => String(labels?.[i] ?? i));
  const rule = `${classes} different names, one a class`;
  if (!isList(given)) throw invalid("classNames", rule, given);
  checkLabels("classNames", given);
  const names = Array.from(given, String);
  if (names.length !== classes || new Set(names).size !== classes) throw invalid("classNames", rule, given);
  return names;
}

/** @throws unless all are names or numbers, which can be written. */
export function checkLabels(name: string, labels: ArrayLike<unknown>): void {
  const other = Array.from(labels).findIndex((label) => typeof label !== "string" && typeof label !== "number");
  if (other >= 0) throw invalid(`${name}[${other}]`, "a name", labels[other]);
}

/** @throws unless what stands above a chart is text, or absent. */
export function checkTitle(options: { readonly title?: unknown; readonly subtitle?: unknown }): void {
  for (const [name, text] of Object.entries({ title: options.title, subtitle: options.subtitle }))
    if (text !== undefined && typeof text !== "string") throw invalid(name, "text", text);
}

/** As they stand at an axis: long ones cut at the end, in the middle, or numbered, so that no two become the same. */
export function axisNames(names: readonly string[]): string[] {
  const ways = [
    (name: string) => `${name.slice(0, mostCharacters - 1)}…`,
    (name: string) => `${name.slice(0, mostCharacters / 2)}…${name.slice(1 - mostCharacters / 2)}`,
    (name: string, i: number) => `${name.slice(0, mostCharacters - 8)}… #${i}`,
  ];
  let shown = names;
  for (const cut of ways) {
    shown = names.map((name, i) => (name.length > mostCharacters ? cut(name, i) : name));
    if (new Set(shown).size === new Set(names).size) break;
  }
  return [...shown];
}

/** In pixels at 11 pixels a letter, roughly: to lay out what Vega does not. */
export function roughWidth(name: string): number {
  // Chinese, Japanese and Korean letters are as wide as they are high.
  return Array.from(name).reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e7f ? 11 : 6.5), 0);
}
