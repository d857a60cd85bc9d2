// Which module of a weights file belongs to which layer, where they have other names: a net that is made again has other numbers in
// its layers' names, and PyTorch has names of its own. Used by safetensors.ts.
import { invalid } from "../engine/invalid.js";
import type { NamedArray } from "./safetensors-file.js";

/** A layer of the model, and what the file has to have for it. */
export interface WantedModule {
  readonly layer: string;
  readonly weights: readonly { readonly suffix: string; readonly shape: readonly number[] }[];
}

/**
 * In order, as long as all shapes fit; the file's names are sorted as people count (conv2 before conv10).
 * @param separator what stands between a module's name and a weight's
 * @returns the file's name of a module by the layer's; nothing where all layers are there under their own names
 * @throws when a layer has no counterpart
 */
export function matchedNames(
  wanted: readonly WantedModule[],
  tensors: ReadonlyMap<string, NamedArray>,
  separator: "." | "/",
): Record<string, string> {
  const modules = new Set([...tensors.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf(separator)))));
  if (wanted.every(({ layer }) => modules.has(layer))) return {};
  const sorted = [...modules].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const names: Record<string, string> = {};
  for (const { layer, weights } of wanted) {
    const fits = (module: string) =>
      weights.every(
        ({ suffix, shape }) => tensors.get(`${module}${separator}${suffix}`)?.shape.join() === shape.join(),
      );
    const place = sorted.findIndex(fits);
    const [module] = place < 0 ? [] : sorted.splice(place, 1);
    if (module === undefined)
      throw invalid(
        "file",
        `a module for layer ${layer} with ${weights.map(({ suffix, shape }) => `${suffix} [${shape.join(", ")}]`).join(", ")} (or say it in names)`,
        [...tensors.values()]
          .slice(0, 12)
          .map(({ name, shape }) => `${name} [${shape.join(", ")}]`)
          .join(", "),
      );
    names[layer] = module;
  }
  return names;
}
