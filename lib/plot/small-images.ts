// A specification with images, made to fit a notebook's file beside the picture of the same: as it is where they are few, else
// with its images compressed, and then smaller.
import { bytesOf } from "./display-size.js";
import { compressImage } from "./draw.js";
import { savedSpec } from "./saved-spec.js";
import type { Spec } from "./spec.js";

/** About half of what a display may take: the rest is the picture's. */
const mostBytes = 48_000;
/** In pixels: nothing is seen of an image that is smaller. */
const leastSide = 10;

interface Row {
  readonly image?: unknown;
}

/**
 * @param spec with images as data URLs in the field `image` of its records
 * @returns undefined where they don't fit
 */
export async function smallImages(spec: Spec): Promise<Spec | undefined> {
  if (bytesOf({ spec }) <= mostBytes) return spec;
  const { values } = (spec.data ?? {}) as { values?: readonly Row[] };
  if (!Array.isArray(values)) return undefined;
  let scale = 1;
  for (;;) {
    const small = await Promise.all(
      values.map(async (row: Row) => {
        if (typeof row.image !== "string" || !row.image.startsWith("data:"))
          return { row, side: Number.POSITIVE_INFINITY };
        const { bytes, side } = await compressImage(Buffer.from(row.image.replace(/^[^,]*,/, ""), "base64"), scale);
        return { row: { ...row, image: `data:image/webp;base64,${Buffer.from(bytes).toString("base64")}` }, side };
      }),
    );
    const made = savedSpec({ ...spec, data: { ...(spec.data as object), values: small.map(({ row }) => row) } });
    const size = bytesOf({ spec: made });
    if (size <= mostBytes) return made;
    if (small.some(({ side }) => side <= leastSide) || scale < 0.05) return undefined;
    scale *= Math.min(0.9, Math.sqrt(mostBytes / size));
  }
}
