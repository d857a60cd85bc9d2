// How fast outputs leave for the front end. What a cell usually shows goes out at once; a loop that shows without end is
// held here, and let out in rounds of what is still worth showing: of the updates of one display only the newest. One for a
// session, since its front end is one; CellOutputs asks it.
import { performance } from "node:perf_hooks";

/** So many messages go out at once before any is held. */
const burst = 200;
/** And so many a second for ever: more than a browser draws. */
const perSecond = 100;
/** Characters that count as one more message. */
const charactersPerMessage = 50_000;
/** After a long round the next one is not farther away than this, in messages. */
const deepest = -50;
/** Displays, or characters of theirs, whose updates are held; the oldest updates are forgotten beyond it. */
const held = { updates: 1_000, characters: 50_000_000 };

interface Update {
  size: number;
  publish(): void;
}

export class OutputGate {
  #messages = burst;
  #filledAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** What lets out the outputs of each cell that waits. */
  readonly #cells = new Set<() => void>();
  /** By display id. A later cell may update what an earlier one showed, so that these are no cell's. */
  readonly #updates = new Map<string, Update>();
  #updateCharacters = 0;

  /** Whether an output may go out now; else it waits, and so does everything behind it. */
  get isOpen(): boolean {
    return this.#cells.size === 0 && this.#updates.size === 0 && this.#fill() >= 1;
  }

  /** A message of this many characters went out. */
  spend(characters: number): void {
    this.#messages = Math.max(deepest, this.#messages - 1 - characters / charactersPerMessage);
  }

  /** Calls back, once, when a cell's outputs may go out. */
  wait(release: () => void): void {
    this.#cells.add(release);
    this.#schedule();
  }

  /** Instead of the update of this display that waits already, if one does. */
  holdUpdate(displayId: string, size: number, publish: () => void): void {
    this.#forget(displayId);
    this.#updates.set(displayId, { size, publish });
    this.#updateCharacters += size;
    for (const oldest of this.#updates.keys()) {
      const fits = this.#updates.size <= held.updates && this.#updateCharacters <= held.characters;
      if (fits || oldest === displayId) break;
      this.#forget(oldest);
    }
    this.#schedule();
  }

  /** Everything goes out now: what comes next must not overtake it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const cells = [...this.#cells];
    const updates = [...this.#updates.values()];
    this.#cells.clear();
    this.#updates.clear();
    this.#updateCharacters = 0;
    for (const release of cells) release();
    // Behind the displays that they change.
    for (const { size, publish } of updates) {
      this.spend(size);
      publish();
    }
  }

  #forget(displayId: string): void {
    this.#updateCharacters -= this.#updates.get(displayId)?.size ?? 0;
    this.#updates.delete(displayId);
  }

  #fill(): number {
    const now = performance.now();
    this.#messages = Math.min(burst, this.#messages + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    return this.#messages;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), Math.max(10, ((1 - this.#fill()) * 1000) / perSecond));
  }
}
