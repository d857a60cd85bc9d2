// All that is drawn in the galleries, each made once however many tests look at it; and how a test gets at what a display shows.
import type { Chart } from "../../../lib/plot/chart.js";
import type { Picture } from "../../../lib/plot/index.js";
import { evaluationGallery } from "./evaluation-gallery.js";
import { gallery } from "./gallery.js";
import { pictureGallery } from "./picture-gallery.js";

type Named<T> = readonly (readonly [name: string, get: () => T])[];

/** By name; the functions give the same one every time, which is to be looked at and not changed. */
function once<T>(makers: Readonly<Record<string, () => T>>): Named<T> {
  const made = new Map<string, T>();
  return Object.entries(makers).map(([name, make]) => [
    name,
    () => {
      const value = made.get(name) ?? make();
      made.set(name, value);
      return value;
    },
  ]);
}

export const everyChart: Named<Chart> = once({ ...gallery, ...evaluationGallery });
export const everyPicture: Named<Picture> = once(pictureGallery);
export const everySpec: Named<Chart | Picture> = [...everyChart, ...everyPicture];

/** What the value's own display method gives. */
export async function bundleOf(value: object): Promise<Record<string, unknown>> {
  const show = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  if (typeof show !== "function") throw new Error("the value does not show itself");
  return (await show.call(value)) as Record<string, unknown>;
}
