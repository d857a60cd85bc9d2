// is_complete_request: whether Enter in a console runs the code or starts another line.
import type { IsCompleteReply } from "../../protocol/replies.js";
import { cellReader } from "../magics/cell-reader.js";
import { readMagicLines } from "../magics/magic-lines.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export async function isComplete(
  session: Session,
  { content }: Request<"is_complete_request">,
): Promise<IsCompleteReply> {
  const language = await session.language;
  return language.isComplete(readMagicLines(content.code, cellReader(language)).code);
}
