// What the kernel answers: the content of each reply. The names are the specification's own.
import type { JsonObject } from "./message.js";

/** Representation by MIME type; binary representations are base64 text. */
export type MimeData = Record<string, unknown>;

/** Any request may be answered with this instead of its own reply. */
export interface ErrorReply {
  status: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

export type ExpressionReply =
  | { status: "ok"; data: MimeData; metadata: JsonObject }
  | { status: "error"; ename: string; evalue: string; traceback: string[] };

/** What a front end shows beside the cell: IPython's pager. */
export interface PagePayload {
  source: "page";
  data: MimeData;
  start: number;
}

export type ExecuteReply =
  | {
      status: "ok";
      execution_count: number;
      payload: PagePayload[];
      user_expressions: Record<string, ExpressionReply>;
    }
  | (ErrorReply & {
      execution_count: number;
      payload: PagePayload[];
      user_expressions: Record<string, ExpressionReply>;
    })
  | { status: "aborted"; execution_count: number };

export interface CompletionType {
  text: string;
  type: string;
  start: number;
  end: number;
  signature: string;
}

export interface CompleteReply {
  status: "ok";
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  metadata: { _jupyter_types_experimental: CompletionType[] };
}

export interface InspectReply {
  status: "ok";
  found: boolean;
  data: MimeData;
  metadata: JsonObject;
}

export interface IsCompleteReply {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  indent?: string;
}

/** `[session, line, input]`, or with `output` asked for, `[session, line, [input, output]]`. */
export type HistoryEntry = [number, number, string] | [number, number, [string, string | null]];

export interface HistoryReply {
  status: "ok";
  history: HistoryEntry[];
}

export interface KernelInfoReply {
  status: "ok";
  protocol_version: string;
  implementation: string;
  implementation_version: string;
  language_info: {
    name: string;
    version: string;
    mimetype: string;
    file_extension: string;
    pygments_lexer: string;
    codemirror_mode: string;
    nbconvert_exporter: string;
  };
  banner: string;
  debugger: boolean;
  help_links: { text: string; url: string }[];
  supported_features: string[];
}

export interface CommInfoReply {
  status: "ok";
  comms: Record<string, { target_name: string }>;
}

export interface ConnectReply {
  status: "ok";
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export interface ShutdownReply {
  status: "ok";
  restart: boolean;
}

export interface InterruptReply {
  status: "ok";
}

/** As ipykernel answers it; JupyterLab's resource usage panel reads it. Bytes and percent. */
export interface UsageReply {
  status: "ok";
  hostname: string;
  pid: number;
  kernel_cpu: number;
  kernel_memory: number;
  cpu_count: number;
  host_cpu_percent?: number;
  host_virtual_memory: { total: number; available: number; percent: number; used: number; free: number };
}
