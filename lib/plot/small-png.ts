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
  let scale = 2;
  for (;;) {
    const picture = Buffer.from(await drawPNG(svg, scale)).toString("base64");
    if (picture.length <= room) return picture;
    // About as the area, and not quite: it ends soon, and not far below.
    scale *= Math.min(0.92, 0.97 * Math.sqrt(room / picture.length));
  }
}
