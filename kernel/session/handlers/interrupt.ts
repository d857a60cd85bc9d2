// interrupt_request: Stop. The stopped cell's own reply says what became of it.
import type { InterruptReply } from "../../protocol/replies.js";
import type { Session } from "../session.js";

export function interrupt(session: Session): InterruptReply {
  session.interrupt();
  return { status: "ok" };
}
