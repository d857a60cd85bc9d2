// Walking of oxc's ESTree, for everything in this folder that looks into code. Nodes are typed by oxc; a walk sees them
// through `AnyNode`, since it goes by the parser's own table of child keys.
import { type Node, visitorKeys } from "oxc-parser";

export type { Node };

/** Calls `enter(node, parent)` for each node, parents first; `false` skips the node's children. */
export function walk(root: Node, enter: (node: Node, parent: Node | null) => boolean | undefined): void {
  const visit = (node: Node, parent: Node | null): void => {
    if (enter(node, parent) === false) return;
    for (const key of visitorKeys[node.type] ?? []) {
      const child: unknown = (node as unknown as Record<string, unknown>)[key];
      if (Array.isArray(child)) {
        for (const item of child) if (isNode(item)) visit(item, node);
      } else if (isNode(child)) visit(child, node);
    }
  };
  visit(root, null);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** The names that a binding or assignment pattern binds, with their identifiers. */
export function boundIdentifiers(pattern: Node): { name: string; start: number; end: number }[] {
  switch (pattern.type) {
    case "Identifier":
      return [{ name: pattern.name, start: pattern.start, end: pattern.end }];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundIdentifiers(property.type === "Property" ? property.value : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? boundIdentifiers(element) : []));
    case "AssignmentPattern":
      return boundIdentifiers(pattern.left);
    case "RestElement":
      return boundIdentifiers(pattern.argument);
    default:
      return [];
  }
}

/** Whether `var` declarations inside this node belong to it, not to the code around. */
export function isVarScope(node: Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression" ||
    node.type === "ClassBody" ||
    node.type === "StaticBlock" ||
    node.type === "TSModuleBlock"
  );
}
