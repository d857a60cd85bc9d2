// complete_request: completions at a position, also while a cell runs; and the names of magics.
import type { Completion } from "../../language/results.js";
import { codePointOffset, utf16Offset } from "../../protocol/code-points.js";
import type { CompleteReply } from "../../protocol/replies.js";
import { cellReader } from "../magics/cell-reader.js";
import { type CellReader, magicNameAt, readMagicLines } from "../magics/magic-lines.js";
import { described } from "../magics/magic-table.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export async function complete(session: Session, { content }: Request<"complete_request">): Promise<CompleteReply> {
  const { code, cursor_pos } = content;
  const offset = utf16Offset(code, cursor_pos);
  const language = await session.language;
  const reader = cellReader(language);
  const completion =
    completeMagic(code, offset, reader) ??
    (await session.compiler.run(() => language.complete(readMagicLines(code, reader).text, offset)));
  const start = codePointOffset(code, completion.start);
  const end = codePointOffset(code, completion.end);
  return {
    status: "ok",
    matches: completion.items.map(({ text }) => text),
    cursor_start: start,
    cursor_end: end,
    metadata: {
      _jupyter_types_experimental: completion.items.map((item) => ({ ...item, start, end })),
    },
  };
}

function completeMagic(code: string, offset: number, reader: CellReader): Completion | undefined {
  const typed = magicNameAt(code, offset, reader);
  if (typed === undefined) return undefined;
  const names = described.filter(({ name }) => name.startsWith(typed.prefix));
  const items = names.map(({ name, usage }) => ({ text: name, type: "magic", signature: usage }));
  return { items, start: typed.start, end: offset };
}
