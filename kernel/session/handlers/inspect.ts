// inspect_request: type and documentation at a position; with detail level 1 also the source.
import { utf16Offset } from "../../protocol/code-points.js";
import type { InspectReply } from "../../protocol/replies.js";
import { inspectionBundle } from "../inspection-text.js";
import { cellReader } from "../magics/cell-reader.js";
import { readMagicLines } from "../magics/magic-lines.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export async function inspect(session: Session, { content }: Request<"inspect_request">): Promise<InspectReply> {
  const { code, cursor_pos, detail_level } = content;
  const language = await session.language;
  const inspection = await session.compiler.run(() =>
    language.inspect(readMagicLines(code, cellReader(language)).text, utf16Offset(code, cursor_pos), detail_level),
  );
  if (inspection === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
  return { status: "ok", found: true, data: inspectionBundle(inspection), metadata: {} };
}
