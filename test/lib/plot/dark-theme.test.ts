// JupyterLab's dark theme lays Vega's over every chart, whose letters are white. Our ground stays white, so all that stands on
// it must have a colour of its own. What is compared: the fill of every letter and the stroke of every axis, as drawn.

import assert from "node:assert/strict";
import * as vega from "vega";
import { compile } from "vega-lite-of-jupyterlab";
import { ready } from "../../../lib/engine/backend.js";
import { everySpec } from "./every-chart.js";

const [light, medium] = ["#fff", "#888"];
/** What vega-embed's `theme: "dark"` is: https://github.com/vega/vega/blob/main/packages/vega-themes/src/theme-dark.ts */
const dark = {
  background: "#333",
  view: { stroke: medium },
  title: { color: light, subtitleColor: light },
  style: { "guide-label": { fill: light }, "guide-title": { fill: light } },
  axis: { domainColor: light, gridColor: medium, tickColor: light },
};

interface Item {
  readonly marktype?: string;
  readonly role?: string;
  readonly items?: readonly Item[];
  readonly text?: unknown;
  readonly fill?: unknown;
  readonly stroke?: unknown;
  readonly opacity?: number;
}

interface Guide {
  readonly role: string;
  readonly color: string;
  readonly text: string;
}

/** Letters and lines that are no data: of axes, legends, titles, headers. */
function guides(item: Item, role = "", type = ""): Guide[] {
  const own = item.role ?? role;
  const kind = item.marktype ?? type;
  const inside = (item.items ?? []).flatMap((one) => guides(one, own, kind));
  if (own === "mark" || own === "frame" || own === "scope" || item.items) return inside;
  const color = kind === "text" ? item.fill : kind === "rule" ? item.stroke : undefined;
  if (color === undefined || color === null || item.opacity === 0) return inside;
  return [...inside, { role: own, color: String(color), text: String(item.text ?? "") }];
}

async function drawnGuides(spec: object): Promise<{ background: unknown; all: Guide[] }> {
  const compiled = compile(spec as never, { config: dark as never }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  await view.runAsync();
  const root = (view.scenegraph() as unknown as { root: Item }).root;
  const all = guides(root);
  const background = view.background();
  view.finalize();
  return { background, all };
}

const isWhite = (color: string) => /^(#fff|#ffffff|white)$/i.test(color);

describe("plot: in the dark theme of JupyterLab", () => {
  before(() => ready());

  it("is looked at by a test that sees white letters", async () => {
    const bare = {
      data: { values: [{ a: 1, b: "x" }] },
      mark: "bar",
      encoding: { x: { field: "a", type: "quantitative" }, row: { field: "b" } },
    };
    const { background, all } = await drawnGuides(bare);
    assert.equal(background, "#333");
    const roles = new Set(all.filter(({ color }) => isWhite(color)).map(({ role }) => role));
    for (const role of ["axis-label", "axis-title", "axis-tick"]) assert.ok(roles.has(role), [...roles].join(", "));
    assert.ok(
      all.some(({ color, text }) => isWhite(color) && text === "x"),
      "the header",
    );
  });

  for (const [name, chart] of everySpec)
    it(`${name}: no white on white`, async () => {
      const { background, all } = await drawnGuides(chart().spec);
      assert.equal(background, "white");
      assert.ok(
        all.some(({ text }) => text !== ""),
        "there are guides",
      );
      assert.deepEqual(
        all.filter(({ color }) => isWhite(color)),
        [],
      );
    });
});
