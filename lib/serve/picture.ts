// Pictures as a model's input: which files are taken, and how they are decoded, which is the way that ml.data.imageFolder reads pictures for
// training. Called by read-inputs.ts.
import { Limiter } from "./limiter.js";
import { plainPng } from "./plain-png.js";
import { RequestFailure } from "./request-failure.js";

export type PictureFormat = "png" | "jpeg" | "webp" | "gif" | "avif" | "tiff";

/** How a file of each format begins, in Latin-1; a dot stands for any byte. What follows is the decoder's to judge; it sees no other files. */
const signatures: Readonly<Record<PictureFormat, readonly string[]>> = {
  png: ["\x89PNG\r\n\x1a\n"],
  jpeg: ["\xff\xd8\xff"],
  webp: ["RIFF....WEBP"],
  gif: ["GIF87a", "GIF89a"],
  avif: ["....ftypavif", "....ftypavis"],
  tiff: ["II*\0", "MM\0*"],
};

function isFormat(format: PictureFormat, file: Uint8Array): boolean {
  return signatures[format].some((signature) =>
    Array.from(signature).every((byte, i) => byte === "." || byte.charCodeAt(0) === file[i]),
  );
}

export const pictureFormats = Object.keys(signatures) as readonly PictureFormat[];

export interface PictureRule {
  readonly formats: readonly PictureFormat[];
  /** "exact": only pictures of the input's size. "cover": scaled until they cover it, the middle cut out. */
  readonly fit: "exact" | "cover";
  /** With "cover": the most pixels before scaling. */
  readonly maxPixels: number;
  /** [height, width, channels] */
  readonly shape: readonly number[];
}

// As many as there are threads for it; others wait, so that no more pictures than these are in memory unpacked.
const decoding = new Limiter(4);

/**
 * @param name what errors call the picture
 * @returns [height, width, channels] as bytes
 * @throws RequestFailure 415 for other formats, 413 for too many pixels, 422 for what can't be decoded or has another size
 */
export async function decodePicture(name: string, file: Uint8Array, rule: PictureRule): Promise<Uint8Array> {
  const names = rule.formats.join(", ");
  if (!rule.formats.some((format) => isFormat(format, file)))
    throw new RequestFailure(415, name, `a picture (${names})`, `${file.length} other bytes`);
  return plainPng(file, rule.shape) ?? decoding.run(() => decode(name, file, rule));
}

async function decode(name: string, file: Uint8Array, { fit, maxPixels, shape }: PictureRule): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const [height = 0, width = 0, channels = 0] = shape;
  const size = `a picture of ${width} × ${height} pixels`;
  const limit = fit === "exact" ? height * width : maxPixels;
  try {
    let picture = sharp(file, { limitInputPixels: limit, failOn: "warning" }).autoOrient();
    if (fit === "cover") picture = picture.resize({ width, height, fit: "cover" });
    picture = picture.flatten({ background: "#000000" }).toColourspace(channels === 1 ? "b-w" : "srgb");
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    if (info.height !== height || info.width !== width)
      throw new RequestFailure(422, name, size, `${info.width} × ${info.height}`);
    if (info.channels !== channels || data.length !== height * width * channels)
      throw new RequestFailure(422, name, `a picture of ${channels} channels`, info.channels);
    return new Uint8Array(data.buffer, data.byteOffset, data.length);
  } catch (error) {
    if (error instanceof RequestFailure) throw error;
    const reason = (error as Error).message.split("\n", 1)[0] ?? "";
    if (!/pixel limit/i.test(reason)) throw new RequestFailure(422, name, "a picture that can be decoded", reason);
    if (fit === "cover") throw new RequestFailure(413, name, `a picture of at most ${maxPixels} pixels`, "more");
    const real = await sharp(file, { limitInputPixels: false })
      .metadata()
      .catch(() => undefined);
    throw new RequestFailure(422, name, size, real === undefined ? "more" : `${real.width} × ${real.height}`);
  }
}
