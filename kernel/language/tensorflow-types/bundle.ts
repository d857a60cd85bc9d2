// The declarations of many small modules as one file, which the checker takes in much faster: it builds its tables anew for
// every cell, and 600 modules with 137 augmentations of `Tensor` cost each cell 2 ms, and one that mentions `tf` 4 ms more.
// Each module becomes a namespace of the file; each entry point a small file that exports from there. Called by write.ts.
import { relative, sep } from "node:path";
import { bundledName } from "./bundled-types.js";
import type { DeclarationFile, DeclaredStatement } from "./declaration-file.js";
import { DeclarationGraph, type Target } from "./declaration-graph.js";

/** The file that holds everything, without its extension. */
export const bundleName = "all";
/** What entry points call it. A name that no package exports. */
const root = "$all";

/**
 * @returns text by file name. A package `@scope/name` is name.d.ts, and its module `@scope/name/dist/a` name/dist/a.d.ts,
 * so that an import of either means the same declarations.
 */
export function bundleDeclarations(packages: ReadonlyMap<string, string>): Map<string, string> {
  return new Bundle(packages).write();
}

class Bundle {
  private readonly graph: DeclarationGraph;
  private readonly blocks = new Map<DeclarationFile, string[]>();
  /** Modules that are used as a whole, and so need all their exports in their namespace. */
  private readonly whole = new Set<DeclarationFile>();

  constructor(private readonly packages: ReadonlyMap<string, string>) {
    this.graph = new DeclarationGraph(packages);
  }

  write(): Map<string, string> {
    const entries = [...this.packages.keys()].map((name) => ({ name, file: this.graph.entry(name) }));
    const texts = new Map<string, string>();
    for (const file of this.graph.files) this.blocks.set(file, []);
    for (const file of this.graph.files) {
      this.addStatements(file);
      this.addAugmentations(file);
    }
    for (const { name, file } of entries) texts.set(`${bundledName(name)}.d.ts`, this.entryText(file));
    for (const file of this.graph.files) this.addModule(file, texts);
    // The set grows while it is gone through.
    for (const file of this.whole) this.addReexports(file);
    texts.set(`${bundleName}.d.ts`, this.bundleText());
    return texts;
  }

  private addStatements(file: DeclarationFile): void {
    if (file.statements.length === 0) return;
    const text = file.statements
      .map((statement) => `${comment(file, statement)}export ${this.withoutImports(file, statement.text)}`)
      .join("\n");
    this.add(file, `${this.importsFor(file, file, text)}${text}`);
  }

  private addAugmentations(file: DeclarationFile): void {
    for (const { specifier, text } of file.augmentations) {
      const target = this.graph.module(file, specifier);
      const body = this.withoutImports(file, text);
      this.add(target, `${this.importsFor(file, target, body)}export ${body}`);
    }
  }

  private addReexports(file: DeclarationFile): void {
    const lines: string[] = [];
    for (const name of this.graph.exportedNames(file)) {
      const target = this.graph.find(file, name);
      if (target && (target.file !== file || target.name !== name))
        lines.push(`export import ${name} = ${this.reference(target)};`);
    }
    if (lines.length > 0) this.add(file, lines.join("\n"));
  }

  /**
   * What a user's import finds. Variables, most of it, are declared again: an alias would have to be followed each time
   * that the checker lists the module's members.
   */
  private entryText(file: DeclarationFile): string {
    const lines = [`import * as ${root} from "./${bundleName}.js";`];
    for (const name of this.graph.exportedNames(file)) {
      const target = this.graph.find(file, name);
      if (!target) throw new Error(`${file.path} exports ${name}, which is nowhere`);
      const found = target.file.statements.filter(({ names }) => names.includes(target.name ?? ""));
      const [statement] = found;
      const path = `${root}.${this.reference(target)}`;
      if (found.length !== 1 || !statement?.variable) lines.push(`export import ${name} = ${path};`);
      else if (!statement.variable.isTyped && name === target.name) lines.push(`export declare ${statement.text}`);
      else lines.push(`${comment(target.file, statement)}export declare const ${name}: typeof ${path};`);
    }
    return `${lines.join("\n")}\n`;
  }

  /** A module that is imported by its path inside its package: rare, so its exports are plain aliases. */
  private addModule(file: DeclarationFile, texts: Map<string, string>): void {
    for (const [name, folder] of this.packages) {
      const path = relative(folder, file.path).split(sep).join("/");
      if (path.startsWith("..")) continue;
      const top = "../".repeat(path.split("/").length);
      const lines = [...this.graph.exportedNames(file)].map((exported) => {
        const target = this.graph.find(file, exported);
        return target ? `export import ${exported} = ${root}.${this.reference(target)};` : "";
      });
      texts.set(
        `${bundledName(name)}/${path}`,
        `import * as ${root} from "${top}${bundleName}.js";\n${lines.join("\n")}\nexport {};\n`,
      );
    }
  }

  private bundleText(): string {
    const references = [...new Set(this.graph.files.flatMap((file) => file.references))];
    const namespaces = this.graph.files.flatMap((file) =>
      (this.blocks.get(file) ?? []).map((block) => `export declare namespace ${file.id} {\n${block}\n}`),
    );
    return `${[...references, ...namespaces].join("\n")}\n`;
  }

  /** Aliases for the names that `text` of `file` imports, where it stands in the namespace of `place`. */
  private importsFor(file: DeclarationFile, place: DeclarationFile, text: string): string {
    const words = new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
    const lines: string[] = [];
    for (const [name, elsewhere] of file.imports) {
      if (!words.has(name) || place.locals.has(name)) continue;
      const target = this.graph.follow(file, elsewhere);
      if (target) lines.push(`import ${name} = ${this.reference(target)};\n`);
    }
    return lines.join("");
  }

  /** `import("./tensor").Tensor` becomes a name. */
  private withoutImports(file: DeclarationFile, text: string): string {
    return text.replace(/\bimport\("([^"]+)"\)(?:\.(\w+))?/g, (_, specifier: string, name: string | undefined) => {
      const target = this.graph.follow(file, { specifier, name });
      if (!target) throw new Error(`${file.path} mentions ${name} of ${specifier}, which does not export it`);
      return this.reference(target);
    });
  }

  private reference({ file, name }: Target): string {
    if (name !== undefined) return `${file.id}.${name}`;
    this.whole.add(file);
    return file.id;
  }

  private add(file: DeclarationFile, block: string): void {
    this.blocks.get(file)?.push(block);
  }
}

/** TensorFlow.js documents `function abs_`, and declares `const abs: typeof abs_` for users: that one shows the comment. */
function comment(file: DeclarationFile, { names, comment: own, variable }: DeclaredStatement): string {
  if (own || !variable) return own;
  return file.statements.find((it) => it.names.includes(`${names[0]}_`))?.comment ?? "";
}
