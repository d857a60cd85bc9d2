// shutdown_request: the reply goes to the one who asked and to all on iopub, then the session ends. A restart is the
// front end's business: it starts a new kernel.
import type { ShutdownReply } from "../../protocol/replies.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

export function shutdown(session: Session, request: Request<"shutdown_request">): ShutdownReply {
  const reply: ShutdownReply = { status: "ok", restart: request.content.restart };
  request.afterwards(() => {
    session.publisher.publish("shutdown_reply", reply, request.message.header);
    session.finish();
  });
  return reply;
}
