// What promote and rollback did: shows itself when it ends a cell.

/** Which release is live now, and which was before. */
export class Promotion {
  constructor(
    readonly kind: "promoted" | "rolled back",
    /** What was live before; undefined where nothing was. */
    readonly from: string | undefined,
    /** What is live now. */
    readonly to: string,
    /** From the call until the change was on the disk and, where there is one, in the server. */
    readonly milliseconds: number,
    /** Of the server that answers with it. */
    readonly url: string | undefined,
  ) {}

  toString(): string {
    const change =
      this.from === this.to
        ? `${this.to} was live already`
        : `${this.to} is live${this.from === undefined ? "" : `, ${this.from} was`}`;
    const where = this.url === undefined ? "" : `, at ${this.url}`;
    return `${this.kind} in ${(this.milliseconds / 1000).toFixed(2)} s: ${change}${where}`;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": String(this) };
  }
}
