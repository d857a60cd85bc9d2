// What the kernel broadcasts on iopub: the content of each message type. session/publisher sends nothing else.
import type { JsonObject } from "./message.js";
import type { MimeData, ShutdownReply } from "./replies.js";

export type StreamName = "stdout" | "stderr";

export interface DisplayContent {
  data: MimeData;
  metadata: JsonObject;
  transient: { display_id?: string };
}

export interface CommOpenContent {
  comm_id: string;
  target_name: string;
  data: JsonObject;
}

export interface CommContent {
  comm_id: string;
  data: JsonObject;
}

export interface Publications {
  status: { execution_state: "starting" | "busy" | "idle" };
  execute_input: { code: string; execution_count: number };
  execute_result: DisplayContent & { execution_count: number };
  display_data: DisplayContent;
  update_display_data: DisplayContent;
  clear_output: { wait: boolean };
  error: { ename: string; evalue: string; traceback: string[] };
  stream: { name: StreamName; text: string };
  comm_open: CommOpenContent;
  comm_msg: CommContent;
  comm_close: CommContent;
  iopub_welcome: { subscription: string };
  /** The last thing that is heard of a kernel. */
  shutdown_reply: ShutdownReply;
}

export type PublicationType = keyof Publications;
