// `input` and `password`: questions to the reader, one at a time for each cell, as the front end asks them.
import { type CellRun, currentRun } from "./cell-run.js";
import type { Outbox } from "./outbox.js";

interface Question {
  prompt: string;
  password: boolean;
  answer(value: string): void;
}

export class Input {
  readonly #questions = new Map<string, Question[]>();

  constructor(readonly outbox: Outbox) {}

  ask(prompt: unknown, password: boolean): Promise<string> {
    const run = currentRun();
    if (!run?.allowStdin || run.state !== "running") {
      const name = password ? "password()" : "input()";
      const why = run?.allowStdin
        ? "the cell that asks is done, and only a running cell can ask"
        : "this front end does not take input requests";
      return Promise.reject(new Error(`${name} is not possible here: ${why}`));
    }
    return new Promise((answer) => {
      const waiting = this.#questions.get(run.id) ?? [];
      waiting.push({ prompt: prompt === undefined ? "" : String(prompt), password, answer });
      this.#questions.set(run.id, waiting);
      if (waiting.length === 1) this.#send(run.id, waiting);
    });
  }

  answered(cell: string, value: string): void {
    const waiting = this.#questions.get(cell);
    const question = waiting?.shift();
    if (waiting) this.#send(cell, waiting);
    question?.answer(value);
  }

  /** The cell is over: what it still asks stays without an answer. */
  forget(run: CellRun): void {
    this.#questions.delete(run.id);
  }

  #send(cell: string, waiting: Question[]): void {
    const next = waiting[0];
    if (next) this.outbox.send({ type: "input", cell, prompt: next.prompt, password: next.password });
    else this.#questions.delete(cell);
  }
}
