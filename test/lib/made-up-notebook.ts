// A notebook that is made up here: `display` as a kernel leaves it for libraries, and everything that is shown with it. For
// tests of what shows itself while it works.
const displaySymbol = Symbol.for("Jupyter.displayFunction");
const globals = globalThis as Record<symbol, unknown>;

export type Bundle = Record<string, unknown> & { "text/plain": string };

export interface MadeUpNotebook {
  /** What each display shows and showed, one list a display. */
  readonly displays: Bundle[][];
}

/** @param onUpdate called with each update; close with {@link closeNotebook} */
export function openNotebook(onUpdate = () => {}): MadeUpNotebook {
  const displays: Bundle[][] = [];
  const bundleOf = (value: unknown): Bundle =>
    (value as Record<symbol, () => Bundle>)[Symbol.for("Jupyter.display")]?.() ?? { "text/plain": "" };
  globals[displaySymbol] = (value: unknown) => {
    const shown = [bundleOf(value)];
    displays.push(shown);
    return {
      update(next: unknown): void {
        onUpdate();
        shown.push(bundleOf(next));
      },
    };
  };
  return { displays };
}

export function closeNotebook(): void {
  delete globals[displaySymbol];
}
