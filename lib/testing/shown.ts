// What a check found, as text under its cell: a headline and the first examples.

/** Adds the display, which is not one of the value's own properties. */
export function shown<T extends object>(value: T, headline: string, examples: readonly string[]): T {
  const more = examples.length > 5 ? [`… ${examples.length - 5} more`] : [];
  const text = [headline, ...examples.slice(0, 5), ...more].join("\n");
  const show = () => ({ "text/plain": text });
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: show, enumerable: false });
}
