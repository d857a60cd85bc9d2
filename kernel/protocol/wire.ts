// Frames ⇄ messages: the delimiter, the signature over the four JSON frames, the buffers behind them. Pure; used by
// transport/sockets and by clients. https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, timingSafeEqual } from "node:crypto";
import { jsonText } from "./json-text.js";
import type { JsonObject, Message, MessageHeader, ParentHeader } from "./message.js";

const delimiter = Buffer.from("<IDS|MSG>");
/** As many signatures are remembered; a message that was seen within them is a replay. */
const rememberedSignatures = 65_536;

/** Frames that are not a message for us. Dropped and logged; never an answer. */
export class RejectedFrames extends Error {
  override name = "RejectedFrames";
}

export interface WireOptions {
  /** Empty: messages are neither signed nor checked. */
  key: string;
  /** `hmac-` and the name of a hash. */
  scheme: string;
}

export class Wire {
  readonly #key: string;
  readonly #hash: string;
  readonly #seen = new Set<string>();
  #parent: { header: object; frame: Uint8Array } | undefined;

  constructor(options: WireOptions) {
    const hash = /^hmac-(.+)$/.exec(options.scheme)?.[1];
    if (!hash) throw new Error(`invalid signature_scheme; expected "hmac-sha256" or another hmac: ${options.scheme}`);
    this.#key = options.key;
    this.#hash = hash;
    // Fails now, not at the first message, when the hash is unknown.
    createHmac(hash, "");
  }

  /** @param prefix the routing frames: a reply's identities, or the topic on iopub. */
  encode(message: Message<object>, prefix: readonly Uint8Array[] = message.identities): Uint8Array[] {
    const { header, parentHeader, metadata, content } = message;
    const parts = [frame(header), this.#parentFrame(parentHeader), frame(metadata), frame(content)];
    return [...prefix, delimiter, Buffer.from(this.#sign(parts)), ...parts, ...message.buffers];
  }

  /** @throws RejectedFrames when they are malformed, wrongly signed or a replay. */
  decode(frames: readonly Uint8Array[]): Message {
    const at = frames.findIndex((frame) => delimiter.equals(frame));
    if (at < 0) throw new RejectedFrames("no <IDS|MSG> delimiter");
    const [signature, ...parts] = frames.slice(at + 1, at + 6);
    if (!signature || parts.length < 4) throw new RejectedFrames("fewer than five frames after the delimiter");
    this.#check(Buffer.from(signature).toString("latin1"), parts);
    const [header, parentHeader, metadata, content] = parts.map(parseObject);
    if (!header || !parentHeader || !metadata || !content) throw new RejectedFrames("a frame is not a JSON object");
    return {
      identities: frames.slice(0, at),
      header: readHeader(header),
      parentHeader: parentHeader as unknown as ParentHeader,
      metadata,
      content,
      buffers: frames.slice(at + 6),
    };
  }

  /** All messages of a request carry its header. */
  #parentFrame(header: object): Uint8Array {
    if (this.#parent?.header !== header) this.#parent = { header, frame: frame(header) };
    return this.#parent.frame;
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #check(signature: string, parts: readonly Uint8Array[]): void {
    if (this.#key === "") return;
    const expected = Buffer.from(this.#sign(parts));
    const actual = Buffer.from(signature);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
      throw new RejectedFrames("wrong signature");
    }
    if (this.#seen.has(signature)) throw new RejectedFrames("a message that was received before");
    this.#seen.add(signature);
    if (this.#seen.size > rememberedSignatures) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
  }
}

function frame(part: object): Uint8Array {
  return Buffer.from(jsonText(part));
}

function parseObject(frame: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Only `msg_id` and `msg_type` are needed to answer; whatever else the client put there goes back to it unchanged. */
function readHeader(header: JsonObject): MessageHeader {
  if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") {
    throw new RejectedFrames("a header without msg_id and msg_type");
  }
  return header as unknown as MessageHeader;
}
