// The dashboard's page and its script, as a browser gets them: no framework, nothing from other servers. Used by dashboard.ts.
import { escapeHTML } from "../engine/escape-html.js";

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem;color:#222;background:#f6f6f6}h1{font-size:1.2rem;margin:0 0 .25rem}
#status{color:#595959;margin:0 0 1rem}#status.old{color:#a33b00;font-weight:600}
main{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}section{background:#fff;border-radius:6px;padding:1rem;overflow:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600}td,th{text-align:right;padding:.1rem .6rem}
tbody th{text-align:left;font-weight:400}`;

/** @param place where the dashboard is, "/dashboard" */
export function dashboardPage(place: string): string {
  const at = escapeHTML(place);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Predictions</title><style>${style}</style>
<h1>Predictions</h1><p id="status" role="status">Loading …</p><main id="panels"></main>
<script src="${at}/vega.js"></script><script src="${at}/vega-lite.js"></script><script src="${at}/page.js"></script></html>`;
}

/** @param every milliseconds between two looks */
export function dashboardScript(place: string, every: number): string {
  return `"use strict";
const data = ${JSON.stringify(`${place}/data`)}, every = ${every};
const status = document.getElementById("status"), main = document.getElementById("panels");
const shown = new Map();
let token = sessionStorage.getItem("cellgrad token") ?? "", newest = "";

async function read() {
  const headers = token === "" ? {} : { authorization: "Bearer " + token };
  const response = await fetch(data, { headers, cache: "no-store" });
  if (response.status === 401) {
    token = prompt("The server's token") ?? "";
    sessionStorage.setItem("cellgrad token", token);
    throw new Error("the server asks for its token");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

// What did not change is left alone, so that nothing flickers.
async function show(panel) {
  const content = JSON.stringify(panel);
  let { section, view, old } = shown.get(panel.name) ?? {};
  if (section === undefined) {
    section = document.createElement("section");
    section.id = panel.name;
    main.append(section);
  }
  if (old !== content) {
    const place = document.createElement("div");
    let next;
    if (panel.spec !== undefined) {
      next = new vega.View(vega.parse(vegaLite.compile(panel.spec).spec), { renderer: "svg", container: place, hover: true });
      await next.runAsync();
      place.firstElementChild?.setAttribute("aria-label", panel.text);
    } else if (panel.html !== undefined) place.innerHTML = panel.html;
    else place.textContent = panel.text;
    view?.finalize();
    section.replaceChildren(place);
    view = next;
  }
  shown.set(panel.name, { section, view, old: content });
}

async function look() {
  try {
    const { store, time, panels } = await read();
    for (const panel of panels) await show(panel);
    newest = store + ", " + new Date(time).toLocaleString();
    status.textContent = newest;
    status.className = "";
  } catch (error) {
    status.textContent = (newest === "" ? "" : newest + "; since then: ") + error.message;
    status.className = "old";
  }
  setTimeout(look, every);
}
look();
`;
}
