// What a name means: its signature, its documentation, its source. Shown on Shift-Tab and by `?name`.
import { type Checker, type Symbol as CheckerSymbol, SymbolFlags } from "typescript/unstable/async";
import { noTruncation } from "./cell-types.js";
import type { CompilerProject } from "./compiler-project.js";
import type { Inspection } from "./results.js";
import type { ScopeEntry } from "./scope.js";
import { functionSignature, readable } from "./type-text.js";

const nameBefore = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const nameAfter = /^[\p{ID_Continue}$]*/u;

/** The name at the cursor; else, inside a call's parentheses, the name of what is called. */
export function nameAt(source: string, cursor: number): { name: string; start: number; end: number } | undefined {
  const after = nameAfter.exec(source.slice(cursor))?.[0] ?? "";
  const before = nameBefore.exec(source.slice(0, cursor))?.[0] ?? "";
  if (before + after !== "") {
    const start = cursor - before.length;
    if (nameBefore.test(before + after)) return { name: before + after, start, end: cursor + after.length };
  }
  let depth = 0;
  for (let i = cursor - 1; i >= 0; i--) {
    const char = source[i] ?? "";
    if (")]}".includes(char)) depth++;
    else if ("([{".includes(char)) {
      if (depth === 0) {
        if (char !== "(") continue;
        // Type arguments may stand between the name and the parenthesis.
        const callee = source
          .slice(0, i)
          .replace(/<[^<>()]*>\s*$/, "")
          .trimEnd();
        const name = nameBefore.exec(callee)?.[0];
        return name ? { name, start: callee.length - name.length, end: callee.length } : undefined;
      }
      depth--;
    }
  }
  return undefined;
}

export interface InspectionRequest {
  project: CompilerProject;
  name: string;
  /** Position of the name in the checked file. */
  position: number;
  detail: 0 | 1;
  /** The earlier cell's declaration, where the name means one. */
  entry: ScopeEntry | undefined;
}

export async function inspect(request: InspectionRequest): Promise<Inspection | undefined> {
  const { project, name, entry } = request;
  const { checker } = project.state;
  const found = await checker.getSymbolAtPosition(project.cellFile, request.position);
  if (!found && !entry) return undefined;
  const symbol = found && found.flags & SymbolFlags.Alias ? await aliased(checker, found) : found;
  const inspection: Inspection = {
    name,
    signature:
      entry && entry.kind !== "import" && entry.count > 0
        ? entry.signature
        : symbol
          ? await signature(checker, symbol, name)
          : "",
    documentation: "",
  };
  if (symbol) inspection.documentation = await documentation(checker, symbol);
  if (!inspection.documentation && entry?.comment) inspection.documentation = commentText(entry.comment);
  if (request.detail === 1) {
    if (entry && entry.count > 0 && entry.kind !== "import") {
      inspection.source = entry.source;
      inspection.location = `Cell [${entry.number}]`;
    } else if (symbol) Object.assign(inspection, await declarationSource(symbol));
  }
  return inspection;
}

async function aliased(checker: Checker, symbol: CheckerSymbol): Promise<CheckerSymbol> {
  const target = await checker.getAliasedSymbol(symbol);
  return (await checker.isUnknownSymbol(target)) ? symbol : target;
}

async function signature(checker: Checker, symbol: CheckerSymbol, name: string): Promise<string> {
  const { flags } = symbol;
  if (flags & SymbolFlags.Interface && !(flags & SymbolFlags.Value)) return `interface ${name}`;
  if (flags & SymbolFlags.TypeAlias) {
    const text = await checker.typeToString(
      await checker.getDeclaredTypeOfSymbol(symbol),
      undefined,
      noTruncation | 8388608,
    );
    return readable(`type ${name} = ${text}`);
  }
  if (flags & SymbolFlags.Class) return classSignature(symbol, name);
  if (flags & SymbolFlags.Enum) return `enum ${name}`;
  if (flags & SymbolFlags.Module && !(flags & (SymbolFlags.Function | SymbolFlags.Variable)))
    return `namespace ${name}`;
  const type = await checker.getTypeOfSymbol(symbol);
  if (!type) return name;
  const text = readable(await checker.typeToString(type, undefined, noTruncation));
  const method = flags & SymbolFlags.Method;
  const asFunction = functionSignature(name, text, method ? "" : "function ");
  if (asFunction && flags & (SymbolFlags.Function | SymbolFlags.Method)) return asFunction;
  const kind =
    flags & SymbolFlags.Property || flags & SymbolFlags.Accessor
      ? "(property) "
      : flags & SymbolFlags.BlockScopedVariable
        ? "const "
        : "var ";
  return `${kind}${name}: ${text}`;
}

async function classSignature(symbol: CheckerSymbol, name: string): Promise<string> {
  const source = await declarationSource(symbol);
  const text = (source.source ?? "").replace(/^(\s*\/\*[\s\S]*?\*\/)+\s*/, "");
  const head = /^[\s\S]*?\{/
    .exec(text)?.[0]
    ?.replace(/\s*\{$/, "")
    .replace(/^export\s+|declare\s+/g, "");
  const constructors = text.match(/^\s*constructor\s*\([^;{]*/gm) ?? [];
  return [head ?? `class ${name}`, ...constructors.map((it) => `  ${it.trim()}`)].join("\n");
}

async function documentation(checker: Checker, symbol: CheckerSymbol): Promise<string> {
  const [text, tags] = await Promise.all([symbol.getDocumentationComment(checker), symbol.getJsDocTags(checker)]);
  const lines = tags.map((tag) => {
    const content = (tag.text ?? "").trim();
    const parameter = tag.name === "param" ? /^(\S+)\s*-?\s*([\s\S]*)$/.exec(content) : null;
    if (parameter) return `@param \`${parameter[1]}\` ${parameter[2] ? `— ${parameter[2]}` : ""}`.trimEnd();
    return tag.name === "example"
      ? `@example\n${/```/.test(content) ? content : `\`\`\`ts\n${content}\n\`\`\``}`
      : `@${tag.name} ${content}`.trimEnd();
  });
  return [text.trim(), lines.join("\n\n")].filter((it) => it).join("\n\n");
}

function commentText(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}

async function declarationSource(symbol: CheckerSymbol): Promise<{ source?: string; location?: string }> {
  const handle = symbol.valueDeclaration ?? symbol.declarations[0];
  const node = await handle?.resolve();
  if (!handle || !node) return {};
  const file = node.getSourceFile();
  // A variable's declaration is its statement's declarator; the keyword before it is worth having.
  return { source: file.text.slice(node.pos, node.end).trim().slice(0, 20_000), location: file.fileName };
}
