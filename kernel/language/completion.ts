// Completion: what TypeScript offers at the cursor, together with the names of earlier cells.
import { CompletionItemKind } from "typescript/unstable/async";
import { noTruncation } from "./cell-types.js";
import type { CompilerProject } from "./compiler-project.js";
import { type ModuleMembers, moduleAt } from "./module-members.js";
import type { Completion, CompletionItem } from "./results.js";
import type { CellScope, ScopeEntry } from "./scope.js";
import { functionSignature, readable } from "./type-text.js";
import { local, type Offered, visibleNames } from "./visible-names.js";

/** Types cost a request each; a reader looks at the first screen of a list. */
const described = 30;

const kinds: Partial<Record<CompletionItemKind, string>> = {
  [CompletionItemKind.Method]: "function",
  [CompletionItemKind.Function]: "function",
  [CompletionItemKind.Constructor]: "function",
  [CompletionItemKind.Field]: "property",
  [CompletionItemKind.Property]: "property",
  [CompletionItemKind.Variable]: "instance",
  [CompletionItemKind.Constant]: "instance",
  [CompletionItemKind.Value]: "instance",
  [CompletionItemKind.Class]: "class",
  [CompletionItemKind.Interface]: "interface",
  [CompletionItemKind.Struct]: "class",
  [CompletionItemKind.TypeParameter]: "type",
  [CompletionItemKind.Module]: "module",
  [CompletionItemKind.Enum]: "enum",
  [CompletionItemKind.EnumMember]: "property",
  [CompletionItemKind.Keyword]: "keyword",
  [CompletionItemKind.File]: "path",
  [CompletionItemKind.Folder]: "path",
};

/** @param offset where the cell's own text begins in the checked file. */
export async function complete(
  project: CompilerProject,
  scope: CellScope,
  source: string,
  cursor: number,
  offset: number,
): Promise<Completion> {
  const before = source.slice(0, cursor);
  let prefix = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(before)?.[0] ?? "";
  const { checker } = project.state;
  let offered: Offered[];
  let withNames = false;
  let module: ModuleMembers | undefined;
  try {
    const dot = /[\p{ID_Continue}$]\.$/u.test(before.slice(0, cursor - prefix.length)) ? cursor - prefix.length - 1 : 0;
    if (dot > 0) module = await moduleAt(project, offset + dot - 1);
    const found = await checker.getCompletionsAtPosition(project.cellFile, offset + cursor, { includeSymbol: !module });
    offered = (found?.entries ?? []).map((entry) => ({ ...entry, text: entry.insertText ?? entry.name }));
  } catch {
    // Where any name may stand, this compiler wants to offer imports and refuses without them: see visible-names.
    withNames = true;
    offered = await visibleNames(project, source, offset + cursor);
  }
  // Inside a string what is completed may hold more than a word: `import "node:f`.
  const quoted = /["'`]([^"'`\n]*)$/.exec(before)?.[1] ?? "";
  if (quoted.length > prefix.length && offered.some((entry) => fits(entry.name, quoted))) prefix = quoted;
  const start = cursor - prefix.length;
  offered = offered.filter((entry) => fits(entry.name, prefix) && !/^\$(s|tf|imp)$/.test(entry.name));
  offered.sort(
    (a, b) =>
      Number(b.name.startsWith(prefix)) - Number(a.name.startsWith(prefix)) ||
      compare(a.sortText ?? "", b.sortText ?? "") ||
      compareNames(a.name, b.name),
  );
  const items = new Map<string, CompletionItem>();
  const first = offered.slice(0, described);
  const texts = await (module?.types(first.map(({ name }) => name)) ?? typesOf(project, first));
  const details = texts.map((text) => (text === undefined ? undefined : detailOf(readable(text).slice(0, 300))));
  const add = (entry: Offered, i: number): void => {
    const detail = details[i];
    const type = detail?.type ?? (entry.kind && kinds[entry.kind]) ?? "instance";
    if (!items.has(entry.name))
      items.set(entry.name, { text: entry.text, type, signature: detail?.text ?? entry.detail ?? "" });
  };
  if (withNames) {
    // The cell's own names first, then those of earlier cells, the latest first, then what is global.
    offered.forEach((entry, i) => {
      if (entry.sortText === local) add(entry, i);
    });
    const earlier = scope.all().filter((entry) => fits(entry.name, prefix));
    for (const entry of earlier.reverse()) if (!items.has(entry.name)) items.set(entry.name, scopeItem(entry));
  }
  offered.forEach(add);
  return { items: [...items.values()], start, end: cursor };
}

function fits(name: string, prefix: string): boolean {
  return name.toLowerCase().startsWith(prefix.toLowerCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What one calls comes before classes and constants: of `tf.`, abs, acos, … before Abs, Acos, …, the names of its kernels. */
function compareNames(a: string, b: string): number {
  return rank(a) - rank(b) || compare(a.toLowerCase(), b.toLowerCase()) || compare(b, a);
}

function rank(name: string): number {
  if (name.startsWith("_")) return 2;
  return /^\p{Lu}/u.test(name) ? 1 : 0;
}

function scopeItem(entry: ScopeEntry): CompletionItem {
  const isFunction = entry.kind === "function";
  const type = isFunction
    ? "function"
    : entry.kind === "import" || entry.kind === "namespace"
      ? "module"
      : entry.kind === "let" || entry.kind === "const" || entry.kind === "var"
        ? "instance"
        : entry.kind;
  const text = entry.signature.split("\n")[0] ?? "";
  const signature = isFunction
    ? text.replace(/^function\s+[^(<]*/, "")
    : text.replace(/^(let|const|var)\s+\S+:\s*/, "");
  return { text: entry.name, type, signature };
}

interface Detail {
  text: string;
  type?: string;
}

async function typesOf(project: CompilerProject, offered: readonly Offered[]): Promise<(string | undefined)[]> {
  const { checker } = project.state;
  const symbols = offered.flatMap((entry) => (entry.symbol ? [entry.symbol] : []));
  if (!symbols.length) return [];
  const types = await checker.getTypeOfSymbol(symbols);
  const texts = await Promise.all(
    types.map((type) => (type ? checker.typeToString(type, undefined, noTruncation) : undefined)),
  );
  let next = 0;
  return offered.map((entry) => (entry.symbol ? texts[next++] : undefined));
}

function detailOf(text: string): Detail {
  const asFunction = functionSignature("", text, "")?.split("\n")[0];
  if (asFunction) return { text: asFunction, type: "function" };
  return text.startsWith("typeof ") ? { text, type: "class" } : { text };
}
