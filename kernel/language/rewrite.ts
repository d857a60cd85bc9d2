// What cells and local modules have in common when their JavaScript is rewritten: the parsed program with its scopes, and
// the edits that both need (imports go through the kernel, every await can be broken by Stop).

import remapping from "@jridgewell/remapping";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { analyze, type Scope } from "eslint-scope";
import MagicString from "magic-string";
import { type Program, parseSync } from "oxc-parser";
import { type Node, walk } from "./syntax-tree.js";
import type { Transpiled } from "./transpile.js";

/** The name under which generated code reaches the kernel's runtime. */
export const runtime = "$cellgrad";

export interface IdentifierNode {
  type: "Identifier";
  name: string;
  start: number;
  end: number;
}

export class JavaScript {
  readonly program: Program;
  readonly text: MagicString;
  readonly parents = new Map<Node, Node | null>();
  /** The scope of top-level declarations. */
  readonly scope: Scope;
  /** References that no declaration in this text answers. */
  readonly free: { name: string; identifier: IdentifierNode; write: boolean }[];

  /** Names as written, by the position of the identifiers that esbuild renamed. */
  private readonly renamed: ReadonlyMap<number, string>;

  constructor(
    readonly transpiled: Transpiled,
    readonly file: string,
  ) {
    const parsed = parseSync("cell.mjs", transpiled.code, { lang: "js", sourceType: "module", range: true });
    this.program = parsed.program;
    this.text = new MagicString(transpiled.code);
    walk(this.program, (node, parent) => {
      this.parents.set(node, parent);
      return undefined;
    });
    const manager = analyze(this.program as unknown as Parameters<typeof analyze>[0], {
      ecmaVersion: 2025,
      sourceType: "module",
    });
    const global = manager.globalScope;
    const scope = global?.childScopes[0];
    if (!global || !scope) throw new Error("the scope analysis found no module scope");
    this.scope = scope;
    // It may stand at the very start only, where other text will be.
    const { hashbang } = this.program;
    if (hashbang) this.text.remove(hashbang.start, hashbang.end);
    this.renamed = renamedIdentifiers(transpiled);
    this.restoreNames(scope.childScopes);
    this.free = global.through.map((reference) => ({
      name: (reference.identifier as unknown as IdentifierNode).name,
      identifier: reference.identifier as unknown as IdentifierNode,
      write: reference.isWrite(),
    }));
  }

  /** esbuild calls a local function `f` `f2` where a global `f` is about: that shows in its `name` and in tracebacks. */
  private restoreNames(scopes: Scope[]): void {
    if (!this.renamed.size) return;
    const restored = new Set<number>();
    const visit = (scope: Scope): void => {
      for (const variable of scope.variables) {
        const definition = variable.defs[0];
        if (definition?.type !== "FunctionName" && definition?.type !== "ClassName") continue;
        const name = this.renamed.get((definition.name as unknown as IdentifierNode).start);
        if (!name) continue;
        const places = [...variable.identifiers, ...variable.references.map((it) => it.identifier)];
        for (const place of places as unknown as IdentifierNode[]) {
          if (restored.has(place.start)) continue;
          restored.add(place.start);
          this.text.overwrite(place.start, place.end, name);
        }
      }
      for (const child of scope.childScopes) visit(child);
    };
    for (const scope of scopes) visit(scope);
  }

  /** `require` and `Promise` are names that esbuild keeps for itself; a cell may declare them. */
  restoreTopLevelNames(): void {
    if (!this.renamed.size) return;
    for (const variable of this.scope.variables) {
      const [first] = variable.identifiers as unknown as IdentifierNode[];
      const name = first && this.renamed.get(first.start);
      if (!name) continue;
      variable.name = name;
      for (const identifier of variable.identifiers) identifier.name = name;
      for (const reference of variable.references) reference.identifier.name = name;
    }
  }

  /** Replaces one reference by an expression, minding shorthand properties and the `this` of calls. */
  replaceReference(identifier: IdentifierNode, expression: string): void {
    const node = identifier as unknown as Node;
    const parent = this.parents.get(node) ?? null;
    const { start, end } = identifier;
    if (
      (parent?.type === "AssignmentExpression" && /^(=|\|\|=|&&=|\?\?=)$/.test(parent.operator)) ||
      parent?.type === "AssignmentPattern"
    ) {
      if (parent.left === node) this.nameAnonymous(parent.right, identifier.name);
    }
    if (this.isShorthand(node)) this.text.overwrite(start, end, `${identifier.name}: ${expression}`);
    else if (parent?.type === "CallExpression" && parent.callee === node)
      this.text.overwrite(start, end, `(0, ${expression})`);
    else if (parent?.type === "TaggedTemplateExpression" && parent.tag === node)
      this.text.overwrite(start, end, `(0, ${expression})`);
    else this.text.overwrite(start, end, expression);
  }

  /** `f = () => 1` names its function "f"; an assignment to a box's member does not, so it is named here. */
  nameAnonymous(value: Node, name: string): void {
    let inner = value;
    while (inner.type === "ParenthesizedExpression") inner = inner.expression;
    const anonymous =
      inner.type === "ArrowFunctionExpression" ||
      ((inner.type === "FunctionExpression" || inner.type === "ClassExpression") && !inner.id);
    if (!anonymous) return;
    this.text.prependRight(inner.start, `({ ${name}: `);
    this.text.appendLeft(inner.end, ` }).${name}`);
  }

  private isShorthand(node: Node): boolean {
    const parent = this.parents.get(node);
    if (!parent) return false;
    if (parent.type === "Property") return parent.shorthand && parent.value === node;
    if (parent.type === "AssignmentPattern" && parent.left === node) {
      const property = this.parents.get(parent);
      return property?.type === "Property" && property.shorthand && property.value === parent;
    }
    return false;
  }

  /** `import()`, `import.meta`, `await`, `for await` and `throw` go through the runtime. */
  routeThroughRuntime(): void {
    const { text } = this;
    walk(this.program, (node) => {
      switch (node.type) {
        case "ImportExpression":
          text.overwrite(node.start, node.start + "import".length, `${runtime}.import`, { contentOnly: true });
          break;
        case "MetaProperty":
          if (node.meta.name === "import")
            text.overwrite(node.start, node.end, `${runtime}.meta`, { contentOnly: true });
          break;
        case "AwaitExpression":
          text.appendRight(node.argument.start, `${runtime}.await(`);
          text.prependLeft(node.argument.end, ")");
          break;
        case "ThrowStatement":
          // A new error knows its place.
          if (node.argument.type === "NewExpression") break;
          // In parentheses of its own, since it may be a sequence.
          text.appendRight(node.argument.start, `${runtime}.thrown((`);
          text.prependLeft(node.argument.end, "))");
          break;
        case "ForOfStatement":
          if (node.await) {
            text.appendRight(node.right.start, `${runtime}.asyncIterable(`);
            text.prependLeft(node.right.end, ")");
          }
          break;
      }
      return undefined;
    });
  }

  /** The final text and its map to the TypeScript that the user wrote. */
  finish(): { code: string; map: string } {
    const rewritten = this.text.generateMap({ hires: "boundary", source: "rewritten" });
    const map = remapping([rewritten.toString(), this.transpiled.map], () => null, { excludeContent: true });
    return { code: this.text.toString(), map: map.toString() };
  }
}

function renamedIdentifiers(transpiled: Transpiled): ReadonlyMap<number, string> {
  const renamed = new Map<number, string>();
  const map = new TraceMap(transpiled.map);
  if (!map.names.length) return renamed;
  const lines = lineStarts(transpiled.code);
  for (const [line, segments] of decodedMappings(map).entries()) {
    for (const [column, , , , name] of segments)
      if (name !== undefined) renamed.set((lines[line] ?? 0) + column, map.names[name] ?? "");
  }
  return renamed;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
