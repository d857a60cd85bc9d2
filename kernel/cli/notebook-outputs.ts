// Turns what a kernel publishes into a notebook's outputs, as JupyterLab and nbclient do: streams joined, displays
// updated in place by their id, clear_output. Called by notebook-runner.ts with every IOPub message.
import type { CodeCell, Mime, Output } from "./notebook.js";
import { TerminalText } from "./terminal-text.js";

/** The part of an IOPub message that outputs are made from. */
export interface PublishedMessage {
  type: string;
  content: Record<string, unknown>;
}

export class NotebookOutputs {
  /** Where each display id is shown: an update changes all of them, in any cell. */
  readonly #displays = new Map<string, Set<Extract<Output, { data: Mime }>>>();
  /** Cells whose outputs vanish when the next one comes: `clear_output(wait=True)`. */
  readonly #clearing = new Set<CodeCell>();

  /** What each stream shows so far; a carriage return may still change its last line. */
  readonly #streams = new WeakMap<Output, TerminalText>();

  /** Begins a run of a cell: what it showed before is gone. */
  begin(cell: CodeCell): void {
    this.#clear(cell);
    cell.execution_count = null;
  }

  receive(cell: CodeCell, { type, content }: PublishedMessage): void {
    switch (type) {
      case "execute_input":
        if (typeof content.execution_count === "number") cell.execution_count = content.execution_count;
        break;
      case "stream":
        this.#stream(cell, content.name === "stderr" ? "stderr" : "stdout", String(content.text));
        break;
      case "display_data":
        this.#display(cell, { output_type: "display_data", ...bundle(content) }, content);
        break;
      case "execute_result": {
        const count = typeof content.execution_count === "number" ? content.execution_count : null;
        this.#display(cell, { output_type: "execute_result", execution_count: count, ...bundle(content) }, content);
        break;
      }
      case "update_display_data":
        this.#update(content);
        break;
      case "error":
        this.#append(cell, {
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
        });
        break;
      case "clear_output":
        if (content.wait === true) this.#clearing.add(cell);
        else this.#clear(cell);
        break;
    }
  }

  #stream(cell: CodeCell, name: "stdout" | "stderr", text: string): void {
    const last = this.#clearing.has(cell) ? undefined : cell.outputs.at(-1);
    let output: Extract<Output, { output_type: "stream" }>;
    if (last?.output_type === "stream" && last.name === name) output = last;
    else {
      output = { output_type: "stream", name, text: "" };
      this.#append(cell, output);
    }
    const terminal = this.#streams.get(output) ?? new TerminalText();
    this.#streams.set(output, terminal);
    terminal.append(text);
    output.text = terminal.toString();
  }

  #display(cell: CodeCell, output: Extract<Output, { data: Mime }>, content: Record<string, unknown>): void {
    const id = displayId(content);
    if (id !== undefined) {
      // A second display with the same id shows the new value in the first place too.
      this.#update(content);
      const places = this.#displays.get(id) ?? new Set();
      this.#displays.set(id, places.add(output));
    }
    this.#append(cell, output);
  }

  #update(content: Record<string, unknown>): void {
    for (const output of this.#displays.get(displayId(content) ?? "") ?? []) Object.assign(output, bundle(content));
  }

  #append(cell: CodeCell, output: Output): void {
    if (this.#clearing.has(cell)) this.#clear(cell);
    cell.outputs.push(output);
  }

  #clear(cell: CodeCell): void {
    this.#clearing.delete(cell);
    cell.outputs = [];
  }
}

function bundle(content: Record<string, unknown>): { data: Mime; metadata: Record<string, unknown> } {
  return { data: { ...record(content.data) }, metadata: { ...record(content.metadata) } };
}

function displayId(content: Record<string, unknown>): string | undefined {
  const id = record(content.transient).display_id;
  return typeof id === "string" ? id : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
