// The charts of both galleries, each made once however many tests look at it; and how a test gets at what a display shows.
import type { Chart } from "../../../lib/plot/chart.js";
import { evaluationGallery } from "./evaluation-gallery.js";
import { gallery } from "./gallery.js";

const made = new Map<string, Chart>();

/** By name; the functions give the same chart every time, which is to be looked at and not changed. */
export const everyChart: readonly (readonly [name: string, chart: () => Chart])[] = Object.entries({
  ...gallery,
  ...evaluationGallery,
}).map(([name, make]) => [
  name,
  () => {
    const chart = made.get(name) ?? make();
    made.set(name, chart);
    return chart;
  },
]);

/** What the value's own display method gives. */
export async function bundleOf(value: object): Promise<Record<string, unknown>> {
  const show = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  if (typeof show !== "function") throw new Error("the value does not show itself");
  return (await show.call(value)) as Record<string, unknown>;
}
