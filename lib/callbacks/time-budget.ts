// How much time something may take that is done again and again beside something more important. Used by the live plot.

export class TimeBudget {
  #spent = 0;
  #last = 0;

  /**
   * @param share of the time since `begin` (milliseconds, as performance.now()), the next one's price taken to be the last one's
   * @param allowance milliseconds that are free
   */
  constructor(
    readonly share: number,
    readonly begin: number,
    readonly allowance = 0,
  ) {}

  affords(now: number): boolean {
    return this.#spent + this.#last <= this.allowance + this.share * (now - this.begin);
  }

  spend(milliseconds: number): void {
    this.#spent += milliseconds;
    this.#last = milliseconds;
  }
}
