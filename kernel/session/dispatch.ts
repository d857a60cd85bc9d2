// Takes each message of a client to its handler, and wraps the answer: busy, what the handler publishes, the reply, idle.
// Nothing that a handler does wrong gets past here. Fed by main with what the sockets receive.
import type { JsonObject, Message } from "../protocol/message.js";
import { isNoticeType } from "../protocol/notices.js";
import type { ErrorReply } from "../protocol/replies.js";
import {
  isRequestType,
  type ReplyContent,
  type RequestContent,
  type RequestType,
  replyTo,
  requestReaders,
} from "../protocol/requests.js";
import type { Channels, RequestChannel } from "../transport/channels.js";
import { handleComm } from "./handlers/comm.js";
import { commInfo } from "./handlers/comm-info.js";
import { complete } from "./handlers/complete.js";
import { connect } from "./handlers/connect.js";
import { execute } from "./handlers/execute.js";
import { history } from "./handlers/history.js";
import { inspect } from "./handlers/inspect.js";
import { interrupt } from "./handlers/interrupt.js";
import { isComplete } from "./handlers/is-complete.js";
import { kernelInfo } from "./handlers/kernel-info.js";
import { shutdown } from "./handlers/shutdown.js";
import { usage } from "./handlers/usage.js";
import { describeError, log } from "./log.js";
import type { Request } from "./request.js";
import type { Session } from "./session.js";

export type Handler<T extends RequestType> = (
  session: Session,
  request: Request<T>,
) => ReplyContent<T> | Promise<ReplyContent<T>>;

const handlers: { [T in RequestType]: Handler<T> } = {
  execute_request: execute,
  complete_request: complete,
  inspect_request: inspect,
  is_complete_request: isComplete,
  history_request: history,
  kernel_info_request: kernelInfo,
  comm_info_request: commInfo,
  connect_request: connect,
  shutdown_request: shutdown,
  interrupt_request: interrupt,
  usage_request: usage,
};

export class Dispatch {
  constructor(
    readonly session: Session,
    readonly channels: Channels,
  ) {}

  receive(channel: RequestChannel, message: Message): void {
    const type = message.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") this.session.inputs.receive(message);
      else log(`a message on stdin was dropped: ${type}`);
    } else if (type === "execute_request") {
      this.session.queue.add({
        run: () => this.#answer(type, channel, message),
        abort: () => this.#abort(channel, message),
      });
    } else if (isRequestType(type)) void this.#answer(type, channel, message);
    else void this.#take(message);
  }

  async #answer<T extends RequestType>(type: T, channel: RequestChannel, message: Message): Promise<void> {
    this.#status("busy", message);
    const started = new Date().toISOString();
    const actions: (() => void)[] = [];
    const reply = await this.#reply(type, channel, message, (action) => actions.push(action));
    this.#send(type, channel, message, reply, { started });
    this.#idle(message);
    for (const action of actions) action();
  }

  async #reply<T extends RequestType>(
    type: T,
    channel: RequestChannel,
    message: Message,
    afterwards: (action: () => void) => void,
  ): Promise<ReplyContent<T>> {
    try {
      const content = requestReaders[type](message.content) as RequestContent<T>;
      return await handlers[type](this.session, { type, content, message, channel, afterwards });
    } catch (error) {
      log(`${type} failed: ${describeError(error)}`);
      return errorReply(error);
    }
  }

  /** What asks for no reply, and what this kernel does not know: a front end still waits for its `idle`. */
  async #take(message: Message): Promise<void> {
    this.#status("busy", message);
    try {
      if (isNoticeType(message.header.msg_type)) await handleComm(this.session, message.header.msg_type, message);
      else log(`a message of an unknown type was ignored: ${message.header.msg_type}`);
    } catch (error) {
      log(`${message.header.msg_type} failed: ${describeError(error)}`);
    }
    this.#idle(message);
  }

  #abort(channel: RequestChannel, message: Message): void {
    this.#status("busy", message);
    const aborted = { status: "aborted" as const, execution_count: this.session.executionCount };
    this.#send("execute_request", channel, message, aborted);
    this.#idle(message);
  }

  #send<T extends RequestType>(
    type: T,
    channel: RequestChannel,
    message: Message,
    content: ReplyContent<T>,
    times: JsonObject = {},
  ): void {
    // As ipykernel: JupyterLab shows from `started` how long a cell ran.
    const metadata: JsonObject = "status" in content ? { ...times, status: content.status } : times;
    this.channels.send(channel, {
      identities: message.identities,
      header: this.session.publisher.headers.make(replyTo(type)),
      parentHeader: message.header,
      metadata,
      content,
      buffers: [],
    });
  }

  #status(state: "busy" | "idle", message: Message): void {
    this.session.publisher.publish("status", { execution_state: state }, message.header);
  }

  /**
   * A request beside a running cell is done, but the kernel is not idle: front ends that look at the last status alone
   * would show a wrong one while a cell trains.
   */
  #idle(message: Message): void {
    this.#status("idle", message);
    const running = this.session.running?.cell.request;
    if (running !== undefined && running !== message) this.#status("busy", running);
  }
}

function errorReply(error: unknown): ErrorReply {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}
