// A request as the handlers get it: content read and checked, and the message that it came in. Made by dispatch.
import type { Message } from "../protocol/message.js";
import type { RequestContent, RequestType } from "../protocol/requests.js";
import type { RequestChannel } from "../transport/channels.js";

export interface Request<T extends RequestType = RequestType> {
  type: T;
  content: RequestContent<T>;
  message: Message;
  channel: RequestChannel;
  /** Runs when the reply and `idle` have been sent. */
  afterwards(action: () => void): void;
}
