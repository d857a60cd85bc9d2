// The picture that goes into a notebook's file: sharp at twice the size where that is small enough, else smaller.
import { drawPNG } from "./draw.js";

/** What a notebook keeps of one display, in bytes: with more, files that people send around grow fast. */
const mostBytes = 100_000;
// The last are for sheets of many noisy pictures, whose text is lost then: `toPNG()` has it all.
const scales = [2, 1, 0.7, 0.5, 0.35, 0.25, 0.18];

/**
 * @param beside bytes that the display has beside the picture
 * @returns a PNG file in base64
 */
export async function smallPNG(svg: string, beside: number): Promise<string> {
  let picture = "";
  for (const scale of scales) {
    picture = Buffer.from(await drawPNG(svg, scale)).toString("base64");
    if (beside + picture.length <= mostBytes) break;
  }
  return picture;
}
