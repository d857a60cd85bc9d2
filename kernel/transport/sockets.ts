// The kernel's five ZeroMQ sockets as Channels: shell, control and stdin (ROUTER), iopub (XPUB, which greets each
// subscriber: JEP 65), heartbeat (echo). Made by session/main.
import * as zmq from "zeromq";
import type { HeaderMaker, Message } from "../protocol/message.js";
import type { Publications } from "../protocol/publications.js";
import { RejectedFrames, Wire } from "../protocol/wire.js";
import type { Channels, RequestChannel } from "./channels.js";
import { type ConnectionInfo, endpoint, type PortName } from "./connection-file.js";
import { ManualPublisher, subscriptionRequest } from "./manual-publisher.js";
import { SendQueue } from "./send-queue.js";

/** How long a closing socket tries to get its last messages to slow clients, in milliseconds. */
const linger = 1_000;

export class Sockets implements Channels {
  readonly #shell: zmq.Router;
  readonly #control: zmq.Router;
  readonly #stdin: zmq.Router;
  readonly #heartbeat: zmq.Router;
  readonly #iopub: ManualPublisher;
  readonly #queues: { shell: SendQueue; control: SendQueue; stdin: SendQueue; iopub: SendQueue };
  readonly #wire: Wire;

  private constructor(
    /** As bound: no port is 0. */
    readonly connection: ConnectionInfo,
    readonly headers: HeaderMaker,
    readonly log: (problem: string) => void,
    sockets: { shell: zmq.Router; control: zmq.Router; stdin: zmq.Router; hb: zmq.Router; iopub: ManualPublisher },
  ) {
    this.#wire = new Wire({ key: connection.key, scheme: connection.signature_scheme });
    this.#shell = sockets.shell;
    this.#control = sockets.control;
    this.#stdin = sockets.stdin;
    this.#heartbeat = sockets.hb;
    this.#iopub = sockets.iopub;
    const queue = (name: string, socket: zmq.Router | zmq.XPublisher) =>
      new SendQueue(socket as { send(frames: Uint8Array[]): Promise<void> }, (error) =>
        log(`a message on ${name} could not be sent: ${String(error)}`),
      );
    this.#queues = {
      shell: queue("shell", this.#shell),
      control: queue("control", this.#control),
      stdin: queue("stdin", this.#stdin),
      iopub: queue("iopub", this.#iopub),
    };
  }

  /** @throws when a port is taken or the connection can't be used. */
  static async bind(
    connection: ConnectionInfo,
    headers: HeaderMaker,
    log: (problem: string) => void,
  ): Promise<Sockets> {
    // Without a limit: a dropped `idle` would leave a client waiting for ever, and session bounds what a cell prints.
    const options = { linger, sendHighWaterMark: 0, receiveHighWaterMark: 0, ...curveOptions(connection) };
    const sockets = {
      shell: new zmq.Router(options),
      control: new zmq.Router(options),
      stdin: new zmq.Router(options),
      hb: new zmq.Router(options),
      iopub: new ManualPublisher(options),
    };
    const bound = { ...connection };
    for (const [name, socket] of Object.entries(sockets)) {
      const port = `${name}_port` as PortName;
      await socket.bind(endpoint(connection, port));
      if (bound[port] === 0) bound[port] = Number(/:(\d+)$/.exec(socket.lastEndpoint ?? "")?.[1]);
    }
    return new Sockets(bound, headers, log, sockets);
  }

  listen(receive: (channel: RequestChannel, message: Message) => void): void {
    this.#receiveAll("shell", this.#shell, receive);
    this.#receiveAll("control", this.#control, receive);
    this.#receiveAll("stdin", this.#stdin, receive);
    void this.#echo();
    void this.#welcome();
  }

  send(channel: RequestChannel, message: Message<object>): void {
    this.#queues[channel].send(() => this.#wire.encode(message));
  }

  publish(message: Message<object>): void {
    const topic = Buffer.from(message.header.msg_type);
    this.#queues.iopub.send(() => this.#wire.encode(message, [topic]));
  }

  /** Resolves when everything that was sent and published has gone to ZeroMQ. */
  async flushed(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.flushed()));
  }

  async close(): Promise<void> {
    await this.flushed();
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#heartbeat, this.#iopub]) socket.close();
  }

  async #receiveAll(
    channel: RequestChannel,
    socket: zmq.Router,
    receive: (channel: RequestChannel, message: Message) => void,
  ): Promise<void> {
    for await (const frames of socket) {
      try {
        receive(channel, this.#wire.decode(frames));
      } catch (error) {
        const reason = error instanceof RejectedFrames ? error.message : String(error);
        this.log(`a message on ${channel} was dropped: ${reason}`);
      }
    }
  }

  async #echo(): Promise<void> {
    for await (const frames of this.#heartbeat) {
      await this.#heartbeat.send(frames).catch(() => {});
    }
  }

  async #welcome(): Promise<void> {
    for await (const [frame] of this.#iopub) {
      const request = subscriptionRequest(frame);
      if (request === undefined) continue;
      if (!request.wanted) this.#iopub.grant(request);
      // Before what waits to be published, which the client then gets too; and before the next request is read.
      else {
        await this.#queues.iopub.sendFirst(() => {
          this.#iopub.grant(request);
          return this.#wire.encode(this.#welcomeTo(request.topic), [Buffer.from(request.topic)]);
        });
      }
    }
  }

  #welcomeTo(subscription: string): Message<object> {
    const content: Publications["iopub_welcome"] = { subscription };
    const header = this.headers.make("iopub_welcome");
    return { identities: [], header, parentHeader: {}, metadata: {}, content, buffers: [] };
  }
}

function curveOptions(connection: ConnectionInfo): object {
  if (connection.curve_publickey === undefined || connection.curve_secretkey === undefined) return {};
  return {
    curveServer: true,
    curvePublicKey: connection.curve_publickey,
    curveSecretKey: connection.curve_secretkey,
  };
}
