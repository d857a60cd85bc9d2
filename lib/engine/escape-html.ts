// Text in HTML. Used by all that shows itself as HTML.

/** Text as the content of an element, or as an attribute's value in double quotes. */
export function escapeHTML(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
