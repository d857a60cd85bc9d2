// Makes a local .ts or .js module into a function that the worker evaluates: imports go through the kernel, exports become
// live getters. Local files are compiled here rather than loaded by Node, so that an edited file is picked up again.
import { type IdentifierNode, JavaScript, runtime } from "./rewrite.js";
import { boundIdentifiers, type Node } from "./syntax-tree.js";
import type { Transpiled } from "./transpile.js";

export interface ModuleCode {
  code: string;
  map: string;
}

export function moduleCode(transpiled: Transpiled, source: string, file: string): ModuleCode {
  const js = new JavaScript(transpiled, file);
  const { text, program, scope } = js;
  const imports: string[] = [];
  /** Exported name → the expression that reads it. */
  const exported = new Map<string, string>();
  const stars: string[] = [];
  let modules = 0;
  const importModule = (specifier: string): string => {
    const module = `$module${modules++}`;
    imports.push(`const ${module} = await ${runtime}.await(${runtime}.import(${JSON.stringify(specifier)}));`);
    return module;
  };
  const local = new Map<string, string>();

  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const module = importModule(statement.source.value);
    for (const specifier of statement.specifiers) local.set(specifier.local.name, importedValue(module, specifier));
    text.remove(statement.start, statement.end);
  }
  for (const variable of scope.variables) {
    const replacement = local.get(variable.name);
    if (replacement === undefined) continue;
    for (const reference of variable.references) {
      const identifier = reference.identifier as unknown as IdentifierNode;
      if (js.parents.get(identifier as unknown as Node)?.type === "ExportSpecifier") continue;
      js.replaceReference(identifier, replacement);
    }
  }
  js.routeThroughRuntime();
  for (const statement of program.body) rewriteExport(statement as Node);

  function rewriteExport(statement: Node): void {
    if (statement.type === "ExportAllDeclaration") {
      const module = importModule(statement.source.value);
      if (statement.exported) exported.set(exportName(statement.exported), module);
      else stars.push(module);
      text.remove(statement.start, statement.end);
    } else if (statement.type === "ExportNamedDeclaration") {
      if (statement.declaration) {
        for (const name of declaredNames(statement.declaration)) exported.set(name, name);
        text.remove(statement.start, statement.declaration.start);
        return;
      }
      const module = statement.source ? importModule(statement.source.value) : null;
      for (const specifier of statement.specifiers) {
        const source = exportName(specifier.local);
        if (!module && exportName(specifier.exported) === "default") nameDefault(source);
        const value = module ? `${module}[${JSON.stringify(source)}]` : (local.get(source) ?? source);
        exported.set(exportName(specifier.exported), value);
      }
      text.remove(statement.start, statement.end);
    } else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      if ((declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") && declaration.id) {
        exported.set("default", declaration.id.name);
        text.remove(statement.start, declaration.start);
      } else {
        exported.set("default", "$default");
        text.overwrite(statement.start, declaration.start, "const $default = ({ default: ");
        text.appendLeft(declaration.end, " }).default;");
      }
    }
  }

  /** `export default () => 1` is a variable `file_default` by now; its value is called "default" all the same. */
  function nameDefault(local: string): void {
    if (!local.endsWith("_default") || source.includes(local)) return;
    for (const statement of program.body) {
      if (statement.type === "ClassDeclaration" && statement.id?.name === local) {
        text.appendLeft(
          statement.body.start + 1,
          ` static { Object.defineProperty(this, "name", { value: "default" }); }`,
        );
      }
      if (statement.type !== "VariableDeclaration") continue;
      for (const { id, init } of statement.declarations)
        if (id.type === "Identifier" && id.name === local && init) js.nameAnonymous(init, "default");
    }
  }

  const getters = [...exported].map(
    ([name, value]) => `${JSON.stringify(name)}: { get: () => ${value}, enumerable: true, configurable: true }`,
  );
  const reexports = stars.map(
    (module) =>
      `for (const key of Object.keys(${module})) if (key !== "default" && !(key in $exports)) ` +
      `Object.defineProperty($exports, key, { get: () => ${module}[key], enumerable: true, configurable: true });`,
  );
  text.prepend(
    `(async function (${runtime}, $exports, $meta) { "use strict"; Object.defineProperties($exports, { ${getters.join(", ")} }); ` +
      `${imports.join(" ")} ${reexports.join(" ")}\n`,
  );
  text.append("\n})");
  return js.finish();
}

type ImportSpecifierNode = Extract<Node, { type: "ImportDeclaration" }>["specifiers"][number];

function importedValue(module: string, specifier: ImportSpecifierNode): string {
  if (specifier.type === "ImportNamespaceSpecifier") return module;
  if (specifier.type === "ImportDefaultSpecifier") return `${module}.default`;
  return `${module}[${JSON.stringify(exportName(specifier.imported))}]`;
}

function exportName(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}

function declaredNames(declaration: Node): string[] {
  if (declaration.type === "VariableDeclaration")
    return declaration.declarations.flatMap((it) => boundIdentifiers(it.id).map((id) => id.name));
  if ((declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") && declaration.id)
    return [declaration.id.name];
  return [];
}
