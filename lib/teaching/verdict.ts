// What `check` found, as the learner sees it: a tick, or what is wrong.
import { escapeHTML } from "../engine/escape-html.js";
import type { Problem } from "./exercise.js";

/** What `ml.teaching.check` says about an answer. */
export class Verdict {
  /** Whether the answer is right. */
  readonly right: boolean;

  /** @param name the exercise's; @param problem what is wrong, as a sentence; undefined where the answer is right */
  constructor(
    readonly name: string,
    readonly problem: Problem,
  ) {
    this.right = problem === undefined;
  }

  toString(): string {
    return this.right ? `✓ ${this.name}: right` : `✗ ${this.name}: ${this.problem}`;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const text = String(this);
    // Borders, not colours alone: readable in both themes, and without seeing colours.
    const html = `<div style="border-left: 4px ${this.right ? "solid #009e73" : "double #d55e00"}; padding: 2px 10px">${escapeHTML(text)}</div>`;
    return { "text/plain": text, "text/html": html };
  }
}
