// complete_request: completions at a position, also while a cell runs.
import { codePointOffset, utf16Offset } from "../../protocol/code-points.js";
import type { CompleteReply } from "../../protocol/replies.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export async function complete(session: Session, { content }: Request<"complete_request">): Promise<CompleteReply> {
  const { code, cursor_pos } = content;
  const language = await session.language;
  const completion = await language.complete(code, utf16Offset(code, cursor_pos));
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
