// The native TypeScript compiler on a project of virtual files in the notebook's folder: the current cell, what earlier
// cells declared, what they imported. All calls go through one queue, since they share the cell's file.
// Only one file is changed at a time, because the compiler then reuses its program (1 ms instead of 20).
import { existsSync } from "node:fs";
import { join, posix, sep } from "node:path";
import type { API, Checker, Diagnostic, Program, Project, Snapshot } from "typescript/unstable/async";
import type { ReadFile } from "./compiler-connection.js";
import { CompilerProcess } from "./compiler-process.js";
import { CompilerStopped } from "./compiler-stopped.js";
import type { KernelPaths } from "./kernel-paths.js";
import { NotebookPackage } from "./notebook-package.js";

/** What may make the compiler look for other files than the cell's, in the cell's old or new text. */
const mayReadFiles = /\bimport\b|\brequire\b|\bfrom\s*["'`]|\/\/\/|@jsx/;

const emptyCell = "export {}";

export interface ProjectState {
  program: Program;
  checker: Checker;
}

export class CompilerProject {
  readonly cellFile: string;
  readonly cellsFile: string;
  private readonly importsFile: string;
  private readonly configFile: string;
  private readonly notebook: NotebookPackage;
  private readonly files = new Map<string, string>();
  private readonly readFile: ReadFile = (path) => this.files.get(path);
  private compiler: CompilerProcess | undefined;
  /** Counts the pieces of work; their number while one is under way, else undefined. */
  private working: number | undefined;
  private works = 0;
  private snapshot: Snapshot | undefined;
  private project: Project | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Grows when files other than the cells' may have changed. */
  filesRead = 0;
  compilerOptions: Record<string, unknown> = {};

  constructor(
    private readonly directory: string,
    readonly paths: KernelPaths,
  ) {
    const folder = directory.split(sep).join(posix.sep);
    this.notebook = new NotebookPackage(folder);
    const file = (name: string) => folder.concat("/", name);
    this.cellFile = file(".cellgrad-cell.ts");
    this.cellsFile = file(".cellgrad-cells.ts");
    this.importsFile = file(".cellgrad-imports.d.ts");
    this.configFile = file(".cellgrad-tsconfig.json");
  }

  private get api(): API {
    if (!this.compiler) throw new Error("the compiler is not started");
    return this.compiler.api;
  }

  /** Runs `work` when all earlier work is done. It may be run twice, so that what it did the first time must not matter. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(() => this.attempt(work));
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** If the compiler's process ends meanwhile, a fresh one is asked once more: the reader need not notice. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    this.works++;
    this.working = this.works;
    try {
      const first = await this.outcome(work);
      if (!first.isLost) return first.take();
      const second = this.closed || this.compiler?.isAbandoned ? first : await this.outcome(work);
      if (!second.isLost) return second.take();
      // Maybe it is this very text that ends the compiler.
      this.files.set(this.cellFile, emptyCell);
      throw new CompilerStopped();
    } finally {
      this.working = undefined;
    }
  }

  /** What became of `work`; lost where the compiler's process ended, whatever the work made of that. */
  private async outcome<T>(work: () => Promise<T>): Promise<{ isLost: boolean; take(): T }> {
    try {
      await this.start();
      const value = await work();
      return { isLost: !this.compiler?.isAlive, take: () => value };
    } catch (error) {
      const take = () => {
        throw error;
      };
      return { isLost: this.compiler !== undefined && !this.compiler.isAlive, take };
    }
  }

  /** Unless it runs, with the project loaded. */
  private async start(): Promise<void> {
    if (this.closed) throw new CompilerStopped();
    if (!this.compiler?.isAlive) {
      this.compiler = undefined;
      this.project = this.snapshot = undefined;
      const compiler = await CompilerProcess.start(this.directory, this.readFile);
      this.compiler = compiler;
      if (this.closed) await compiler.close();
    }
    if (!this.project) await this.load();
  }

  /** Stop: work that waits for a compiler that is hung fails, and the next gets a fresh one. */
  interrupt(): void {
    const { working } = this;
    if (working !== undefined) this.compiler?.interrupt(() => this.working === working);
  }

  open(cellsText: string, importsText: string): Promise<ProjectState> {
    this.files.set(this.cellFile, emptyCell);
    this.files.set(this.cellsFile, cellsText);
    this.files.set(this.importsFile, importsText);
    return this.exclusive(async () => this.state);
  }

  private async load(): Promise<void> {
    this.filesRead++;
    this.files.set(this.configFile, await this.config());
    this.take(await this.api.updateSnapshot({ openProjects: [this.configFile] }));
  }

  get state(): ProjectState {
    if (!this.project) throw new Error("the compiler's project is not open");
    return { program: this.project.program, checker: this.project.checker };
  }

  /** What `setCell` was given last. */
  get cellText(): string {
    return this.files.get(this.cellFile) ?? "";
  }

  /** How much text the checker holds for all cells. */
  get characters(): number {
    return [...this.files.values()].reduce((sum, text) => sum + text.length, 0);
  }

  setCell(text: string): Promise<ProjectState> {
    if (text !== this.cellText) void this.compiler?.connection.answerAhead({ path: this.cellFile, only: false });
    return this.change([[this.cellFile, text]]);
  }

  /**
   * `setCell`, and then `diagnostics`. All of it is asked at once where that can be: a cell waits for one answer instead of four.
   */
  async check(text: string, semantic: boolean): Promise<readonly Diagnostic[]> {
    const { snapshot, project, cellText } = this;
    const connection = this.compiler?.connection;
    const only = text !== cellText && !mayReadFiles.test(cellText) && !mayReadFiles.test(text);
    if (!connection || !snapshot || !project || !only) {
      await this.setCell(text);
      return this.diagnostics(semantic);
    }
    const sent = connection.answerAhead({ path: this.cellFile, only });
    const changing = this.change([[this.cellFile, text]]);
    await Promise.race([sent, changing]);
    // Snapshots are numbered.
    const expected = snapshot.id + 1;
    const params = { snapshot: expected, project: project.id, file: this.cellFile };
    const ask = (method: string) => connection.sendRequest({ method }, params) as Promise<readonly Diagnostic[]>;
    const asking = Promise.all([ask("getSyntacticDiagnostics"), semantic ? ask("getSemanticDiagnostics") : []]);
    asking.catch(() => undefined);
    await changing;
    if (this.snapshot?.id !== expected) return this.diagnostics(semantic);
    const [syntactic, types] = await asking;
    return syntactic.length ? syntactic : types;
  }

  /** What earlier cells declared, and what they imported; undefined where that did not change. */
  setScope(cells: string | undefined, imports: string | undefined): Promise<ProjectState> {
    const texts: [string, string][] = [];
    if (cells !== undefined) texts.push([this.cellsFile, cells]);
    if (imports !== undefined && imports !== this.files.get(this.importsFile)) {
      // Other imports mean a new program; together with those that the cell itself had, it is one instead of two.
      texts.push([this.importsFile, imports], [this.cellFile, emptyCell]);
    }
    return this.change(texts);
  }

  /** Packages came: look everything up again. */
  async invalidate(): Promise<ProjectState> {
    this.filesRead++;
    return this.take(await this.api.updateSnapshot({ fileChanges: { invalidateAll: true } }));
  }

  async filesChanged(changes: { changed: string[]; created: string[]; deleted: string[] }): Promise<ProjectState> {
    this.filesRead++;
    return this.take(await this.api.updateSnapshot({ fileChanges: changes }));
  }

  /** The folder's tsconfig.json came, changed or went. */
  async reconfigure(): Promise<ProjectState> {
    this.filesRead++;
    this.files.set(this.configFile, await this.config());
    const changed = [this.configFile, join(this.directory, "tsconfig.json").split(sep).join(posix.sep)];
    return this.take(await this.api.updateSnapshot({ fileChanges: { changed } }));
  }

  /** Files of the user that cells import, directly or not. */
  async sourceFiles(): Promise<string[]> {
    const names = await this.state.program.getSourceFileNames();
    const isOwn = (name: string) => this.files.has(name) || name.startsWith(`${this.paths.dist}/`);
    return names.filter((name) => !this.notebook.isForeign(name) && !isOwn(name));
  }

  async diagnostics(semantic: boolean): Promise<readonly Diagnostic[]> {
    const { program } = this.state;
    const [syntactic, types] = await Promise.all([
      program.getSyntacticDiagnostics(this.cellFile),
      semantic ? program.getSemanticDiagnostics(this.cellFile) : [],
    ]);
    return syntactic.length ? syntactic : types;
  }

  async close(): Promise<void> {
    this.closed = true;
    // Requests under way are refused; nobody waits for them any more.
    await this.compiler?.close();
  }

  private async change(texts: [file: string, text: string][]): Promise<ProjectState> {
    const changed: string[] = [];
    for (const [file, text] of texts) {
      if (this.files.get(file) === text) continue;
      this.files.set(file, text);
      changed.push(file);
    }
    return changed.length ? this.take(await this.api.updateSnapshot({ fileChanges: { changed } })) : this.state;
  }

  private take(snapshot: Snapshot): ProjectState {
    const old = this.snapshot;
    this.snapshot = snapshot;
    this.project = snapshot.getProject(this.configFile) ?? snapshot.getProjects()[0];
    // Later: what is asked about the new one goes first.
    if (old) setImmediate(() => void this.release(old));
    return this.state;
  }

  private async release(snapshot: Snapshot): Promise<void> {
    if (!this.closed) await snapshot.dispose().catch(() => undefined);
  }

  /** Ours decides what makes a cell a cell; the folder's own tsconfig.json decides how strict it is. */
  private async config(): Promise<string> {
    const own = join(this.directory, "tsconfig.json");
    const base = existsSync(own) ? "./tsconfig.json" : undefined;
    this.compilerOptions = base ? (await this.api.parseConfigFile(own.split(sep).join(posix.sep))).options : {};
    const { globals } = this.paths;
    const types = Array.isArray(this.compilerOptions["types"]) ? this.compilerOptions["types"] : [];
    return JSON.stringify({
      ...(base ? { extends: base } : {}),
      compilerOptions: {
        target: "esnext",
        lib: globals.lib,
        module: "preserve",
        moduleResolution: "bundler",
        // Below node_modules the compiler takes a package's `"type": "module"` for its files: a global one would be a module.
        moduleDetection: this.notebook.folder ? "legacy" : "auto",
        // And it takes the notebook's JavaScript files for a package's, which it does not read.
        ...(this.notebook.folder && { maxNodeModuleJsDepth: 2 }),
        allowImportingTsExtensions: true,
        resolveJsonModule: true,
        allowUmdGlobalAccess: true,
        allowJs: true,
        checkJs: false,
        noEmit: true,
        composite: false,
        incremental: false,
        declaration: false,
        isolatedModules: false,
        isolatedDeclarations: false,
        verbatimModuleSyntax: false,
        erasableSyntaxOnly: false,
        rootDir: null,
        outDir: null,
        skipLibCheck: true,
        types: [...new Set(["node", ...types])],
        typeRoots: globals.typeRoots.toSpliced(1, 0, join(this.directory, "node_modules", "@types")),
        paths: { ...this.userPaths(), ...this.paths.mapped },
      },
      files: [this.cellFile, this.cellsFile, this.importsFile],
      include: [],
    });
  }

  /** The tsconfig.json's `paths`. */
  userPaths(): Record<string, string[]> {
    const paths = this.compilerOptions["paths"];
    return typeof paths === "object" && paths !== null ? (paths as Record<string, string[]>) : {};
  }
}
