// connect_request (deprecated, still asked by some clients): the ports.
import type { ConnectReply } from "../../protocol/replies.js";
import type { Session } from "../session.js";

export function connect({ connection }: Session): ConnectReply {
  const { shell_port, iopub_port, stdin_port, control_port, hb_port } = connection;
  return { status: "ok", shell_port, iopub_port, stdin_port, control_port, hb_port };
}
