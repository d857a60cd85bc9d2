// One .d.ts file of a package: what it declares, imports, exports and adds to other files. Read by declaration-graph.ts.
// Knows what TensorFlow.js's declarations consist of, and refuses anything else.
import { parseSync } from "oxc-parser";
import type { Node } from "../syntax-tree.js";

/** Something that another file exports: one name, or all of them as a namespace. */
export interface Elsewhere {
  specifier: string;
  /** Undefined: the whole module. */
  name: string | undefined;
}

export interface DeclaredStatement {
  names: string[];
  /** Without `export` and `declare`. */
  text: string;
  /** The comment before it, or an empty string. */
  comment: string;
  /** What is declared, for a statement that declares one variable. */
  variable: { isTyped: boolean } | undefined;
}

export interface Augmentation {
  specifier: string;
  text: string;
}

export class DeclarationFile {
  readonly statements: DeclaredStatement[] = [];
  readonly imports = new Map<string, Elsewhere>();
  /** By exported name: the name in this file, or what another one exports. */
  readonly exports = new Map<string, Elsewhere | string>();
  /** Specifiers of `export * from`. */
  readonly stars: string[] = [];
  readonly augmentations: Augmentation[] = [];
  /** Every module that it mentions. */
  readonly specifiers = new Set<string>();
  /** `/// <reference types="…" />` lines. */
  readonly references: string[];

  constructor(
    readonly path: string,
    /** The namespace that holds its declarations in the bundle. */
    readonly id: string,
    private readonly source: string,
  ) {
    const { program, errors } = parseSync(path, source, { lang: "dts" });
    if (errors[0]) throw this.refusal(errors[0].message);
    for (const statement of program.body) this.read(statement as Node);
    for (const [, specifier = ""] of source.matchAll(/\bimport\("([^"]+)"\)/g)) this.specifiers.add(specifier);
    this.references = source.match(/^\/\/\/ <reference types=.*$/gm) ?? [];
  }

  get locals(): Set<string> {
    return new Set(this.statements.flatMap(({ names }) => names));
  }

  private read(statement: Node): void {
    switch (statement.type) {
      case "ImportDeclaration":
        this.readImport(statement);
        return;
      case "ExportAllDeclaration": {
        const specifier = this.mention(statement.source.value);
        if (!statement.exported) this.stars.push(specifier);
        else this.exports.set(this.nameOf(statement.exported), { specifier, name: undefined });
        return;
      }
      case "ExportNamedDeclaration":
        if (statement.declaration) this.declare(statement, statement.declaration as Node, true);
        else this.readExports(statement);
        return;
      case "ExportDefaultDeclaration":
        // Nothing that is bundled imports one; see DeclarationGraph.find.
        return;
      case "TSModuleDeclaration":
        if (statement.id.type !== "Literal") this.declare(statement, statement, false);
        else this.readAugmentation(this.mention(statement.id.value), statement.body as Node | null);
        return;
      default:
        this.declare(statement, statement, false);
    }
  }

  private readImport(statement: Extract<Node, { type: "ImportDeclaration" }>): void {
    const specifier = this.mention(statement.source.value);
    for (const it of statement.specifiers) {
      const name =
        it.type === "ImportSpecifier"
          ? this.nameOf(it.imported)
          : it.type === "ImportDefaultSpecifier"
            ? "default"
            : undefined;
      this.imports.set(it.local.name, { specifier, name });
    }
  }

  private readExports(statement: Extract<Node, { type: "ExportNamedDeclaration" }>): void {
    const specifier = statement.source ? this.mention(statement.source.value) : undefined;
    for (const { exported, local } of statement.specifiers) {
      const name = this.nameOf(local);
      this.exports.set(this.nameOf(exported), specifier === undefined ? name : { specifier, name });
    }
  }

  private readAugmentation(specifier: string, body: Node | null): void {
    if (body?.type !== "TSModuleBlock") throw this.refusal("a module declaration without a body");
    for (const statement of body.body) {
      if (statement.type !== "TSInterfaceDeclaration") throw this.refusal(`${statement.type} in a module declaration`);
      this.augmentations.push({ specifier, text: this.source.slice(statement.start, statement.end) });
    }
  }

  private declare(statement: Node, declaration: Node, exported: boolean): void {
    const names = this.declaredNames(declaration);
    const text = this.source.slice(declaration.start, declaration.end).replace(/^declare\s+/, "");
    const first = declaration.type === "VariableDeclaration" ? declaration.declarations[0] : undefined;
    const variable = first && names.length === 1 ? { isTyped: first.id.typeAnnotation !== null } : undefined;
    this.statements.push({ names, text, comment: this.commentBefore(statement), variable });
    if (exported) for (const name of names) this.exports.set(name, name);
  }

  private declaredNames(declaration: Node): string[] {
    switch (declaration.type) {
      case "VariableDeclaration":
        return declaration.declarations.map(({ id }) => this.nameOf(id));
      case "TSDeclareFunction":
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
        return [this.nameOf(declaration.id)];
      default:
        throw this.refusal(declaration.type);
    }
  }

  private nameOf(node: object | null): string {
    const { name, type } = (node ?? {}) as { name?: unknown; type?: string };
    if (typeof name !== "string") throw this.refusal(`a ${type ?? "missing name"} where a name is expected`);
    return name;
  }

  private commentBefore(statement: Node): string {
    const before = this.source.slice(0, statement.start);
    const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(before)?.[0] ?? "";
    return comment.includes("@license") ? "" : comment;
  }

  private mention(specifier: unknown): string {
    this.specifiers.add(String(specifier));
    return String(specifier);
  }

  private refusal(what: string): Error {
    return new Error(`invalid declarations; expected what TensorFlow.js consists of: ${what} in ${this.path}`);
  }
}
