// After a cell has passed the check: the types of what it declares, as the scope of later cells keeps them.
import { SymbolFlags } from "typescript/unstable/async";
import type { CellSyntax, Declaration } from "./cell-syntax.js";
import type { CompilerProject } from "./compiler-project.js";
import { type CellScope, cells, importEntry, type ScopeEntry } from "./scope.js";
import { functionSignature, readable, readType, relocate } from "./type-text.js";

/** TypeScript's `NodeBuilderFlags.NoTruncation`. */
export const noTruncation = 1;

export interface DescribedCell {
  count: number;
  entries: ScopeEntry[];
  /** Statements for the cell's namespace, and the declarations that they need before them. */
  header: string;
  statements: string[];
}

const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

export class CellTypes {
  private readonly globals = new Map<string, boolean>();

  constructor(
    private readonly project: CompilerProject,
    private readonly scope: CellScope,
  ) {}

  /** @param offset where the cell's own text begins in the checked file. */
  async describe(
    syntax: CellSyntax,
    { count, number = count }: { count: number; number?: number },
    offset: number,
  ): Promise<DescribedCell> {
    const groups = new Map<string, Declaration[]>();
    for (const declaration of syntax.declarations) {
      const group = groups.get(declaration.name);
      if (group) group.push(declaration);
      else groups.set(declaration.name, [declaration]);
    }
    const flat = [...groups.values()].filter(isPlainValue).map((group) => group[0]);
    const texts = await this.typesOf(
      flat.flatMap((it) => (it ? [it] : [])),
      count,
      offset,
    );
    const entries: ScopeEntry[] = [];
    const statements = new Map<number, string>();
    const retain = (declaration: Declaration): void => {
      const { start, end } = declaration.statement;
      const text = syntax.source.slice(start, end).replace(/^export\s+(default\s+)?/, "");
      const comment = declaration.comment ? `${declaration.comment}\n` : "";
      statements.set(start, `${comment}export ${text}`);
    };
    for (const [name, group] of groups) {
      const first = group[0];
      if (!first) continue;
      const source = group.map((it) => syntax.source.slice(it.statement.start, it.statement.end)).join("\n");
      if (first.kind === "import") {
        entries.push(importEntry(first, { count, number }, source));
        continue;
      }
      const common = {
        name,
        kind: group.find((it) => it.value)?.kind ?? first.kind,
        count,
        number,
        value: group.some((it) => it.value),
        comment: group.map((it) => it.comment).find((it) => it) ?? "",
        source,
      };
      const text = texts.get(name);
      const keyword = first.kind === "let" || first.kind === "var" ? "let" : "const";
      const portable = text === undefined ? undefined : await this.portable(text);
      if (text !== undefined && portable === "inline") {
        entries.push({
          ...common,
          header: `declare ${keyword} ${name}: ${text};`,
          signature: valueSignature(first, text),
        });
      } else if (isPlainValue(group)) {
        // A type that text cannot carry: the declaration itself does, where it can stand in a namespace.
        if (text !== undefined && portable === "namespace")
          statements.set(first.statement.start + statements.size / 1e6, `export declare ${keyword} ${name}: ${text};`);
        else if (standsAlone(syntax, first)) retain(first);
        else statements.set(first.start, `export declare let ${name}: any;`);
        const header =
          first.kind === "function" && portable !== "namespace"
            ? `import ${name} = ${cells}.c${count}.${name};`
            : `declare ${keyword} ${name}: typeof ${cells}.c${count}.${name};`;
        entries.push({ ...common, header, signature: valueSignature(first, text ?? "any") });
      } else {
        for (const declaration of group) retain(declaration);
        const signature = group.map((it) => kindSignature(it, syntax.source)).join("\n");
        entries.push({ ...common, header: `import ${name} = ${cells}.c${count}.${name};`, signature });
      }
    }
    const texts2 = [...statements.entries()].sort((a, b) => a[0] - b[0]).map((it) => it[1]);
    return { count, entries, statements: texts2, header: this.namespaceHeader(texts2, entries, count) };
  }

  /** What the namespace's statements mention: this cell's flattened variables and earlier cells' names. */
  private namespaceHeader(statements: string[], entries: ScopeEntry[], count: number): string {
    const mentioned = new Set(statements.flatMap((text) => text.match(words) ?? []));
    const lines: string[] = [];
    const own = new Map(entries.map((entry) => [entry.name, entry]));
    for (const name of mentioned) {
      const entry = own.get(name) ?? this.scope.get(name);
      // What the namespace itself exports needs no declaration.
      if (entry && !entry.header.includes(`${cells}.c${count}.${name};`)) lines.push(entry.header);
    }
    return lines.join(" ");
  }

  private async typesOf(declarations: Declaration[], count: number, offset: number): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    if (!declarations.length) return texts;
    const { checker, program } = this.project.state;
    const { cellFile, cellsFile } = this.project;
    const place = await program.getSourceFile(cellsFile);
    const symbols = await checker.getSymbolAtPosition(
      cellFile,
      declarations.map((it) => it.start + offset),
    );
    const found = declarations.flatMap((declaration, i) => {
      const symbol = symbols[i];
      return symbol ? [{ declaration, symbol }] : [];
    });
    const types = await checker.getTypeOfSymbol(found.map((it) => it.symbol));
    await Promise.all(
      found.map(async ({ declaration }, i) => {
        const type = types[i];
        if (!type) return;
        const text = await checker.typeToString(type, place, noTruncation);
        texts.set(declaration.name, relocate(text, count));
      }),
    );
    return texts;
  }

  private async portable(text: string): Promise<"inline" | "namespace" | undefined> {
    const names = readType(text);
    if (!names) return undefined;
    for (const name of names.free) if (!(await this.isGlobal(name))) return undefined;
    // Each `unique symbol` is another one: it must be declared once.
    return names.imports || /\bunique symbol\b/.test(text) ? "namespace" : "inline";
  }

  private async isGlobal(name: string): Promise<boolean> {
    if (/^\$(s|tf|imp)$/.test(name)) return true;
    const known = this.globals.get(name);
    if (known !== undefined) return known;
    const meaning = SymbolFlags.Value | SymbolFlags.Type | SymbolFlags.Namespace;
    const location = { document: this.project.cellsFile, position: 0 };
    const symbol = await this.project.state.checker.resolveName(name, meaning, location);
    this.globals.set(name, symbol !== undefined);
    return symbol !== undefined;
  }
}

/** Variables and functions; classes, enums, types and merged declarations keep their text instead. */
function isPlainValue(group: Declaration[]): boolean {
  return group.every((it) => it.kind === "let" || it.kind === "const" || it.kind === "var" || it.kind === "function");
}

function standsAlone(syntax: CellSyntax, declaration: Declaration): boolean {
  const text = syntax.source.slice(declaration.statement.start, declaration.statement.end);
  return (
    /^(export\s+)?(default\s+)?(async\s+)?(let|const|var|function|import)\b/.test(text) && declaration.kind !== "var"
  );
}

function valueSignature(declaration: Declaration, text: string): string {
  const type = readable(text);
  const { name, kind } = declaration;
  if (kind === "function") return functionSignature(name, type) ?? `function ${name}: ${type}`;
  return `${kind} ${name}: ${type}`;
}

function kindSignature(declaration: Declaration, source: string): string {
  const text = source
    .slice(declaration.statement.start, declaration.statement.end)
    .replace(/^export\s+(default\s+)?/, "");
  if (declaration.kind === "type") return text.replace(/\s+/g, " ").slice(0, 500);
  const brace = text.indexOf("{");
  return (brace >= 0 ? text.slice(0, brace) : text).trim();
}
