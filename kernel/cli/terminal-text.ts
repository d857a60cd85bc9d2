// What a terminal would show of a stream: a carriage return goes to the start of the line, a backspace one back, and
// what follows overwrites. Progress bars rely on it; JupyterLab saves streams the same way. Used by notebook-outputs.ts.

export class TerminalText {
  #finished = "";
  /** The last line, which may still be overwritten. */
  #line: string[] = [];
  #column = 0;

  append(text: string): void {
    // Nearly all text overwrites nothing.
    if (!/[\r\b]/.test(text) && this.#column === this.#line.length) {
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) this.#finish(text.slice(0, end));
      for (const character of text.slice(end)) this.#put(character);
      return;
    }
    for (const character of text) {
      if (character === "\n") this.#finish("\n");
      else if (character === "\r") this.#column = 0;
      else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
      else this.#put(character);
    }
  }

  toString(): string {
    return this.#finished + this.#line.join("");
  }

  #put(character: string): void {
    this.#line[this.#column++] = character;
  }

  #finish(rest: string): void {
    this.#finished += this.#line.join("") + rest;
    this.#line = [];
    this.#column = 0;
  }
}
