// The names that may stand at a place in a cell: those that the cell declares around it, globals, keywords. The compiler's
// own list of them comes only with offers of imports, which its API does not give.
import { type Symbol as CheckerSymbol, type CompletionItemKind, SymbolFlags } from "typescript/unstable/async";
import type { CompilerProject } from "./compiler-project.js";

export interface Offered {
  name: string;
  text: string;
  kind?: CompletionItemKind | undefined;
  sortText?: string | undefined;
  detail?: string | undefined;
  symbol?: CheckerSymbol | undefined;
}

/** The `sortText` of names that the cell itself declares. */
export const local = "00";

const keywords = (
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export " +
  "extends false finally for from function if implements import in instanceof interface keyof let namespace new null of " +
  "private protected public readonly return satisfies static super switch this throw true try type typeof undefined using " +
  "var void while yield any bigint boolean never number object string symbol unknown"
).split(" ");

/** Types without values, which `globalThis.` does not list. */
const globalTypes = (
  "ArrayLike AsyncIterable AsyncIterator Awaited Capitalize ConstructorParameters Exclude Extract InstanceType Iterable " +
  "Iterator Lowercase NoInfer NonNullable Omit Parameters Partial Pick PromiseLike PropertyKey Readonly ReadonlyArray " +
  "ReadonlyMap ReadonlySet Record Required ReturnType ThisType Uncapitalize Uppercase"
).split(" ");

const words = /(?<![.\w$])[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

const globals = new WeakMap<CompilerProject, Offered[]>();

/** @param position in the checked file. */
export async function visibleNames(project: CompilerProject, source: string, position: number): Promise<Offered[]> {
  // First, since it replaces the cell's text: symbols that were read before would belong to a snapshot that is gone.
  const everywhere = globals.get(project) ?? (await readGlobals(project));
  const { checker } = project.state;
  const meaning = SymbolFlags.Value | SymbolFlags.Type | SymbolFlags.Namespace;
  const names = [...new Set(source.match(words) ?? [])].filter((name) => !keywords.includes(name)).slice(0, 500);
  const location = { document: project.cellFile, position };
  const symbols = await Promise.all(
    names.map((name) => checker.resolveName(name, meaning, location, true).catch(() => undefined)),
  );
  const own = names.flatMap((name, i): Offered[] => {
    const symbol = symbols[i];
    return symbol && symbol.flags !== SymbolFlags.None ? [{ name, text: name, sortText: local, symbol }] : [];
  });
  return [...own, ...everywhere];
}

async function readGlobals(project: CompilerProject): Promise<Offered[]> {
  const before = project.cellText;
  const probe = "globalThis.";
  await project.setCell(probe);
  const found = await project.state.checker.getCompletionsAtPosition(project.cellFile, probe.length);
  await project.setCell(before);
  const values = (found?.entries ?? []).map(
    (entry): Offered => ({ name: entry.name, text: entry.name, kind: entry.kind, sortText: "20" }),
  );
  const listed = new Set(values.map((entry) => entry.name));
  const types = globalTypes.filter((name) => !listed.has(name)).map((name) => ({ name, text: name, sortText: "21" }));
  const words = keywords.map(
    (name): Offered => ({ name, text: name, kind: 14 as CompletionItemKind.Keyword, sortText: "30" }),
  );
  const all = [...values, ...types, ...words];
  globals.set(project, all);
  return all;
}
