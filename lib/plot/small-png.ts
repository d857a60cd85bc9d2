// The picture that goes into a notebook's file: sharp at twice the size where that is small enough, else as large as fits.
import { bytesOf, mostBytes } from "./display-size.js";
import { drawPNG } from "./draw.js";

/** Beside what somebody made larger than that by hand, the picture is readable all the same. */
const leastForPicture = 20_000;

/**
 * A picture of noise, which no compression makes smaller, loses its text on the way: `toPNG()` has it all.
 * @param beside what the display has beside the picture, by MIME type
 * @returns a PNG file in base64
 */
export async function smallPNG(svg: string, beside: Readonly<Record<string, unknown>>): Promise<string> {
  const room = Math.max(leastForPicture, mostBytes - bytesOf({ ...beside, "image/png": "" }));
  for (let [scale, last, size] = [2, 2, 0]; ; scale = smaller(scale)) {
    // Bytes grow about as the area: what is hopeless is not drawn.
    if (size * (scale / last) ** 2 > 2 * room) continue;
    const picture = Buffer.from(await drawPNG(svg, scale)).toString("base64");
    if (picture.length <= room) return picture;
    [last, size] = [scale, picture.length];
  }
}

/** Lines and letters fall on whole pixels at 1, and repeat at 1.5: in between files are no smaller than there. */
function smaller(scale: number): number {
  return scale > 0.5 ? scale - (scale > 1 ? 0.5 : 0.25) : 0.7 * scale;
}
