// What a cell's text declares, imports and ends with, read off its syntax tree. The checker's header, the scope of later
// cells and the code generator all start from this.
import { type Comment, parseSync, type Statement } from "oxc-parser";
import { boundIdentifiers, isVarScope, type Node, walk } from "./syntax-tree.js";

export type DeclarationKind =
  | "let"
  | "const"
  | "var"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "interface"
  | "type"
  | "import";

/** One name that a cell declares at its top level. A function's overloads or merged interfaces give one each. */
export interface Declaration {
  name: string;
  kind: DeclarationKind;
  /** Where the name stands. */
  start: number;
  end: number;
  /** The statement that declares it. */
  statement: { start: number; end: number };
  /** Whether something of this name exists when the code runs. */
  value: boolean;
  /** The JSDoc comment before the statement, as written; "" where there is none. */
  comment: string;
  /** For `import X = A.B`: `A`. It is a value if `A` is one. */
  aliasOf?: string;
  /** For imports: what is imported. */
  imported?: { specifier: string; name: "default" | "*" | "=" | string; typeOnly: boolean; attributes: string };
}

export interface CellSyntax {
  source: string;
  errors: { message: string; start: number; end: number }[];
  declarations: Declaration[];
  /** Every identifier in the text, wherever it stands: more than the names used, never fewer. */
  identifiers: Set<string>;
  /** The last statement is an expression whose value is shown. */
  hasResult: boolean;
  /** `export { … }` lists and the like, which later text must not repeat. */
  exported: Set<string>;
  body: readonly Statement[];
}

const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

export function readCell(source: string): CellSyntax {
  const parsed = parseSync("cell.ts", source, { lang: "ts", sourceType: "module", astType: "ts" });
  const errors = parsed.errors
    .filter((error) => error.severity === "Error")
    .map((error) => {
      const label = error.labels[0];
      return { message: error.message, start: label?.start ?? source.length, end: label?.end ?? source.length };
    });
  const syntax: CellSyntax = {
    source,
    errors,
    declarations: [],
    identifiers: new Set(source.match(words) ?? []),
    hasResult: false,
    exported: new Set(),
    body: parsed.program.body as readonly Statement[],
  };
  const comments = parsed.comments.filter((comment) => comment.type === "Block" && comment.value.startsWith("*"));
  for (const statement of syntax.body) readStatement(statement, syntax, comments);
  const last = syntax.body.at(-1);
  syntax.hasResult =
    last?.type === "ExpressionStatement" && source[last.end - 1] !== ";" && last.directive !== "use strict";
  return syntax;
}

function commentBefore(statement: Node, source: string, comments: Comment[]): string {
  for (let i = comments.length - 1; i >= 0; i--) {
    const comment = comments[i];
    if (!comment || comment.end > statement.start) continue;
    return /^\s*$/.test(source.slice(comment.end, statement.start)) ? source.slice(comment.start, comment.end) : "";
  }
  return "";
}

function readStatement(statement: Statement, syntax: CellSyntax, comments: Comment[]): void {
  const comment = commentBefore(statement, syntax.source, comments);
  const declare = (
    name: { name: string; start: number; end: number },
    kind: DeclarationKind,
    value: boolean,
    imported?: Declaration["imported"],
  ): void => {
    syntax.declarations.push({
      name: name.name,
      kind,
      start: name.start,
      end: name.end,
      statement: { start: statement.start, end: statement.end },
      value,
      comment,
      ...(imported ? { imported } : {}),
    });
  };
  const outer = statement;
  let inner: Node = statement;
  if (inner.type === "ExportNamedDeclaration") {
    for (const specifier of inner.specifiers) {
      if (specifier.exported.type === "Identifier") syntax.exported.add(specifier.exported.name);
    }
    if (!inner.declaration) return;
    inner = inner.declaration;
  } else if (inner.type === "ExportDefaultDeclaration") {
    syntax.exported.add("default");
    inner = inner.declaration;
  }
  const exported = inner !== outer && outer.type === "ExportNamedDeclaration";
  const before = syntax.declarations.length;
  readDeclaration(inner, syntax, declare);
  if (exported) for (const added of syntax.declarations.slice(before)) syntax.exported.add(added.name);
}

type Declare = (
  name: { name: string; start: number; end: number },
  kind: DeclarationKind,
  value: boolean,
  imported?: Declaration["imported"],
) => void;

function readDeclaration(node: Node, syntax: CellSyntax, declare: Declare): void {
  switch (node.type) {
    case "VariableDeclaration": {
      const kind = node.kind === "let" || node.kind === "var" ? node.kind : "const";
      for (const declarator of node.declarations) {
        for (const name of boundIdentifiers(declarator.id)) declare(name, kind, !node.declare);
      }
      return;
    }
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      if (node.id) declare(node.id, "function", node.type === "FunctionDeclaration");
      return;
    case "ClassDeclaration":
      if (node.id) declare(node.id, "class", !node.declare);
      return;
    case "TSEnumDeclaration":
      declare(node.id, "enum", !node.declare);
      return;
    case "TSModuleDeclaration":
      if (node.id.type === "Identifier") declare(node.id, "namespace", !node.declare && hasValues(node));
      else {
        const root = rootOf(node.id);
        if (root) declare(root, "namespace", !node.declare && hasValues(node));
      }
      return;
    case "TSInterfaceDeclaration":
      declare(node.id, "interface", false);
      return;
    case "TSTypeAliasDeclaration":
      declare(node.id, "type", false);
      return;
    case "ImportDeclaration": {
      const attributes = node.attributes.length
        ? syntax.source.slice(node.source.end, node.end).replace(/;\s*$/, "")
        : "";
      for (const specifier of node.specifiers) {
        const typeOnly =
          node.importKind === "type" || (specifier.type === "ImportSpecifier" && specifier.importKind === "type");
        const name =
          specifier.type === "ImportDefaultSpecifier"
            ? "default"
            : specifier.type === "ImportNamespaceSpecifier"
              ? "*"
              : specifier.imported.type === "Identifier"
                ? specifier.imported.name
                : String(specifier.imported.value);
        declare(specifier.local, "import", !typeOnly, { specifier: node.source.value, name, typeOnly, attributes });
      }
      return;
    }
    case "TSImportEqualsDeclaration": {
      const typeOnly = node.importKind === "type";
      if (node.moduleReference.type === "TSExternalModuleReference") {
        const specifier = node.moduleReference.expression.value;
        declare(node.id, "import", !typeOnly, { specifier, name: "=", typeOnly, attributes: "" });
      } else {
        // It may mean a value, a type and a namespace: its text lives on.
        declare(node.id, "namespace", !typeOnly);
        const declaration = syntax.declarations.at(-1);
        const root = rootOf(node.moduleReference);
        if (declaration && root) declaration.aliasOf = root.name;
      }
      return;
    }
    default:
      // `var` inside blocks and loops belongs to the cell.
      walk(node, (inside) => {
        if (isVarScope(inside)) return false;
        if (inside.type === "VariableDeclaration" && inside.kind === "var") {
          for (const declarator of inside.declarations) {
            for (const name of boundIdentifiers(declarator.id)) declare(name, "var", true);
          }
        }
        return undefined;
      });
  }
}

/** The `A` of `A.B.C`. */
function rootOf(name: Node): { name: string; start: number; end: number } | undefined {
  let root = name;
  while (root.type === "TSQualifiedName") root = root.left;
  return root.type === "Identifier" ? root : undefined;
}

/** A namespace of types only leaves nothing behind when it runs. */
function hasValues(namespace: Node): boolean {
  let found = false;
  walk(namespace, (node) => {
    if (
      node !== namespace &&
      /^(VariableDeclaration|FunctionDeclaration|ClassDeclaration|TSEnumDeclaration|ExpressionStatement|TSImportEqualsDeclaration)$/.test(
        node.type,
      )
    ) {
      found = true;
    }
    return !found && !isVarScopeBody(node, namespace);
  });
  return found;
}

function isVarScopeBody(node: Node, root: Node): boolean {
  return node !== root && (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration");
}
