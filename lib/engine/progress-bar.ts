// How far something is that takes a while: in a notebook one display with a bar, updated a few times a second, whose last
// state is saved; elsewhere a line of text that is written over. Used by downloads, training and cross-validation.
import { escapeHTML } from "./escape-html.js";
import { type NotebookHandle, notebookDisplay, shownAs } from "./notebook-display.js";

/** What a bar shows. */
export interface Progress {
  /** From 0 to 1; undefined where the end is not known. */
  readonly share: number | undefined;
  /** Beside the percentage: "3.4 of 170.5 MB". */
  readonly text: string;
  /** Lines below the bar; where there is no notebook they are left out. */
  readonly lines?: readonly string[];
}

/** Milliseconds between two updates: 4 a second. */
const interval = 250;
/** Characters of the bar in text. */
const cells = 20;
/** Told apart by the colour-blind, seen on light and dark ground. */
const colors = { going: "#0072b2", done: "#009e73", stopped: "#d55e00" };

export class ProgressBar {
  readonly #title: string;
  readonly #write: ((text: string) => void) | undefined;
  #handle: NotebookHandle | undefined;
  #shown = Number.NEGATIVE_INFINITY;
  /** Of the line that is to be written over. */
  #width = 0;

  /** @param write takes the line where there is no notebook; nothing is written without it */
  constructor(title: string, write?: (text: string) => void) {
    this.#title = title;
    this.#write = write;
  }

  /** Shows how far it is, unless it has just done so. */
  update(progress: Progress): void {
    const now = performance.now();
    if (now - this.#shown < interval) return;
    this.#shown = now;
    this.#show(progress, "going");
  }

  /** Shows the last state, which stays; "stopped" for what came to no good end: then nothing is shown if nothing was before. */
  end(progress: Progress, state: "done" | "stopped" = "done"): void {
    if (state === "stopped" && this.#shown === Number.NEGATIVE_INFINITY) return;
    this.#show(progress, state);
  }

  #show(progress: Progress, state: keyof typeof colors): void {
    const display = this.#handle ? undefined : notebookDisplay();
    if (this.#handle || display) {
      const bundle = shownAs({
        "text/html": asHTML(this.#title, progress, state),
        "text/plain": asText(this.#title, progress),
      });
      if (display) this.#handle = display(bundle);
      else this.#handle?.update(bundle);
      return;
    }
    const line = headOf(this.#title, progress);
    this.#write?.(`\r${line.padEnd(this.#width)}${state === "going" ? "" : "\n"}`);
    this.#width = line.length;
  }
}

function percent(share: number): string {
  return `${Math.floor(100 * bounded(share))} %`;
}

function bounded(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function headOf(title: string, { share, text }: Progress): string {
  return `${title}: ${[...(share === undefined ? [] : [percent(share)]), ...(text ? [text] : [])].join(", ")}`;
}

function asText(title: string, progress: Progress): string {
  const { share, lines = [] } = progress;
  const full = Math.round(cells * bounded(share ?? 0));
  const bar = share === undefined ? [] : [`${"█".repeat(full)}${"░".repeat(cells - full)}`];
  return [headOf(title, progress), ...bar, ...lines].join("\n");
}

/** The percentage stands in the text too: what shows notebooks without styles has no bar. */
function asHTML(title: string, progress: Progress, state: keyof typeof colors): string {
  const { share, lines = [] } = progress;
  const line = (text: string) => `<div>${escapeHTML(text)}</div>`;
  const full = `width:${(100 * bounded(share ?? 0)).toFixed(1)}%;height:100%;background-color:${colors[state]}`;
  const bar = `<div style="width:20em;height:0.5em;border:1px solid #8c8c8c"><div style="${full}"></div></div>`;
  return [line(headOf(title, progress)), share === undefined ? "" : bar, ...lines.map(line)].join("");
}
