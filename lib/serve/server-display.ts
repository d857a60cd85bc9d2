// How a server shows itself when it ends a cell. Called by server.ts.
import { escapeHTML } from "../engine/escape-html.js";
import type { ModelVersion } from "./messages.js";
import type { ServerCounts } from "./server.js";

export function serverBundle(
  url: string,
  { name, version }: ModelVersion,
  counts: ServerCounts,
  isClosed: boolean,
): Record<string, string> {
  const number = (value: number) => value.toLocaleString("en");
  const { requests, predictions, batches, rejected, failed } = counts;
  const mean = batches === 0 ? "" : ` in ${number(batches)} batches of ${(predictions / batches).toFixed(1)}`;
  const rows = [
    ["url", isClosed ? `${url} (closed)` : url],
    ["model", name],
    ["version", version],
    ["requests", number(requests)],
    ["predictions", `${number(predictions)}${mean}`],
    ["refused (4xx)", number(failed)],
    ["overload (503)", number(rejected)],
  ] as const;
  const width = Math.max(...rows.map(([title]) => title.length));
  const text = rows.map(([title, value]) => `${title.padEnd(width)}  ${value}`).join("\n");
  const cells = rows.map(([title, value], i) => {
    const shown =
      i === 0 && !isClosed ? `<a href="${url}/docs" target="_blank">${escapeHTML(value)}</a>` : escapeHTML(value);
    return `<tr><th style="text-align:left">${title}</th><td style="text-align:left">${shown}</td></tr>`;
  });
  return { "text/plain": text, "text/html": `<table>${cells.join("")}</table>` };
}
