// Makes a cell's JavaScript into a function whose top-level variables live in boxes, `{ v, n }`, one a variable, so that
// later cells see and replace them while functions of earlier cells follow. Called once a cell, after the type check.

import type { Function as FunctionNode } from "oxc-parser";
import type { Declaration } from "./cell-syntax.js";
import { type IdentifierNode, JavaScript, runtime } from "./rewrite.js";
import { boundIdentifiers, isVarScope, type Node, walk } from "./syntax-tree.js";
import { resultTarget, type Transpiled } from "./transpile.js";

export interface CellCodeInput {
  transpiled: Transpiled;
  count: number;
  declarations: Declaration[];
  /** Whether an earlier cell, or the kernel, holds a variable of this name. */
  isVariable(name: string): boolean;
}

export interface CellCode {
  code: string;
  map: string;
  boxes: string[];
  declares: string[];
}

export function cellCode(input: CellCodeInput): CellCode {
  return new CellWriter(input).write();
}

class CellWriter {
  private readonly js: JavaScript;
  private readonly declared: Set<string>;
  private readonly boxes = new Set<string>();
  /** Statements that run before all others: hoisted variables, imports. */
  private readonly prologue: string[] = [];
  private modules = 0;

  constructor(private readonly input: CellCodeInput) {
    this.js = new JavaScript(input.transpiled, "cell.ts");
    this.declared = new Set(input.declarations.filter((it) => it.value).map((it) => it.name));
  }

  write(): CellCode {
    const { js } = this;
    js.restoreTopLevelNames();
    this.rewriteReferences();
    js.routeThroughRuntime();
    // Before statements are moved or wrapped, since a result keeps its place.
    this.returnResult();
    for (const statement of js.program.body) this.rewriteStatement(statement);
    this.rewriteVars();
    for (const name of this.declared) this.boxes.add(name);
    const boxes = [...this.boxes];
    // Strict mode, as in a module; the first line is ours alone, so that positions in it never matter.
    js.text.prepend(`(async function (${[runtime, ...boxes].join(", ")}) { "use strict"; ${this.prologue.join(" ")}\n`);
    js.text.append("\n})");
    const { code, map } = js.finish();
    return { code, map, boxes, declares: [...this.declared] };
  }

  private box(name: string): string {
    this.boxes.add(name);
    return `${name}.v`;
  }

  private mark(names: readonly string[]): string {
    return `${names.map((name) => `${name}.n = `).join("")}${this.input.count}`;
  }

  private rewriteReferences(): void {
    const { js } = this;
    for (const variable of js.scope.variables) {
      if (!this.declared.has(variable.name)) continue;
      const definitions = new Set<unknown>(variable.identifiers);
      for (const reference of variable.references) {
        // A declaration's own initialisation is rewritten with its statement.
        if (definitions.has(reference.identifier)) continue;
        js.replaceReference(reference.identifier as unknown as IdentifierNode, this.box(variable.name));
      }
    }
    for (const { name, identifier, write } of js.free) {
      if (name === runtime) continue;
      if (this.declared.has(name) || this.input.isVariable(name)) js.replaceReference(identifier, this.box(name));
      else if (!write && !(name in globalThis) && !knownLater.has(name)) {
        const parent = js.parents.get(identifier as unknown as Node);
        if (parent?.type === "UnaryExpression" && parent.operator === "typeof") continue;
        // Without type checks a function may name a variable that only a later cell declares.
        js.replaceReference(identifier, `(${runtime}.lookup(${JSON.stringify(name)}))`);
      }
    }
  }

  private returnResult(): void {
    let body: readonly Node[] = this.js.program.body.filter(
      (statement) => !/^(Import|Export)/.test(statement.type),
    ) as readonly Node[];
    for (;;) {
      const last = body.at(-1);
      // `using` at the top level puts the whole cell into a `try`.
      if (last?.type === "TryStatement") body = last.block.body;
      else {
        if (last?.type !== "ExpressionStatement" || last.expression.type !== "AssignmentExpression") return;
        const { left, right } = last.expression;
        const { text, transpiled } = this.js;
        if (transpiled.code.slice(left.start, left.end) !== resultTarget) return;
        // In a sequence, since a property would give its name to an anonymous function.
        text.overwrite(last.start, right.start, "return { value: (0, ");
        // The statement ends with esbuild's semicolon.
        text.overwrite(right.end, last.end, ") };");
        return;
      }
    }
  }

  private rewriteStatement(statement: Node): void {
    const { text } = this.js;
    switch (statement.type) {
      case "ImportDeclaration":
        this.rewriteImport(statement);
        return;
      case "ExportNamedDeclaration":
        if (statement.source) this.moveToStart(statement, this.importForEffect(statement.source.value));
        else if (statement.declaration) {
          text.remove(statement.start, statement.declaration.start);
          this.rewriteStatement(statement.declaration);
        } else text.remove(statement.start, statement.end);
        return;
      case "ExportAllDeclaration":
        this.moveToStart(statement, this.importForEffect(statement.source.value));
        return;
      case "ExportDefaultDeclaration":
        text.remove(statement.start, statement.declaration.start);
        if ("id" in statement.declaration && statement.declaration.id) this.rewriteStatement(statement.declaration);
        else {
          text.prependRight(statement.declaration.start, "(");
          text.appendLeft(statement.declaration.end, ");");
        }
        return;
      case "FunctionDeclaration":
        if (statement.id && this.declared.has(statement.id.name)) this.hoistFunction(statement, statement.id.name);
        return;
      case "ClassDeclaration":
        if (statement.id && this.declared.has(statement.id.name)) {
          const name = statement.id.name;
          text.prependRight(statement.start, `${this.box(name)} = `);
          text.appendLeft(statement.end, `; ${this.mark([name])};`);
        }
        return;
      case "VariableDeclaration":
        if (statement.kind !== "var") this.rewriteVariables(statement, true);
        return;
    }
  }

  /** The function keeps its name, but not a binding of it that would hide the box. */
  private hoistFunction(statement: FunctionNode, name: string): void {
    const { text } = this.js;
    if (!statement.id) return;
    text.remove(statement.id.start, statement.id.end);
    text.prependRight(statement.start, `${this.box(name)} = ({ ${name}: `);
    text.appendLeft(statement.end, ` }).${name}; ${this.mark([name])};\n`);
    if (statement.start > 0) text.move(statement.start, statement.end, 0);
  }

  /**
   * `var` belongs to the cell wherever it stands outside functions; it exists, undefined, from the cell's start. But what
   * esbuild made a `var` of (enums, namespaces, everything beside a `using`) begins where it stands.
   */
  private rewriteVars(): void {
    const written = new Map(this.input.declarations.map((it) => [it.name, it.kind]));
    const begun = new Set<string>();
    walk(this.js.program, (node) => {
      if (isVarScope(node)) return false;
      if (node.type === "VariableDeclaration" && node.kind === "var") {
        const names = node.declarations.flatMap((it) => boundIdentifiers(it.id)).map((it) => it.name);
        const declared = names.filter((name) => this.declared.has(name));
        if (!declared.length) return undefined;
        const isVar = declared.every((name) => written.get(name) === "var");
        for (const name of declared) {
          if (begun.has(name)) continue;
          begun.add(name);
          if (isVar) this.prologue.push(`${this.box(name)} = void 0; ${this.mark([name])};`);
          // Its initialiser starts from what is there: `(E) => …)(E || {})`.
          else if (written.get(name) === "enum") this.js.text.prependLeft(node.start, `${this.box(name)} = void 0; `);
        }
        this.rewriteVariables(node, !isVar);
      }
      return undefined;
    });
  }

  private rewriteVariables(node: Extract<Node, { type: "VariableDeclaration" }>, mark: boolean): void {
    const { text, parents } = this.js;
    const first = node.declarations[0];
    if (!first || !node.declarations.some((it) => boundIdentifiers(it.id).some((id) => this.declared.has(id.name))))
      return;
    const parent = parents.get(node);
    const inHead = (parent?.type === "ForInStatement" || parent?.type === "ForOfStatement") && parent.left === node;
    text.remove(node.start, first.start);
    for (const declarator of node.declarations) {
      const names = boundIdentifiers(declarator.id);
      for (const name of names) this.rewriteBinding(declarator.id, name);
      if (inHead) continue;
      if (declarator.id.type === "Identifier") {
        const { name } = declarator.id;
        if (declarator.init) this.js.nameAnonymous(declarator.init, name);
        else text.appendLeft(declarator.id.end, mark ? " = void 0" : "");
      } else {
        text.prependRight(declarator.id.start, "(");
        text.appendLeft(declarator.init?.end ?? declarator.end, ")");
      }
      if (mark && names.length) {
        const end = declarator.init?.end ?? declarator.end;
        text.appendLeft(end, `, ${this.mark(names.map((it) => it.name))}`);
      }
    }
  }

  private rewriteBinding(pattern: Node, name: { name: string; start: number; end: number }): void {
    const target = this.box(name.name);
    let shorthand = false;
    walk(pattern, (node) => {
      if (node.type === "Property" && node.shorthand && node.key.start === name.start) shorthand = true;
      if (node.type === "AssignmentPattern" && node.left.start === name.start && node.left.type === "Identifier")
        this.js.nameAnonymous(node.right, name.name);
      return undefined;
    });
    this.js.text.overwrite(name.start, name.end, shorthand ? `${name.name}: ${target}` : target);
  }

  private importForEffect(specifier: string): string {
    return `await ${runtime}.await(${runtime}.import(${JSON.stringify(specifier)}));`;
  }

  /** Imports run before everything else, and an import that fails still points at its own line. */
  private moveToStart(statement: Node, code: string): void {
    this.js.text.overwrite(statement.start, statement.end, `${code}\n`);
    if (statement.start > 0) this.js.text.move(statement.start, statement.end, 0);
  }

  private rewriteImport(statement: Extract<Node, { type: "ImportDeclaration" }>): void {
    const specifier = statement.source.value;
    if (!statement.specifiers.length) {
      this.moveToStart(statement, this.importForEffect(specifier));
      return;
    }
    const module = `$module${this.modules++}`;
    const parts = [`const ${module} = ${this.importForEffect(specifier)}`];
    for (const it of statement.specifiers) {
      const name = it.local.name;
      if (!this.declared.has(name)) continue;
      const value =
        it.type === "ImportNamespaceSpecifier"
          ? module
          : it.type === "ImportDefaultSpecifier"
            ? `${module}.default`
            : `${module}[${JSON.stringify(it.imported.type === "Identifier" ? it.imported.name : it.imported.value)}]`;
      parts.push(`${this.box(name)} = ${value}; ${this.mark([name])};`);
    }
    this.moveToStart(statement, parts.join(" "));
  }
}

/** Names that the worker has and the session has not. */
const knownLater = new Set(["require", "__dirname", "__filename", "arguments", "eval"]);
