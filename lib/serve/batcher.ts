// Puts single inputs together: a batch goes as soon as it is full, or its oldest input has waited long enough, or nobody is on the way who
// could join it. One batch runs at a time. Used by served-model.ts.

export interface BatcherParts<Input, Output> {
  /** The most inputs of a batch. */
  readonly size: number;
  /** Milliseconds that an input waits for others at most, while nothing runs. */
  readonly delay: number;
  /** Whether inputs are on their way that do not wait here yet. */
  isMoreExpected(): boolean;
  /** Answers in the order of the inputs; an error is that of its input alone. */
  run(inputs: readonly Input[]): Promise<readonly (Output | Error)[]>;
}

interface Waiting<Input, Output> {
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

export class Batcher<Input, Output> {
  readonly #parts: BatcherParts<Input, Output>;
  #waiting: Waiting<Input, Output>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isSoon = false;

  constructor(parts: BatcherParts<Input, Output>) {
    this.#parts = parts;
  }

  /** How many inputs wait for a batch. */
  get length(): number {
    return this.#waiting.length;
  }

  add(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      this.#look();
    });
  }

  #look(): void {
    if (this.#isRunning || this.#waiting.length === 0) return;
    if (this.#waiting.length >= this.#parts.size) {
      this.#go();
      return;
    }
    this.#timer ??= setTimeout(() => this.#go(), this.#parts.delay);
    if (this.#isSoon) return;
    // Once this turn of the event loop is over: what arrived together is read together.
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      if (!this.#isRunning && this.#waiting.length > 0 && !this.#parts.isMoreExpected()) this.#go();
    });
  }

  #go(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isRunning) return;
    const batch = this.#waiting.splice(0, this.#parts.size);
    if (batch.length === 0) return;
    this.#isRunning = true;
    void this.#answer(batch).finally(() => {
      this.#isRunning = false;
      this.#look();
    });
  }

  async #answer(batch: readonly Waiting<Input, Output>[]): Promise<void> {
    try {
      const outputs = await this.#parts.run(batch.map(({ input }) => input));
      batch.forEach(({ resolve, reject }, i) => {
        const output = outputs[i];
        if (output === undefined) reject(new Error(`${outputs.length} answers for ${batch.length} inputs`));
        else if (output instanceof Error) reject(output);
        else resolve(output);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
