// Messages on shell that ask for no reply: comms from the front end. Read by session/handlers/comm.
import type { JsonObject } from "./message.js";
import type { CommContent, CommOpenContent } from "./publications.js";

export interface Notices {
  comm_open: CommOpenContent;
  comm_msg: CommContent;
  comm_close: CommContent;
}

export type NoticeType = keyof Notices;

export function isNoticeType(type: string): type is NoticeType {
  return type === "comm_open" || type === "comm_msg" || type === "comm_close";
}

export function readComm(content: JsonObject): CommContent {
  if (typeof content.comm_id !== "string") {
    throw new Error(`invalid comm_id; expected a string: ${JSON.stringify(content.comm_id)}`);
  }
  const data = content.data ?? {};
  if (typeof data !== "object" || Array.isArray(data)) {
    throw new Error(`invalid data; expected an object: ${JSON.stringify(data)}`);
  }
  return { comm_id: content.comm_id, data: data as JsonObject };
}

export function readCommOpen(content: JsonObject): CommOpenContent {
  if (typeof content.target_name !== "string") {
    throw new Error(`invalid target_name; expected a string: ${JSON.stringify(content.target_name)}`);
  }
  return { ...readComm(content), target_name: content.target_name };
}
