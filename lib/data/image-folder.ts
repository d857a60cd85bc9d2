// A data set out of pictures in folders, one folder a class.
import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { Dataset, sharedBytes } from "./dataset.js";
import { type LabelledPictures, labelledPictures } from "./labelled-pictures.js";

export interface ImageFolderOptions {
  /**
   * All pictures are brought to this size as they are read: scaled until they cover it, and the middle cut out. A side, or
   * [height, width]; may be absent where all have one size.
   */
  readonly size?: number | readonly [number, number];
  /** 3 (the default), or 1 for grey. */
  readonly channels?: 1 | 3;
}

/**
 * Reads pictures (JPEG, PNG, WebP, GIF, AVIF, TIFF, SVG; turned upright, transparency on black) from `directory`/class/…,
 * at any depth below the class. All are kept in memory as uint8: height · width · channels bytes a picture.
 * @returns classes and pictures in alphabetical order (by code units, the same on every machine)
 * @throws when there are none, sizes differ without `size`, or one can't be read (it is named)
 */
export async function imageFolder(directory: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  checkText("directory", directory, "the path of a directory");
  checkOptions("options", options, ["size", "channels"]);
  const { size, channels = 3 } = options;
  if (channels !== 1 && channels !== 3) throw invalid("channels", "1 or 3", channels);
  const pair = size === undefined ? undefined : typeof size === "number" ? [size, size] : size;
  if (pair !== undefined && !(Array.isArray(pair) && pair.length === 2))
    throw invalid("size", "a side, or [height, width]", size);
  for (const side of pair ?? []) checkWhole("size", side, 1);
  const { files, classNames } = await findPictures(directory);
  const first = files[0];
  if (first === undefined) throw invalid("directory", "a folder a class, with pictures in them", directory);
  const { values: start, shape } = await readPicture(first.path, pair, channels);
  const values = sharedBytes(files.length * start.length);
  values.set(start);
  let next = 1;
  const readSome = async () => {
    for (let i = next++; i < files.length; i = next++) {
      const path = files[i]?.path ?? "";
      const picture = await readPicture(path, pair, channels);
      if (picture.shape.join() !== shape.join()) {
        throw invalid(path, `[${shape.join(", ")}] as ${first.path} (size: brings all to one)`, picture.shape);
      }
      values.set(picture.values, i * start.length);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, readSome));
  return new Dataset({ values, labels: Int32Array.from(files, ({ label }) => label), shape, classNames });
}

async function findPictures(directory: string): Promise<LabelledPictures> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: Error) => {
    throw invalid("directory", "a directory that can be read", directory, error);
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const inside = new Map<string, readonly string[]>();
  for (const { name } of folders) inside.set(name, await readdir(join(directory, name), { recursive: true }));
  return labelledPictures(directory, inside);
}

async function readPicture(
  path: string,
  size: readonly number[] | undefined,
  channels: 1 | 3,
): Promise<{ values: Uint8Array; shape: readonly number[] }> {
  const { default: sharp } = await import("sharp");
  try {
    let picture = sharp(path).autoOrient();
    const [height, width] = size ?? [];
    if (height !== undefined && width !== undefined) picture = picture.resize({ width, height, fit: "cover" });
    picture = picture.flatten({ background: "#000000" }).toColourspace(channels === 1 ? "b-w" : "srgb");
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`${info.channels} channels`);
    return { values: data, shape: [info.height, info.width, channels] };
  } catch (error) {
    throw invalid(path, "a picture", (error as Error).message, error);
  }
}
