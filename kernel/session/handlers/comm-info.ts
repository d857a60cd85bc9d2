// comm_info_request: which comms are open.
import type { CommInfoReply } from "../../protocol/replies.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export function commInfo(session: Session, { content }: Request<"comm_info_request">): CommInfoReply {
  return { status: "ok", comms: session.comms.open(content.target_name) };
}
