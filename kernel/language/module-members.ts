// Types of the members of modules (`tf.`, `ml.`, an imported package), as completion shows them. A module is the same in
// every cell, and to ask for its members' symbols takes longer than to list their names: they are read once. Used by
// completion.ts.
import { type Checker, SymbolFlags, type Type } from "typescript/unstable/async";
import { noTruncation } from "./cell-types.js";
import type { CompilerProject } from "./compiler-project.js";

/** Type texts by member; undefined for what is no value. */
type MemberTypes = Map<string, string | undefined>;

const known = new WeakMap<CompilerProject, { filesRead: number; modules: Map<string, MemberTypes> }>();

export interface ModuleMembers {
  /** The types of these members, in their order. */
  types(names: readonly string[]): Promise<(string | undefined)[]>;
}

/** The module that the expression before a dot names, or undefined where it is none. @param position of its last character. */
export async function moduleAt(project: CompilerProject, position: number): Promise<ModuleMembers | undefined> {
  const { checker } = project.state;
  const type = await checker.getTypeAtPosition(project.cellFile, position);
  const symbol = await type?.getSymbol();
  if (!type || !symbol || !(symbol.flags & SymbolFlags.ValueModule)) return undefined;
  const files: string[] = symbol.declarations.map(({ path }) => path);
  // What cells declare or add changes with every cell.
  if (files.length === 0 || files.includes(project.cellFile) || files.includes(project.cellsFile)) return undefined;
  const types = membersOf(project, `${files.join()}\n${symbol.name}`);
  return { types: (names) => read(checker, type, types, names) };
}

function membersOf(project: CompilerProject, module: string): MemberTypes {
  let entry = known.get(project);
  if (entry?.filesRead !== project.filesRead) {
    entry = { filesRead: project.filesRead, modules: new Map() };
    known.set(project, entry);
  }
  let types = entry.modules.get(module);
  if (!types) {
    types = new Map();
    entry.modules.set(module, types);
  }
  return types;
}

async function read(
  checker: Checker,
  type: Type,
  types: MemberTypes,
  names: readonly string[],
): Promise<(string | undefined)[]> {
  const unknown = names.filter((name) => !types.has(name));
  const symbols = await Promise.all(unknown.map((name) => checker.getPropertyOfType(type, name)));
  const found = symbols.flatMap((symbol, i) => (symbol ? [{ symbol, name: unknown[i] ?? "" }] : []));
  const foundTypes = found.length > 0 ? await checker.getTypeOfSymbol(found.map(({ symbol }) => symbol)) : [];
  const texts = await Promise.all(
    foundTypes.map((it) => (it ? checker.typeToString(it, undefined, noTruncation) : undefined)),
  );
  for (const name of unknown) types.set(name, undefined);
  for (const [i, { name }] of found.entries()) types.set(name, texts[i]);
  return names.map((name) => types.get(name));
}
