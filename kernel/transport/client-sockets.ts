// The other end of sockets.ts: a client of one kernel, over real ZeroMQ sockets. `cellgrad run` executes notebooks with
// it, and tests talk to a kernel as a front end does.
import * as zmq from "zeromq";
import { HeaderMaker, type JsonObject, type Message } from "../protocol/message.js";
import { Wire } from "../protocol/wire.js";
import { type ConnectionInfo, endpoint } from "./connection-file.js";
import { SendQueue } from "./send-queue.js";

export type { Message } from "../protocol/message.js";

export type ClientChannel = "shell" | "control" | "stdin" | "iopub";

type Socket = zmq.Dealer | zmq.Subscriber;

export class ClientSockets {
  readonly #sockets: Record<ClientChannel, Socket>;
  readonly #queues: Record<"shell" | "control" | "stdin", SendQueue>;
  readonly #wire: Wire;

  private constructor(
    readonly headers: HeaderMaker,
    wire: Wire,
    dealers: Record<"shell" | "control" | "stdin", zmq.Dealer>,
    iopub: zmq.Subscriber,
  ) {
    this.#wire = wire;
    this.#sockets = { ...dealers, iopub };
    // A message that can't be sent goes to a kernel that is gone; whoever waits for its answer learns so by other ways.
    const queue = (socket: zmq.Dealer) =>
      new SendQueue({ send: (frames) => socket.send(frames.map((frame) => Buffer.from(frame))) }, () => {});
    this.#queues = {
      shell: queue(dealers.shell),
      control: queue(dealers.control),
      stdin: queue(dealers.stdin),
    };
  }

  /** @param connection no port may be 0: the kernel has written what it chose. */
  static connect(connection: ConnectionInfo, username: string): ClientSockets {
    const headers = new HeaderMaker(username);
    const options = { linger: 0, receiveHighWaterMark: 0, ...curveOptions(connection) };
    // A kernel sends input requests to the identity that asked on shell: all three must be the same.
    const routed = { ...options, sendHighWaterMark: 0, routingId: headers.session };
    const dealers = {
      shell: new zmq.Dealer(routed),
      control: new zmq.Dealer(routed),
      stdin: new zmq.Dealer(routed),
    };
    const iopub = new zmq.Subscriber(options);
    dealers.shell.connect(endpoint(connection, "shell_port"));
    dealers.control.connect(endpoint(connection, "control_port"));
    dealers.stdin.connect(endpoint(connection, "stdin_port"));
    iopub.connect(endpoint(connection, "iopub_port"));
    iopub.subscribe();
    const wire = new Wire({ key: connection.key, scheme: connection.signature_scheme });
    return new ClientSockets(headers, wire, dealers, iopub);
  }

  /** Called once. The first message on iopub is `iopub_welcome`: from then on nothing that is published is missed. */
  listen(receive: (channel: ClientChannel, message: Message) => void): void {
    for (const [channel, socket] of Object.entries(this.#sockets)) {
      void this.#receiveAll(channel as ClientChannel, socket, receive);
    }
  }

  /** Returns the message's id, which the answers carry as their parent's. */
  send(
    channel: "shell" | "control" | "stdin",
    type: string,
    content: object,
    parentHeader: Message["parentHeader"] = {},
    extra: { metadata?: JsonObject; buffers?: Uint8Array[] } = {},
  ): string {
    const header = this.headers.make(type);
    const { metadata = {}, buffers = [] } = extra;
    const message: Message<object> = { identities: [], header, parentHeader, metadata, content, buffers };
    this.#queues[channel].send(() => this.#wire.encode(message));
    return header.msg_id;
  }

  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  async #receiveAll(
    channel: ClientChannel,
    socket: Socket,
    receive: (channel: ClientChannel, message: Message<JsonObject>) => void,
  ): Promise<void> {
    for await (const frames of socket) receive(channel, this.#wire.decode(frames));
  }
}

function curveOptions(connection: ConnectionInfo): object {
  if (connection.curve_publickey === undefined) return {};
  const pair = zmq.curveKeyPair();
  return {
    curveServerKey: connection.curve_publickey,
    curvePublicKey: pair.publicKey,
    curveSecretKey: pair.secretKey,
  };
}
