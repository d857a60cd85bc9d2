// How much of a notebook's file one display may take. Asked by pictures, which are drawn smaller, and by tables, which are cut.

/** In bytes of the file: with more, files that people send around grow fast. */
export const mostBytes = 99_000;

/** Of each line, beside what JSON indents by itself: a display stands five levels deep in the file. */
const depth = 5;

/**
 * As it stands in a notebook's file: indented, and texts as lists of their lines.
 * https://nbformat.readthedocs.io/en/latest/format_description.html
 * @param bundle contents by MIME type
 */
export function bytesOf(bundle: Readonly<Record<string, unknown>>): number {
  const split = Object.entries(bundle).map(([kind, content]) => [
    kind,
    typeof content === "string" ? content.split(/(?<=\n)/) : content,
  ]);
  const saved = JSON.stringify(Object.fromEntries(split), null, 1);
  let lines = 1;
  for (let at = saved.indexOf("\n"); at >= 0; at = saved.indexOf("\n", at + 1)) lines++;
  return Buffer.byteLength(saved) + depth * lines;
}
