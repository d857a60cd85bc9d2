// Most cells are JavaScript as they stand. For those esbuild, which is another process, has nothing to do: this makes of
// them what it would have made, as far as the code generator relies on it. Used by language.ts for cells that are checked:
// the checker finds what esbuild would have refused.
import type { CellSyntax } from "./cell-syntax.js";
import { type Node, walk } from "./syntax-tree.js";
import { resultTarget, type Transpiled } from "./transpile.js";

/** What may say something in TypeScript that does not show in the type of a node, or that Node 20 does not know. */
const left = /^(TS|Class|Import(?!Expression)|Export|Decorator|Accessor|JSX)/;
/** Statements that may end without a semicolon. Others could then run into what the code generator puts in front. */
const ended = new Set([
  "ExpressionStatement",
  "VariableDeclaration",
  "ReturnStatement",
  "ThrowStatement",
  "BreakStatement",
  "ContinueStatement",
  "DebuggerStatement",
  "DoWhileStatement",
]);
/** What ends with a bracket that an error may point to. */
const closed = /^(Array|Object|Block|Call|New)/;

interface Insertion {
  at: number;
  text: string;
}

/** Undefined where the cell is more than JavaScript. */
export function plainJavaScript(syntax: CellSyntax): Transpiled | undefined {
  const { source } = syntax;
  // Not everything that reads positions takes these for line breaks.
  if (/[\u2028\u2029]|\r(?!\n)/.test(source)) return undefined;
  const insertions: Insertion[] = [];
  const places = new Set<number>();
  let isPlain = true;
  for (const statement of syntax.body) {
    walk(statement as Node, (node, parent) => {
      if (!isTaggedText(node, parent)) places.add(node.start);
      if (closed.test(node.type)) places.add(node.end - 1);
      isPlain &&= !left.test(node.type) && !saysMore(node);
      if (isPlain && ended.has(node.type) && !isLoopHead(node, parent) && source[node.end - 1] !== ";")
        insertions.push({ at: node.end, text: ";" });
      return isPlain;
    });
    if (!isPlain) return undefined;
  }
  const last = syntax.hasResult ? syntax.body.at(-1) : undefined;
  if (last?.type === "ExpressionStatement") {
    insertions.push({ at: last.expression.start, text: `${resultTarget} = (` });
    // In front of the semicolon, where both stand at the same place.
    insertions.unshift({ at: last.expression.end, text: ")" });
  }
  return withInsertions(source, insertions, places);
}

function saysMore(node: Node): boolean {
  const { declare, kind, optional } = node as { declare?: boolean; kind?: string; optional?: boolean };
  if (declare === true) return true;
  if (node.type === "VariableDeclaration") return kind === "using" || kind === "await using";
  // `a?` as a parameter, and `this` as one.
  return node.type === "Identifier" && (optional === true || node.name === "this");
}

/** A tag that is no function is where the tag is. */
function isTaggedText(node: Node, parent: Node | null): boolean {
  if (node.type === "TemplateElement") return true;
  return node.type === "TemplateLiteral" && parent?.type === "TaggedTemplateExpression";
}

/** `for (let i = 0; …)`, `for (const x of …)`. */
function isLoopHead(node: Node, parent: Node | null): boolean {
  return node.type === "VariableDeclaration" && /^For(In|Of)?Statement$/.test(parent?.type ?? "");
}

/** @param places that the map knows: where nodes start or close, and nothing between, so that a call is where its callee is. */
function withInsertions(source: string, insertions: readonly Insertion[], places: ReadonlySet<number>): Transpiled {
  const sorted = [...insertions].sort((a, b) => a.at - b.at);
  const mappings: [number, number, number, number][][] = [];
  let code = "";
  let next = 0;
  let start = 0;
  for (const line of source.split("\n")) {
    const segments: [number, number, number, number][] = [];
    const lineStart = code.length;
    for (let column = 0; column <= line.length; column++) {
      for (let insertion = sorted[next]; insertion?.at === start + column; insertion = sorted[++next]) {
        code += insertion.text;
      }
      if (column === 0 || places.has(start + column))
        segments.push([code.length - lineStart, 0, mappings.length, column]);
      if (column < line.length) code += line[column];
    }
    mappings.push(segments);
    start += line.length + 1;
    code += "\n";
  }
  return { code, map: { version: 3, names: [], sources: ["cell.ts"], mappings } };
}
