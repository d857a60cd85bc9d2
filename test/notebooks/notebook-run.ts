// Runs a copy of a notebook as `cellgrad run` does, in a folder of its own and without a network, and gives what its cells
// show. Used by the tests of this folder.
import { copyFileSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CodeCell, formatNotebook, type Notebook, type Output, parseNotebook } from "../../kernel/cli/notebook.js";
import type { Workplace } from "../kernel/cli/command.js";

/** The repository, seen from dist/test/notebooks. */
const root = fileURLToPath(new URL("../../../", import.meta.url));
const offline = path.join(root, "test/notebooks/offline.cjs");

export class NotebookRun {
  private constructor(
    readonly notebook: Notebook,
    readonly code: number | null,
    readonly stderr: string,
    /** Wall time, kernel start included. */
    readonly seconds: number,
    /** How many times longer than alone the machine lets each process wait, roughly; at least 1. */
    readonly busy: number,
  ) {}

  /** @param file from the repository's root; @param workplace where the copy runs and its files go */
  static async of(file: string, workplace: Workplace): Promise<NotebookRun> {
    const copy = workplace.path(path.basename(file));
    copyFileSync(path.join(root, file), copy);
    return NotebookRun.ofCopy(copy, workplace);
  }

  /** @param copy in the workplace; its outputs are written into it */
  static async ofCopy(copy: string, workplace: Workplace): Promise<NotebookRun> {
    const load = () => (loadavg()[0] ?? 0) / availableParallelism();
    const before = load();
    const started = performance.now();
    // Quotes, since a path may hold blanks.
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(offline)}` };
    const { code, stderr } = await workplace.run(["run", copy, "--timeout", "400"], env);
    const seconds = (performance.now() - started) / 1000;
    const notebook = parseNotebook(readFileSync(copy, "utf8"), copy);
    return new NotebookRun(notebook, code, stderr, seconds, Math.max(1, before, load()));
  }

  get codeCells(): CodeCell[] {
    return codeCells(this.notebook);
  }

  /** What a cell shows, as text; errors as `Name: message`. */
  text(id: string): string {
    return this.outputs(id).map(textOf).join("\n");
  }

  /** The MIME types of everything that a cell shows. */
  mimeTypes(id: string): string[] {
    return this.outputs(id).flatMap((output) => ("data" in output ? Object.keys(output.data) : []));
  }

  private outputs(id: string): Output[] {
    const cell = this.codeCells.find((one) => one.id === id);
    if (cell === undefined)
      throw new Error(`no code cell ${id} among ${this.codeCells.map((one) => one.id).join(", ")}`);
    return cell.outputs;
  }
}

export function codeCells({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell) => cell.cell_type === "code");
}

export function mayFail({ metadata }: CodeCell): boolean {
  return Array.isArray(metadata.tags) && metadata.tags.includes("raises-exception");
}

export function failed({ outputs }: CodeCell): boolean {
  return outputs.some(({ output_type }) => output_type === "error");
}

/** @returns the notebook as it is in the repository, and whether its file is as cellgrad and Jupyter would save it */
export function readNotebook(file: string): { notebook: Notebook; asSaved: boolean } {
  const text = readFileSync(path.join(root, file), "utf8");
  const notebook = parseNotebook(text, file);
  return { notebook, asSaved: formatNotebook(notebook) === text };
}

export function textOf(output: Output): string {
  if (output.output_type === "stream") return output.text;
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  return String(output.data["text/plain"] ?? "");
}
