// What is known about a name, as text for a terminal and as markdown. Used by handlers/inspect and by `?name`.
import type { Inspection } from "../language/results.js";
import type { MimeData } from "../protocol/replies.js";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

export function inspectionBundle(inspection: Inspection): MimeData {
  return { "text/plain": plainText(inspection), "text/markdown": markdown(inspection) };
}

function plainText({ signature, documentation, source, location }: Inspection): string {
  const parts = [`${red("Signature:")}\n${signature}`];
  if (documentation) parts.push(`${red("Documentation:")}\n${documentation}`);
  if (source) parts.push(`${red("Source:")}\n${source}`);
  if (location) parts.push(`${red("Declared in:")} ${location}`);
  return parts.join("\n\n");
}

function markdown({ signature, documentation, source, location }: Inspection): string {
  const parts = [fenced(signature)];
  if (documentation) parts.push(documentation);
  if (source) parts.push(`**Source**\n\n${fenced(source)}`);
  if (location) parts.push(`**Declared in** \`${location}\``);
  return parts.join("\n\n");
}

/** With a fence that is longer than any in the text. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}typescript\n${code}\n${fence}`;
}
