// What is known of each set of input shapes: graphs, of which few are kept, as each holds memory of its own, and reasons why there is none.
// Used by stepper.ts and compile-inference.ts.

/** Graphs at a time. */
export const MOST_GRAPHS = 8;

/**
 * A graph is given up for another shape's where it was not used in so many runs, and that shape came again in less time. Making a graph costs
 * as much as some eager runs: where more shapes than that take turns, one would be made in each.
 */
const IDLE_RUNS = 32;

/** Reasons and the like cost little, but they must not grow without end either. */
const MOST_ENTRIES = 1000;

/** Why a run is eager where no graph may be given up for its shape's. */
export const crowded = `${MOST_GRAPHS} other shapes are compiled and in use; more would take their memory`;

interface Kept<Entry> {
  readonly entry: Entry;
  /** The run in which it was used last. */
  used: number;
}

export class ShapeCache<Entry> {
  /** The one used least recently is the first. */
  private readonly kept = new Map<string, Kept<Entry>>();
  /** When shapes without an entry were run last. */
  private readonly seen = new Map<string, number>();
  private runs = 0;

  /**
   * @param isGraph whether an entry holds a graph
   * @param free what is done with an entry that is given up
   */
  constructor(
    private readonly isGraph: (entry: Entry) => boolean,
    private readonly free: (entry: Entry) => Promise<void>,
  ) {}

  /** The entry of a shape that is run now. */
  use(key: string): Entry | undefined {
    this.runs++;
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    found.used = this.runs;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found.entry;
  }

  /** @param entry in the place of one that is there already, which is not freed */
  set(key: string, entry: Entry): void {
    this.seen.delete(key);
    this.kept.delete(key);
    this.kept.set(key, { entry, used: this.runs });
    for (const [old, { entry: other }] of this.kept) {
      if (this.kept.size <= MOST_ENTRIES) break;
      if (!this.isGraph(other)) this.kept.delete(old);
    }
  }

  /** Forgets an entry; freeing it is the caller's. */
  delete(key: string): void {
    this.kept.delete(key);
  }

  /**
   * Gives up the graphs that a new one needs the place of.
   *
   * @param key the shape of the new one, which is run now
   * @param insist also those in use
   * @returns whether there is room for it
   */
  async makeRoom(key: string, insist: boolean): Promise<boolean> {
    const { graphs } = this;
    const pause = this.runs - (this.seen.get(key) ?? Number.NEGATIVE_INFINITY);
    this.seen.delete(key);
    this.seen.set(key, this.runs);
    for (const old of this.seen.keys()) if (this.seen.size > MOST_ENTRIES) this.seen.delete(old);
    for (const old of graphs.slice(0, Math.max(0, graphs.length - MOST_GRAPHS + 1))) {
      const found = this.kept.get(old);
      if (found === undefined) continue;
      const { entry, used } = found;
      if (!insist && this.runs - used < Math.max(IDLE_RUNS, pause + 1)) return false;
      this.kept.delete(old);
      await this.free(entry);
    }
    return true;
  }

  /** The shapes that have graphs. */
  get graphs(): readonly string[] {
    return [...this.kept].flatMap(([key, { entry }]) => (this.isGraph(entry) ? [key] : []));
  }

  /** Frees all. */
  async clear(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const { entry } of all) await this.free(entry);
  }
}
