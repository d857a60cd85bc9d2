// The requests that the kernel answers: content, reply, and how content is read from what arrived. dispatch's table is
// typed by `Requests`, and `replyTo` is the only place that names a reply, so request and reply can't disagree.
import type { JsonObject } from "./message.js";
import type {
  CommInfoReply,
  CompleteReply,
  ConnectReply,
  ErrorReply,
  ExecuteReply,
  HistoryReply,
  InspectReply,
  InterruptReply,
  IsCompleteReply,
  KernelInfoReply,
  ShutdownReply,
  UsageReply,
} from "./replies.js";

export interface ExecuteRequest {
  code: string;
  silent: boolean;
  store_history: boolean;
  user_expressions: Record<string, string>;
  allow_stdin: boolean;
  stop_on_error: boolean;
}

export interface HistoryRequest {
  output: boolean;
  raw: boolean;
  hist_access_type: "range" | "tail" | "search";
  session: number;
  start: number;
  stop: number | null;
  n: number | null;
  pattern: string;
  unique: boolean;
}

export interface Requests {
  execute_request: { content: ExecuteRequest; reply: ExecuteReply };
  complete_request: { content: { code: string; cursor_pos: number }; reply: CompleteReply };
  inspect_request: { content: { code: string; cursor_pos: number; detail_level: 0 | 1 }; reply: InspectReply };
  is_complete_request: { content: { code: string }; reply: IsCompleteReply };
  history_request: { content: HistoryRequest; reply: HistoryReply };
  kernel_info_request: { content: JsonObject; reply: KernelInfoReply };
  comm_info_request: { content: { target_name: string | null }; reply: CommInfoReply };
  connect_request: { content: JsonObject; reply: ConnectReply };
  shutdown_request: { content: { restart: boolean }; reply: ShutdownReply };
  interrupt_request: { content: JsonObject; reply: InterruptReply };
  usage_request: { content: JsonObject; reply: UsageReply };
}

export type RequestType = keyof Requests;
export type RequestContent<T extends RequestType> = Requests[T]["content"];
export type ReplyContent<T extends RequestType> = Requests[T]["reply"] | ErrorReply;
export type ReplyType<T extends RequestType = RequestType> = T extends `${infer Stem}_request`
  ? `${Stem}_reply`
  : never;

export function replyTo<T extends RequestType>(type: T): ReplyType<T> {
  return type.replace(/_request$/, "_reply") as ReplyType<T>;
}

/** Reads the content of each request: defaults as in the specification, an error for what is no such request. */
export const requestReaders: { [T in RequestType]: (content: JsonObject) => RequestContent<T> } = {
  execute_request: (content) => {
    const silent = flag(content, "silent", false);
    return {
      code: text(content, "code"),
      silent,
      store_history: !silent && flag(content, "store_history", true),
      user_expressions: texts(content, "user_expressions"),
      allow_stdin: flag(content, "allow_stdin", false),
      stop_on_error: flag(content, "stop_on_error", true),
    };
  },
  complete_request: (content) => withCursor(content),
  inspect_request: (content) => ({ ...withCursor(content), detail_level: content.detail_level === 1 ? 1 : 0 }),
  is_complete_request: (content) => ({ code: text(content, "code") }),
  history_request: (content) => ({
    output: flag(content, "output", false),
    raw: flag(content, "raw", true),
    hist_access_type: historyAccess(content),
    session: integer(content, "session") ?? 0,
    start: integer(content, "start") ?? 0,
    stop: integer(content, "stop"),
    n: integer(content, "n"),
    pattern: typeof content.pattern === "string" ? content.pattern : "*",
    unique: flag(content, "unique", false),
  }),
  kernel_info_request: (content) => content,
  comm_info_request: (content) => ({
    target_name: typeof content.target_name === "string" ? content.target_name : null,
  }),
  connect_request: (content) => content,
  shutdown_request: (content) => ({ restart: flag(content, "restart", false) }),
  interrupt_request: (content) => content,
  usage_request: (content) => content,
};

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(requestReaders, type);
}

function text(content: JsonObject, name: string): string {
  const value = content[name];
  if (typeof value !== "string") throw invalid(name, "a string", value);
  return value;
}

function flag(content: JsonObject, name: string, otherwise: boolean): boolean {
  const value = content[name] ?? otherwise;
  if (typeof value !== "boolean") throw invalid(name, "true or false", value);
  return value;
}

function integer(content: JsonObject, name: string): number | null {
  const value = content[name] ?? null;
  if (value !== null && !Number.isSafeInteger(value)) throw invalid(name, "an integer", value);
  return value as number | null;
}

function texts(content: JsonObject, name: string): Record<string, string> {
  const value = content[name] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(name, "an object of strings", value);
  for (const part of Object.values(value)) {
    if (typeof part !== "string") throw invalid(name, "an object of strings", value);
  }
  return value as Record<string, string>;
}

function withCursor(content: JsonObject): { code: string; cursor_pos: number } {
  const code = text(content, "code");
  // Without a position the cursor is at the end, as jupyter_client fills it in.
  return { code, cursor_pos: integer(content, "cursor_pos") ?? [...code].length };
}

function historyAccess(content: JsonObject): HistoryRequest["hist_access_type"] {
  const value = content.hist_access_type;
  if (value !== "range" && value !== "tail" && value !== "search") {
    throw invalid("hist_access_type", '"range", "tail" or "search"', value);
  }
  return value;
}

function invalid(name: string, rule: string, value: unknown): Error {
  return new Error(`invalid ${name}; expected ${rule}: ${JSON.stringify(value)}`);
}
