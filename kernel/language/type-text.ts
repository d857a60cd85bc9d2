// Types as text. A variable's type is kept as text between cells; this file says whether a text means the same wherever
// it is put, and turns it into what a reader likes to see.
import { parseSync } from "oxc-parser";
import { cells } from "./scope.js";
import { type Node, walk } from "./syntax-tree.js";

export interface TypeNames {
  /** Names that the text takes from around it. */
  free: Set<string>;
  /** It says `import("…")`, which would add to the imports of the file it stands in. */
  imports: boolean;
}

/** Undefined where the text is no type: TypeScript prints some types in words, such as `(Anonymous class)`. */
export function readType(text: string): TypeNames | undefined {
  const parsed = parseSync("type.ts", `type T = ${text};`, { lang: "ts", astType: "ts" });
  if (parsed.errors.length || parsed.program.body.length !== 1) return undefined;
  const names: TypeNames = { free: new Set(), imports: false };
  const bound = new Set<string>();
  walk(parsed.program as Node, (node) => {
    if (node.type === "TSTypeParameter") bound.add(node.name.name);
    if (node.type === "TSMappedType") bound.add(node.key.name);
    if (node.type === "TSImportType") names.imports = true;
    if (node.type === "TSTypeReference") addRoot(node.typeName, names.free);
    if (node.type === "TSTypeQuery" && node.exprName.type !== "TSImportType") addRoot(node.exprName, names.free);
    return undefined;
  });
  for (const name of bound) names.free.delete(name);
  return names;
}

function addRoot(node: Node, names: Set<string>): void {
  let root = node;
  while (root.type === "TSQualifiedName") root = root.left;
  if (root.type === "Identifier") names.add(root.name);
}

/** Declarations of the cell being checked are spelled as later cells will find them. */
export function relocate(text: string, count: number): string {
  return text.replace(/import\("[^"]*\.cellgrad-cell(?:\.[a-z]+)?"\)\./g, `${cells}.c${count}.`);
}

/** Without the names that only the kernel knows. */
export function readable(text: string): string {
  return text
    .replace(/\$s\.c\d+\./g, "")
    .replace(/\$tf\./g, "tf.")
    .replace(/\$imp\.(?:c\d+\$)?/g, "")
    .replace(/import\("[^"]*"\)\./g, "")
    .replace(/\$m\d+\./g, "");
}

/** `(a: number) => string` as `function name(a: number): string`, one line an overload; undefined if it is no function. */
export function functionSignature(name: string, text: string, keyword = "function "): string | undefined {
  const overloads = text.startsWith("{") ? callSignatures(text) : [text];
  const lines: string[] = [];
  for (const overload of overloads) {
    const arrow = topLevelArrow(overload);
    if (arrow >= 0)
      lines.push(`${keyword}${name}${overload.slice(0, arrow).trim()}: ${overload.slice(arrow + 2).trim()}`);
    else if (/^[(<]/.test(overload)) lines.push(`${keyword}${name}${overload}`);
    else return undefined;
  }
  return lines.length ? lines.join("\n") : undefined;
}

/** `{ (a: string): void; (b: number): void; }` → its call signatures; none if it has other members. */
function callSignatures(text: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "{" || char === "(" || char === "[") depth++;
    else if (char === "}" || char === ")" || char === "]") depth--;
    else if (char === ";" && depth === 1) {
      members.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return members.every((member) => /^[(<]/.test(member)) ? members : [];
}

/** The `=>` that belongs to the whole type, or -1. */
function topLevelArrow(text: string): number {
  if (!/^[(<]/.test(text)) return -1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "(" || char === "{" || char === "[" || char === "<") depth++;
    else if (char === "=" && text[i + 1] === ">") {
      if (depth === 0) return i;
      i++;
    } else if (char === ")" || char === "}" || char === "]" || char === ">") depth--;
  }
  return -1;
}
