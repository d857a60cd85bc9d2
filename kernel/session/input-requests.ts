// Questions of user code to the reader: input_request goes to the front end that sent the cell, the answer back to the
// worker. One question is open at a time, the others wait. Owned by Session.
import type { CellId } from "../ipc/cell-messages.js";
import type { HeaderMaker, Message } from "../protocol/message.js";
import type { Channels } from "../transport/channels.js";
import type { Cell } from "./cell.js";
import { log } from "./log.js";

interface Question {
  cell: Cell;
  prompt: string;
  password: boolean;
}

export class InputRequests {
  #questions: Question[] = [];
  /** msg_id of the input_request that waits for its reply. */
  #asked: string | undefined;

  constructor(
    readonly channels: Channels,
    readonly headers: HeaderMaker,
    readonly answer: (cell: CellId, value: string) => void,
  ) {}

  ask(question: Question): void {
    this.#questions.push(question);
    if (this.#questions.length === 1) this.#send(question);
  }

  /** An input_reply came. */
  receive(message: Message): void {
    const [question] = this.#questions;
    const parent = message.parentHeader.msg_id;
    // jupyter_client sends replies without a parent.
    if (question === undefined || (parent !== undefined && parent !== this.#asked)) {
      log("an input_reply was dropped: no cell waits for it");
      return;
    }
    const { value } = message.content;
    this.answer(question.cell.id, typeof value === "string" ? value : "");
    this.#next();
  }

  /** The cell does not wait any more. */
  cancel(cell: CellId): void {
    const asked = this.#questions[0]?.cell.id === cell;
    this.#questions = this.#questions.filter((question) => question.cell.id !== cell);
    if (asked && this.#questions[0]) this.#send(this.#questions[0]);
  }

  #next(): void {
    this.#questions.shift();
    const [question] = this.#questions;
    if (question) this.#send(question);
  }

  #send({ cell, prompt, password }: Question): void {
    // The reader must see what was printed before the question.
    cell.flush();
    const header = this.headers.make("input_request");
    this.#asked = header.msg_id;
    this.channels.send("stdin", {
      identities: cell.request.identities,
      header,
      parentHeader: cell.request.header,
      metadata: {},
      content: { prompt, password },
      buffers: [],
    });
  }
}
