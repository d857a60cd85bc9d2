// All kernels of a run, one running instance of each. Measures take turns between them (A, B, C, B, C, A, …), so that
// whatever else the machine does hits all alike. Used by every measure.
import { setTimeout as delay } from "node:timers/promises";
import type { Contender, ContenderName } from "./contenders.js";
import { type Place, RunningKernel } from "./running-kernel.js";

/** What a kernel still does after its turn is not charged to the next one. */
const pauseMs = 10;

export class Fleet {
  /** What went wrong with whom: a turn that throws is left out, and the kernel is started anew. */
  readonly failures: { name: ContenderName; message: string }[] = [];
  readonly #running = new Map<Contender, RunningKernel>();
  /** Numbers of cells: each declares names of its own. */
  #next = 1;

  constructor(
    readonly contenders: readonly Contender[],
    readonly place: Place,
  ) {}

  /** The instance of this kernel, started when there is none or when it has ended. */
  async kernel(contender: Contender): Promise<RunningKernel> {
    const running = this.#running.get(contender);
    if (running && running.ended === undefined) return running;
    return this.fresh(contender);
  }

  /** A new instance in place of what runs. */
  async fresh(contender: Contender): Promise<RunningKernel> {
    await this.#running.get(contender)?.stop();
    const kernel = await RunningKernel.start(contender, this.place);
    this.#running.set(contender, kernel);
    return kernel;
  }

  number(): number {
    return this.#next++;
  }

  /** Each kernel once a round; `-1` is a round before the first, which a measure does not count. */
  async interleave(rounds: number, turn: (kernel: RunningKernel, round: number) => Promise<void>): Promise<void> {
    for (let round = -1; round < rounds; round++) {
      const first = (round + 1) % this.contenders.length;
      for (const contender of [...this.contenders.slice(first), ...this.contenders.slice(0, first)]) {
        await this.guard(contender, (kernel) => turn(kernel, round));
        await delay(pauseMs);
      }
    }
  }

  /** Hands over the running instance; whatever is thrown is noted. */
  async guard(contender: Contender, turn: (kernel: RunningKernel) => Promise<void>): Promise<void> {
    try {
      await turn(await this.kernel(contender));
    } catch (error) {
      this.#note(contender, error);
      await this.#running.get(contender)?.stop();
    }
  }

  /** Hands over an instance of its own, which ends with the turn. */
  async guardFresh(contender: Contender, turn: (kernel: RunningKernel) => Promise<void>): Promise<void> {
    let kernel: RunningKernel | undefined;
    try {
      kernel = await RunningKernel.start(contender, this.place);
      await turn(kernel);
    } catch (error) {
      this.#note(contender, error);
    }
    await kernel?.stop();
  }

  #note({ name }: Contender, error: unknown): void {
    this.failures.push({ name, message: error instanceof Error ? error.message : String(error) });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((kernel) => kernel.stop()));
    this.#running.clear();
  }
}
