// The variables of all cells, in boxes that compiled code reads and writes: `{ v: value, n: the cell that declared it }`.
// Those that every cell finds in scope get their box on first use, and again after `%reset`.
import type { VariableSummary } from "../ipc/cell-messages.js";
import { shortText } from "./plain-text.js";
import { className } from "./safe-read.js";

export interface Box {
  v: unknown;
  n: number;
}

const summaryLength = 80;

/**
 * Each box has a class of its own, and gets its value with the first assignment: so V8 learns of each variable by itself
 * that it only holds numbers, say, and a loop that counts in it allocates nothing. Nothing is inherited.
 */
function newBox(): Box {
  class Box {
    declare v: unknown;
    n = 0;
  }
  Object.setPrototypeOf(Box.prototype, null);
  return new Box();
}

export class Variables {
  readonly #boxes = new Map<string, Box>();

  /** @param preloaded values by name; read when a box is made. */
  constructor(readonly preloaded: Readonly<Record<string, unknown>>) {}

  box(name: string): Box {
    let box = this.#boxes.get(name);
    if (!box) {
      box = newBox();
      if (Object.hasOwn(this.preloaded, name)) box.v = this.preloaded[name];
      this.#boxes.set(name, box);
    }
    return box;
  }

  /** Names of `declares` that the cell of this count has not assigned. */
  unassigned(declares: readonly string[], count: number): string[] {
    return declares.filter((name) => this.#boxes.get(name)?.n !== count);
  }

  lookup(name: string): unknown {
    const box = this.#boxes.get(name);
    if (box && box.n > 0) return box.v;
    if (Object.hasOwn(this.preloaded, name)) return this.preloaded[name];
    if (name in globalThis) return (globalThis as Record<string, unknown>)[name];
    throw new ReferenceError(`${name} is not defined`);
  }

  summaries(names: readonly string[]): VariableSummary[] {
    return names.flatMap((name) => {
      const box = this.#boxes.get(name);
      if (!box) return [];
      return [{ name, type: typeName(box.v), summary: shortText(box.v, summaryLength) }];
    });
  }

  forget(names: readonly string[] | undefined): void {
    // Functions of earlier cells hold the boxes: empty, they keep nothing alive.
    for (const name of names ?? [...this.#boxes.keys()]) {
      const box = this.#boxes.get(name);
      if (box) Object.assign(box, { v: undefined, n: 0 });
      this.#boxes.delete(name);
    }
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return className(value) || "object";
}
