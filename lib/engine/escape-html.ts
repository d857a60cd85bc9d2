// Text as the content of an HTML element. Used by what shows itself as HTML.

/** Not for attributes: quotes stay. */
export function escapeHTML(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
