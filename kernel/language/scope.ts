// What earlier cells declared, as the type checker needs it: for each name how to bring it into the next cell, and the
// text of classes, enums and the like that later cells refer to. Types of plain variables are flattened to text, so that
// the cost of a cell does not grow with the number of cells before it.
import type { Declaration, DeclarationKind } from "./cell-syntax.js";

/** The global namespace that holds earlier cells' declarations, and the one that holds what they import. */
export const cells = "$s";
export const imports = "$imp";

export interface ScopeEntry {
  name: string;
  kind: DeclarationKind;
  /** The cell, or the part of one, that declares it; 0 for what is preloaded. */
  count: number;
  /** What readers call that cell. */
  number: number;
  /** Whether code can read it (not a mere type). */
  value: boolean;
  /** How a cell that names it begins. */
  header: string;
  /** What a reader sees: `const t: tf.Tensor`, `class A`. */
  signature: string;
  comment: string;
  /** The declaring statement, as written. */
  source: string;
  imported?: Declaration["imported"];
}

/** Declarations of one cell that live on as text, in `namespace $s.c<count>`. */
interface RetainedCell {
  count: number;
  header: string;
  statements: string[];
}

export class CellScope {
  private readonly entries = new Map<string, ScopeEntry>();
  private readonly retained = new Map<number, RetainedCell>();
  /** Whether the texts of the files differ from what `takeChanges` gave last. */
  private cellsChanged = false;
  private importsChanged = false;

  constructor(private readonly preloaded: readonly ScopeEntry[]) {
    for (const entry of preloaded) this.entries.set(entry.name, entry);
  }

  get(name: string): ScopeEntry | undefined {
    return this.entries.get(name);
  }

  isVariable(name: string): boolean {
    return this.entries.get(name)?.value ?? false;
  }

  all(): ScopeEntry[] {
    return [...this.entries.values()];
  }

  set(entry: ScopeEntry): void {
    const before = this.entries.get(entry.name);
    for (const it of [before, entry]) {
      if (it?.imported) this.importsChanged = true;
      if (it?.header.includes(`${cells}.c`)) this.cellsChanged = true;
    }
    // Deleted first, so that the order is that of the latest declaration.
    this.entries.delete(entry.name);
    this.entries.set(entry.name, entry);
  }

  retain(count: number, header: string, statements: string[]): void {
    if (!statements.length) return;
    this.retained.set(count, { count, header, statements });
    this.cellsChanged = true;
  }

  /** Which files need new text since the last call. A cell of plain variables changes neither. */
  takeChanges(): { cells: boolean; imports: boolean } {
    const changes = { cells: this.cellsChanged, imports: this.importsChanged };
    this.cellsChanged = false;
    this.importsChanged = false;
    return changes;
  }

  forget(names?: readonly string[]): void {
    this.cellsChanged = true;
    this.importsChanged = true;
    if (names) for (const name of names) this.entries.delete(name);
    else {
      this.entries.clear();
      this.retained.clear();
    }
    for (const entry of this.preloaded) if (!this.entries.has(entry.name)) this.entries.set(entry.name, entry);
  }

  /** The declarations that a cell's text starts with: those of the names it mentions and does not declare itself. */
  header(identifiers: ReadonlySet<string>, declared: ReadonlySet<string>): string {
    const lines: string[] = [];
    for (const name of identifiers) {
      const entry = declared.has(name) ? undefined : this.entries.get(name);
      if (entry) lines.push(entry.header);
    }
    return lines.join(" ");
  }

  /** The text of the file that holds retained declarations; those that nothing reaches any more are dropped. */
  cellsFile(): string {
    const live = new Set<number>();
    const pending: string[] = [...this.entries.values()].map((entry) => entry.header);
    for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
      for (const match of text.matchAll(/\$s\.c(\d+)\./g)) {
        const count = Number(match[1]);
        const cell = this.retained.get(count);
        if (!cell || live.has(count)) continue;
        live.add(count);
        pending.push(cell.header, ...cell.statements);
      }
    }
    for (const count of this.retained.keys()) if (!live.has(count)) this.retained.delete(count);
    const namespaces = [...this.retained.values()].map(
      (cell) =>
        `namespace ${cells} { export namespace c${cell.count} { ${cell.header}\n${cell.statements.join("\n")}\n} }`,
    );
    // `$tf` is how types of TensorFlow.js are spelled in flattened types, whatever a user calls `tf`.
    return [`import $tf = ${imports}.tf;`, `declare namespace ${cells} {}`, ...namespaces].join("\n");
  }

  /** The text of the file that imports what cells imported, once for all of them. */
  importsFile(fixed: string): string {
    const lines = [fixed];
    for (const { name, count, imported } of this.entries.values()) {
      if (!imported || count === 0) continue;
      const from = `from ${JSON.stringify(imported.specifier)}${imported.attributes}`;
      const exportedName = `c${count}$${name}`;
      if (imported.name === "=")
        lines.push(
          `import ${exportedName} = require(${JSON.stringify(imported.specifier)}); export { ${exportedName} };`,
        );
      else if (imported.name === "*") lines.push(`export * as ${exportedName} ${from};`);
      else lines.push(`export { ${imported.name} as ${exportedName} } ${from};`);
    }
    return lines.join("\n");
  }
}

/** The entry of an imported name, whose meaning (value, type, namespace) is the module's affair. */
export function importEntry(
  declaration: Declaration,
  { count, number }: Pick<ScopeEntry, "count" | "number">,
  source: string,
): ScopeEntry {
  const { name, imported } = declaration;
  return {
    name,
    kind: "import",
    count,
    number,
    value: declaration.value,
    header: `import ${name} = ${imports}.c${count}$${name};`,
    signature: `import ${name} from ${JSON.stringify(imported?.specifier ?? "")}`,
    comment: declaration.comment,
    source,
    ...(imported ? { imported } : {}),
  };
}
