// A Jupyter message in memory, whatever carries it. Built by session and by clients, turned into frames by wire.ts.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#general-message-format
import { randomUUID } from "node:crypto";

/** The protocol version that is spoken. 5.5 has `supported_features` in kernel_info_reply. */
export const protocolVersion = "5.5";

export interface MessageHeader {
  msg_id: string;
  msg_type: string;
  username: string;
  session: string;
  /** ISO 8601 */
  date: string;
  version: string;
}

/** The header of the request that caused a message; `{}` when nothing did. */
export type ParentHeader = MessageHeader | Record<string, never>;

export type JsonObject = Record<string, unknown>;

export interface Message<Content = JsonObject> {
  /** ZeroMQ routing prefix: who sent a request, or who shall get a reply. */
  identities: Uint8Array[];
  header: MessageHeader;
  parentHeader: ParentHeader;
  metadata: JsonObject;
  content: Content;
  buffers: Uint8Array[];
}

/** Makes headers that belong to one session, kernel or client. */
export class HeaderMaker {
  readonly session: string;
  #count = 0;

  constructor(
    readonly username: string,
    session: string = randomUUID(),
  ) {
    this.session = session;
  }

  make(type: string): MessageHeader {
    this.#count += 1;
    return {
      msg_id: `${this.session}_${this.#count}`,
      msg_type: type,
      username: this.username,
      session: this.session,
      date: new Date().toISOString(),
      version: protocolVersion,
    };
  }
}
