// Reads the magics of a cell with what the compiler knows of statements. Used by execution and the language's handlers.
import type { Language } from "../../language/language.js";
import type { CellReader } from "./magic-lines.js";
import { described } from "./magic-table.js";

const names = new Set(described.map(({ name }) => name));

export function cellReader(language: Language): CellReader {
  return { names, statements: (text) => language.statements(text) };
}
