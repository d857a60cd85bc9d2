// Which files are pictures, and of which class, by the folder that they are in. Called by imageFolder, which reads them.
import { extname, join } from "node:path";
import { invalid } from "../engine/invalid.js";

/** What sharp reads by itself. */
const EXTENSIONS = new Set([".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".svg"]);

export interface LabelledPictures {
  readonly files: readonly { readonly path: string; readonly label: number }[];
  readonly classNames: readonly string[];
}

/**
 * Classes and pictures in alphabetical order, by code units.
 * @param inside the paths in each folder of `directory`, by the folder's name, which is the class's
 * @throws when a folder has no picture
 */
export function labelledPictures(directory: string, inside: ReadonlyMap<string, readonly string[]>): LabelledPictures {
  const classNames = [...inside.keys()].sort();
  const files = classNames.flatMap((name, label) => {
    const pictures = (inside.get(name) ?? []).filter((file) => EXTENSIONS.has(extname(file).toLowerCase())).sort();
    if (pictures.length === 0) throw invalid(join(directory, name), "at least one picture", "none");
    return pictures.map((file) => ({ path: join(directory, name, file), label }));
  });
  return { files, classNames };
}
