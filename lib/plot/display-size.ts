// How much of a notebook's file one display may take. Asked by pictures, which are drawn smaller, and by tables, which are cut.

/** In bytes, as JSON: with more, files that people send around grow fast. */
export const mostBytes = 99_000;

/** As it stands in a notebook's file. @param bundle contents by MIME type */
export function bytesOf(bundle: Readonly<Record<string, unknown>>): number {
  return Buffer.byteLength(JSON.stringify(bundle));
}
