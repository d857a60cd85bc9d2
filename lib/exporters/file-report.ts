// What an export wrote: shows itself when it ends a cell. Made by the exporters that need no comparison.
/** A file or folder that an export wrote. */
export class FileReport {
  constructor(
    /** The file or folder. */
    readonly file: string,
    readonly bytes: number,
    private readonly notes: Readonly<Record<string, string>>,
  ) {}

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const notes = Object.entries(this.notes).map(([name, value]) => `, ${name}: ${value}`);
    return { "text/plain": `${this.file}: ${this.bytes.toLocaleString("en")} bytes${notes.join("")}` };
  }
}
