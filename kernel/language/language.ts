// The compiler as the session sees it: types of all cells, compiled code, completion, documentation. One instance a
// session; it holds what earlier cells declared.
import { statSync } from "node:fs";
import { join } from "node:path";
import { type CellCode, cellCode } from "./cell-code.js";
import { type CellSyntax, readCell } from "./cell-syntax.js";
import { CellTypes, type DescribedCell } from "./cell-types.js";
import type { CompilerProject } from "./compiler-project.js";
import { CompilerStopped } from "./compiler-stopped.js";
import { completeness } from "./completeness.js";
import { complete } from "./completion.js";
import { cellDiagnostics, refusal, syntaxDiagnostics } from "./diagnostics.js";
import { inspect, nameAt } from "./inspection.js";
import { ModuleResolver } from "./module-resolver.js";
import { type StartedCompiler, startCompiler } from "./open-language.js";
import { plainJavaScript } from "./plain-javascript.js";
import { preloadedImports } from "./preloaded.js";
import type {
  CellDiagnostic,
  Compilation,
  CompiledSource,
  Completeness,
  Completion,
  Inspection,
  ModuleResolution,
} from "./results.js";
import type { CellScope } from "./scope.js";
import { type Span, statementsOf } from "./statements.js";
import { transpileCell } from "./transpile.js";

export interface LanguageOptions {
  /** The notebook's folder: where imports and tsconfig.json are looked for. */
  directory: string;
}

export interface CompileOptions {
  /** Unlike that of any other text that is compiled: it tells declarations apart. */
  count: number;
  /** The `n` of `Cell [n]` in tracebacks, if it is not the count. */
  number?: number;
  /** What code frames show, if the source is a part of it; on the same lines. */
  text?: string;
  /** Whether the last expression is the result; true by default. */
  showsResult?: boolean;
}

export interface KnownName {
  name: string;
  kind: string;
  /** The type, or what the declaration says. */
  type: string;
  /** Whether there is a variable of this name, not only a type. */
  value: boolean;
}

export class Language {
  /** Whether type errors stop a cell; syntax errors always do. */
  typecheck = true;
  private readonly scope: CellScope;
  private readonly project: CompilerProject;
  private readonly resolver: ModuleResolver;
  private readonly types: CellTypes;
  /** Reads the types of what the last cell declares: when somebody needs them, since the cell itself doesn't wait for it. */
  private toDescribe: (() => Promise<DescribedCell>) | undefined;
  private described: DescribedCell | undefined;
  private describeTries = 0;
  private describeTimer: NodeJS.Timeout | undefined;
  /** Modification times of the user's own files and of tsconfig.json, as the checker last saw them. */
  private readonly seenFiles = new Map<string, number>();

  private readonly configFile: string;

  private constructor(
    readonly directory: string,
    { project, scope }: StartedCompiler,
  ) {
    this.configFile = join(directory, "tsconfig.json");
    this.project = project;
    this.scope = scope;
    this.resolver = new ModuleResolver(directory, project.paths, () => project.userPaths());
    this.seenFiles.set(this.configFile, modified(this.configFile));
    this.types = new CellTypes(project, scope);
  }

  /** Whatever is asked waits for the compiler; where that can't be started, it says so. A session opens it with openLanguage. */
  static open(options: LanguageOptions, compiler = startCompiler(options)): Language {
    return new Language(options.directory, compiler);
  }

  /** Checks and compiles one cell. Call in order, and `settle` before the next `compile`. */
  compile(source: string, options: CompileOptions): Promise<Compilation> {
    return this.exclusive(async () => {
      const syntax = readCell(source);
      syntax.hasResult &&= options.showsResult !== false;
      const result = await this.compileSyntax(syntax, options);
      if (result.compilation.ok && syntax.declarations.length) {
        const text = this.project.cellText;
        this.toDescribe = async () => {
          // Also where a compiler that was lost took the text with it.
          await this.project.setCell(text);
          return this.types.describe(syntax, options, result.offset);
        };
        this.describeTries = 0;
        // While the cell runs, where that takes a while.
        const describeNow = () => this.exclusive(async () => undefined).catch(() => undefined);
        this.describeTimer = setTimeout(describeNow, shortCellMs);
      }
      return result.compilation;
    });
  }

  /** Before anything else touches the checker the last cell is described. */
  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.project.exclusive(async () => {
      await this.describe();
      return work();
    });
  }

  private async describe(): Promise<void> {
    const { toDescribe } = this;
    if (!toDescribe) return;
    clearTimeout(this.describeTimer);
    this.describeTries++;
    try {
      this.described = await toDescribe();
    } catch (error) {
      // A lost compiler's successor is asked; but what ends every compiler must not do so for ever.
      if (error instanceof CompilerStopped && this.describeTries < describeTriesAtMost) throw error;
      this.described = undefined;
    }
    this.toDescribe = undefined;
  }

  /** Checks and compiles one of `user_expressions`: an expression whose value is the result; declares nothing. */
  compileExpression(source: string): Promise<Compilation> {
    return this.exclusive(async () => {
      const syntax = readCell(source);
      const [statement] = syntax.body;
      if (!syntax.errors.length && (syntax.body.length !== 1 || statement?.type !== "ExpressionStatement")) {
        const message = "invalid user expression; expected a single expression";
        syntax.errors.push({ message, start: 0, end: source.length });
      }
      syntax.hasResult = true;
      return (await this.compileSyntax(syntax, { count: 0 })).compilation;
    });
  }

  private async compileSyntax(
    syntax: CellSyntax,
    { count, number = count, text: written = syntax.source }: CompileOptions,
  ): Promise<{ compilation: Compilation; offset: number }> {
    await this.refreshChangedFiles();
    const declared = new Set(syntax.declarations.map((it) => it.name));
    const { text, offset } = this.checkedText(syntax, declared);
    const checking = this.diagnostics(syntax, text, offset);
    // Made while the checker works: what it says only decides whether the code is used.
    const coding = this.code(syntax, count);
    coding.catch(() => undefined);
    const found = await checking;
    const refuse = (ename: "SyntaxError" | "TypeScriptError", diagnostics: typeof found) => ({
      compilation: refusal(ename, diagnostics, written, number),
      offset,
    });
    if (syntax.errors.length) return refuse("SyntaxError", found.length ? found : syntaxDiagnostics(syntax));
    if (found.length) return refuse("TypeScriptError", found);
    const coded = await coding;
    if ("refused" in coded) {
      const message = coded.refused.split("\n")[1]?.replace(/^cell\.ts:\d+:\d+: ERROR: /, "") ?? coded.refused;
      syntax.errors.push({ message, start: 0, end: 0 });
      return refuse("SyntaxError", syntaxDiagnostics(syntax));
    }
    const cell: CompiledSource = { count, number, source: written, ...coded.code };
    return { compilation: { ok: true, cell }, offset };
  }

  /** The cell as JavaScript, or why there is none. */
  private async code(syntax: CellSyntax, count: number): Promise<{ code: CellCode } | { refused: string }> {
    const { source } = syntax;
    for (const it of syntax.declarations) if (it.aliasOf) it.value &&= this.isValue(it.aliasOf, syntax);
    const last = syntax.hasResult ? syntax.body.at(-1) : undefined;
    const result = last?.type === "ExpressionStatement" ? last.expression : undefined;
    const aliases = syntax.declarations.filter((it) => it.aliasOf && it.value).map((it) => it.name);
    let transpiled = this.typecheck ? plainJavaScript(syntax) : undefined;
    try {
      transpiled ??= await transpileCell(source, result, aliases, {
        experimentalDecorators: this.project.compilerOptions["experimentalDecorators"] === true,
        useDefineForClassFields: this.project.compilerOptions["useDefineForClassFields"] !== false,
      });
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
    const isVariable = (name: string) => this.scope.isVariable(name);
    return { code: cellCode({ transpiled, count, declarations: syntax.declarations, isVariable }) };
  }

  private async diagnostics(syntax: CellSyntax, text: string, offset: number): Promise<CellDiagnostic[]> {
    let found = cellDiagnostics(await this.project.check(text, this.typecheck), syntax, offset);
    // The module may have come since the checker looked for it last.
    if (found.some((it) => it.code === moduleNotFound)) {
      await this.project.invalidate();
      found = cellDiagnostics(await this.project.diagnostics(this.typecheck), syntax, offset);
    }
    if (syntax.identifiers.has("import")) await this.noteFiles();
    return found;
  }

  private isValue(name: string, syntax: CellSyntax): boolean {
    const own = syntax.declarations.filter((it) => it.name === name);
    return own.length ? own.some((it) => it.value) : this.scope.isVariable(name);
  }

  /** Puts a cell before the checker; answers where its own text begins. */
  private async show(syntax: CellSyntax, declared: ReadonlySet<string>, more = ""): Promise<number> {
    const { text, offset } = this.checkedText(syntax, declared, more);
    await this.project.setCell(text);
    return offset;
  }

  private checkedText(syntax: CellSyntax, declared: ReadonlySet<string>, more = ""): { text: string; offset: number } {
    const header = `${this.scope.header(syntax.identifiers, declared)}\n`;
    const names = [...declared].filter((name) => !syntax.exported.has(name));
    // Exported, so that the checker can spell types that the cell declares.
    const footer = syntax.errors.length ? "" : `\nexport { ${names.join(", ")} };${more}`;
    return { text: header + syntax.source + footer, offset: header.length };
  }

  /** The cell has run: what it declared is known to later cells, less the names that it did not reach. */
  async settle(_count: number, outcome: { unassigned: string[] }): Promise<void> {
    await this.exclusive(async () => {
      const { described } = this;
      this.described = undefined;
      if (!described) return;
      const missing = new Set(outcome.unassigned);
      this.scope.retain(described.count, described.header, described.statements);
      for (const entry of described.entries) if (!missing.has(entry.name)) this.scope.set(entry);
      await this.showScope();
    });
  }

  private async showScope(): Promise<void> {
    const { imports, cells } = this.scope.takeChanges();
    await this.project.setScope(
      cells ? this.scope.cellsFile() : undefined,
      imports ? this.scope.importsFile(preloadedImports) : undefined,
    );
  }

  complete(source: string, offset: number): Promise<Completion> {
    return this.exclusive(async () => {
      const syntax = readCell(source);
      const start = await this.show(syntax, new Set(syntax.declarations.map((it) => it.name)));
      return complete(this.project, this.scope, source, offset, start);
    });
  }

  /** Undefined where nothing is known at this position. */
  inspect(source: string, offset: number, detail: 0 | 1): Promise<Inspection | undefined> {
    const at = nameAt(source, offset);
    if (!at) return Promise.resolve(undefined);
    return this.exclusive(async () => {
      const syntax = readCell(source);
      const declared = new Set(syntax.declarations.map((it) => it.name));
      const isMember = /\.\s*$/.test(source.slice(0, at.start)) && !/\.\.\.\s*$/.test(source.slice(0, at.start));
      const entry = isMember || declared.has(at.name) ? undefined : this.scope.get(at.name);
      // A preloaded global is documented where its interface is declared.
      const probe = entry?.count === 0 && entry.kind === "const" ? `\n(null! as $imp.NotebookGlobals).${at.name};` : "";
      const start = await this.show(syntax, declared, probe);
      let position = start + at.start;
      if (probe) {
        const text = this.project.cellText;
        if (text.endsWith(probe)) position = text.length - 1 - at.name.length;
      }
      return inspect({ project: this.project, name: at.name, position, detail, entry });
    });
  }

  /** Where the top-level statements of a text stand; undefined where it does not parse. */
  statements(source: string): Span[] | undefined {
    return statementsOf(source);
  }

  async isComplete(source: string): Promise<Completeness> {
    return completeness(source);
  }

  /** @param from the importing local file, or null for a cell. */
  resolveModule(specifier: string, from: string | null): Promise<ModuleResolution> {
    return this.resolver.resolve(specifier, from);
  }

  /** Packages were installed or files changed: forget what was looked up before. */
  async refresh(): Promise<void> {
    this.resolver.forgetLookups();
    await this.exclusive(() => this.project.invalidate());
  }

  /** Names that cells declared, in order of declaration. */
  names(): KnownName[] {
    return this.scope
      .all()
      .filter((entry) => entry.count > 0)
      .map((entry) => ({
        name: entry.name,
        kind: entry.kind,
        type: entry.signature.replace(/^(let|const|var)\s+\S+:\s*/, ""),
        value: entry.value,
      }));
  }

  /** How much text the checker holds for all cells: it must not grow with the number of plain ones. */
  get characters(): number {
    return this.project.characters;
  }

  /** Forget what cells declared: all, or these names. */
  async forget(names?: string[]): Promise<void> {
    await this.exclusive(async () => {
      this.scope.forget(names);
      await this.showScope();
    });
  }

  /** Stop: what waits for a compiler that is hung fails soon, and the next gets a fresh one. */
  interrupt(): void {
    this.project.interrupt();
  }

  close(): Promise<void> {
    clearTimeout(this.describeTimer);
    return this.project.close();
  }

  private async refreshChangedFiles(): Promise<void> {
    const changes = { changed: [] as string[], created: [] as string[], deleted: [] as string[] };
    for (const [file, before] of this.seenFiles) {
      const now = modified(file);
      if (now === before) continue;
      this.seenFiles.set(file, now);
      changes[before === 0 ? "created" : now === 0 ? "deleted" : "changed"].push(file);
    }
    if (Object.values(changes).flat().includes(this.configFile)) await this.project.reconfigure();
    else if (changes.changed.length || changes.created.length || changes.deleted.length)
      await this.project.filesChanged(changes);
  }

  /** The user's own files that the checker has read: they may change. */
  private async noteFiles(): Promise<void> {
    for (const file of await this.project.sourceFiles())
      if (!this.seenFiles.has(file)) this.seenFiles.set(file, modified(file));
  }
}

const moduleNotFound = 2307;
/** A cell that runs longer is described meanwhile; one that doesn't would only be held up. */
const shortCellMs = 5;
const describeTriesAtMost = 3;

/** Milliseconds; 0 where there is no file. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
