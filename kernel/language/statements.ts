// Where the statements of a text stand. Used by the session, which reads magics between them.
import { parseSync } from "oxc-parser";

export interface Span {
  start: number;
  end: number;
}

/** The statements at the top level; undefined where the text does not parse as it stands. */
export function statementsOf(text: string): Span[] | undefined {
  const { program, errors } = parseSync("cell.ts", text, { lang: "ts", sourceType: "module" });
  if (errors.some(({ severity }) => severity === "Error")) return undefined;
  return program.body.map(({ start, end }) => ({ start, end }));
}
