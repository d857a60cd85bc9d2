// Jupyter counts `cursor_pos` in Unicode code points, JavaScript in UTF-16 units. Used by the complete and inspect
// handlers. https://jupyter-client.readthedocs.io/en/stable/messaging.html#cursor-pos-and-unicode-offsets

/** The UTF-16 offset of a position in code points; positions outside of the text are moved to its ends. */
export function utf16Offset(text: string, codePoints: number): number {
  let offset = 0;
  for (let left = codePoints; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** The position in code points of a UTF-16 offset. */
export function codePointOffset(text: string, utf16: number): number {
  let count = 0;
  for (let offset = 0; offset < utf16 && offset < text.length; count += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return count;
}
