// history_request: inputs of this and earlier sessions.
import type { HistoryReply } from "../../protocol/replies.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export function history(session: Session, { content }: Request<"history_request">): HistoryReply {
  return { status: "ok", history: session.history.answer(content) };
}
