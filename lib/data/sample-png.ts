// A sample as a file, so that what serves a model can be asked with it. Called by Dataset.toPNG.
import { invalid } from "../engine/invalid.js";
import type { Dataset, Sample } from "./dataset.js";

/** @throws unless the samples are images of bytes, grey or RGB */
export async function samplePNG({ values }: Sample, { shape }: Dataset): Promise<Uint8Array<ArrayBuffer>> {
  const [height = 0, width = 0, channels = 0] = shape;
  const isImage = shape.length === 3 && (channels === 1 || channels === 3) && values.length > 0;
  if (!isImage || !(values instanceof Uint8Array))
    throw invalid(
      "dataset",
      "images of uint8 [height, width, 1 or 3]",
      `${values.constructor.name} [${shape.join(", ")}]`,
    );
  // Loaded with the first picture: most data sets are never written.
  const { default: sharp } = await import("sharp");
  const picture = sharp(values, { raw: { width, height, channels: channels === 1 ? 1 : 3 } });
  // Without a word, grey ones would become RGB.
  const file = await picture
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png()
    .toBuffer();
  return Uint8Array.from(file);
}
