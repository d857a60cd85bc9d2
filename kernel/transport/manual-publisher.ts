// An XPUB socket on which a subscription counts from when the kernel says so (ZMQ_XPUB_MANUAL). Left to ZeroMQ it counts
// before the kernel can read that it was made, and what is published in between comes before the welcome. Used by sockets.ts.
import * as zmq from "zeromq";

// Numbers of zmq.h, for which zeromq.js has no names.
const subscribe = 6;
const unsubscribe = 7;
const manual = 71;

export class ManualPublisher extends zmq.XPublisher {
  constructor(options: zmq.SocketOptions<zmq.XPublisher>) {
    super(options);
    this.setBoolOption(manual, true);
  }

  /** Grants what the message that was received last asks for: to be called before the next one is received. */
  grant(request: SubscriptionRequest): void {
    this.setStringOption(request.wanted ? subscribe : unsubscribe, request.topic);
  }
}

export interface SubscriptionRequest {
  /** Whether the client wants the topic from now on, or no longer. */
  wanted: boolean;
  /** What messages' first frame begins with; empty for all. */
  topic: string;
}

/** What a frame that a subscriber sent asks for; undefined for anything else. */
export function subscriptionRequest(frame: Uint8Array | undefined): SubscriptionRequest | undefined {
  const kind = frame?.[0];
  if (frame === undefined || (kind !== 0 && kind !== 1)) return undefined;
  return { wanted: kind === 1, topic: Buffer.from(frame.subarray(1)).toString() };
}
