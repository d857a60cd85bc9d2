// How long to wait for PyPI. A network that does not answer is told from a machine that is slow: the person hears of the
// former within 20 s, and of the latter that it goes on. Used by virtual-environment.ts; pip-install.ts gives it pip's lines.

/** pip must have downloaded something by then, counted from the start: a person doesn't wait longer for an answer. */
export const firstAnswerMs = 17_000;
/** A machine on which pip has found nothing by then is given up, whatever the reason. */
const lastAnswerMs = 300_000;

export class Patience {
  readonly #end = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  /** pip has asked and got nothing, which a slow machine does not explain. */
  #failing = false;
  #over = false;
  /** True once pip has found a package. */
  answered = false;

  /** @param onSlow called once where the time is over and nothing says that the network is to blame. */
  constructor(answerWithinMs: number, onSlow: () => void) {
    const atDeadline = () => {
      this.#over = true;
      if (this.#failing) this.#end.abort();
      else onSlow();
    };
    this.#timers = [setTimeout(atDeadline, answerWithinMs), setTimeout(() => this.#end.abort(), lastAnswerMs)];
  }

  /** Aborts when it is of no use to wait longer. */
  get giveUp(): AbortSignal {
    return this.#end.signal;
  }

  /** One line that pip has printed. */
  read(line: string): void {
    if (/^\s*(Downloading|Using cached|Processing) /.test(line)) {
      this.answered = true;
      this.end();
    } else if (/Retrying .*connection broken/.test(line) && !this.answered) {
      this.#failing = true;
      if (this.#over) this.#end.abort();
    }
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
