// GET /docs: the API's description as a page that needs no network and no script. Called by http-app.ts.
import { escapeHTML } from "../engine/escape-html.js";
import type { OpenAPI } from "./openapi.js";
import type { ServedModel } from "./served-model.js";

interface Operation {
  readonly summary: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:#f4f4f4;padding:1rem;overflow:auto;border-radius:4px}
h2{margin-top:2rem;border-bottom:1px solid #ddd}td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}`;

export function docsPage(description: OpenAPI, { version, rules }: ServedModel): string {
  const paths = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => section(path, method, operation)),
  );
  const schemas = Object.entries(description.components.schemas).map(
    ([name, schema]) => `<h3 id="${name}">${name}</h3><pre>${escapeHTML(JSON.stringify(schema, null, 2))}</pre>`,
  );
  const { title, description: text } = description.info;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHTML(version.name)}</title><style>${style}</style>
<h1>${title}: ${escapeHTML(version.name)}</h1>
<p>Version <code>${escapeHTML(version.version)}</code>. ${escapeHTML(text)} Classes: ${escapeHTML(rules.labels.slice(0, 100).join(", "))}.
The same as <a href="/docs/openapi.json">OpenAPI</a>.</p>
<pre>${escapeHTML(examples(rules.input.isImage, rules.input.shape))}</pre>
${paths.join("\n")}<h2>Schemas</h2>${schemas.join("\n")}</html>`;
}

function section(path: string, method: string, { summary, requestBody, responses }: Operation): string {
  const bodies = requestBody === undefined ? "" : `<p>Body: ${Object.keys(requestBody.content).join(", ")}</p>`;
  const rows = Object.entries(responses).map(
    ([status, { description }]) => `<tr><th>${status}</th><td>${escapeHTML(description)}</td></tr>`,
  );
  return `<h2><code>${method.toUpperCase()} ${path}</code></h2><p>${escapeHTML(summary)}.</p>${bodies}<table>${rows.join("")}</table>`;
}

function examples(isImage: boolean, shape: readonly number[]): string {
  const lists = `curl -H 'content-type: application/json' -d '{"inputs": [ … [${shape.join(", ")}] … ]}' URL/predict`;
  return isImage ? `curl -F image=@picture.png URL/predict\n${lists}` : lists;
}
