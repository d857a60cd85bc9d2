// Some samples of each class side by side, one picture a class: the right column of a data set's display. Grey images become
// PNG, coloured ones JPEG, which is a tenth as big for photographs.
import { type ImageRange, imageBytes, imageRange, isImageShape } from "../engine/image-bytes.js";
import type { Dataset, Values } from "./dataset.js";

const [mostSamples, mostSide, gap, shownHeight] = [8, 64, 2, 32];
/** Characters of all strips together: what a notebook's file shall hold of one display. */
const mostCharacters = 70_000;

/**
 * @param classes how many classes there are to show; none: one strip of the first samples
 * @returns HTML, one a class; none where the samples are no images
 */
export async function sampleStrips(dataset: Dataset, classes: number): Promise<string[]> {
  if (!isImageShape(dataset.shape) || dataset.length === 0) return [];
  const groups = classes > 0 ? firstOfClasses(dataset, classes) : [firstOf(dataset)];
  const samples = groups.map((indices) => indices.map((i) => dataset.get(i).values));
  const range = imageRange(samples.flat());
  for (let most = mostSamples; ; most = Math.ceil(most / 2)) {
    const strips = await Promise.all(samples.map((values) => strip(values.slice(0, most), dataset.shape, range)));
    if (most === 1 || strips.join("").length <= mostCharacters) return strips;
  }
}

function firstOf({ length }: Dataset): number[] {
  return Array.from({ length: Math.min(length, 2 * mostSamples) }, (_, i) => i);
}

function firstOfClasses({ labels }: Dataset, classes: number): number[][] {
  const groups = Array.from({ length: classes }, (): number[] => []);
  let missing = classes * mostSamples;
  for (let i = 0; i < labels.length && missing > 0; i++) {
    const group = groups[labels[i] ?? -1];
    if (group === undefined || group.length === mostSamples) continue;
    group.push(i);
    missing -= 1;
  }
  return groups;
}

async function strip(samples: readonly Values[], shape: readonly number[], range: ImageRange): Promise<string> {
  if (samples.length === 0) return "";
  const { default: sharp } = await import("sharp");
  const [height = 0, width = 0, channels = 1] = shape;
  const scale = Math.min(1, mostSide / Math.max(height, width));
  const [tileHeight, tileWidth] = [Math.max(1, Math.round(scale * height)), Math.max(1, Math.round(scale * width))];
  const tiles = samples.map(async (values, i) => {
    const raw = { height, width, channels: channels as 1 | 3 | 4 };
    const tile = sharp(imageBytes(values, range), { raw }).resize(tileWidth, tileHeight, { fit: "fill" });
    return { input: await tile.png().toBuffer(), left: i * (tileWidth + gap), top: 0 };
  });
  const size = { width: samples.length * (tileWidth + gap) - gap, height: tileHeight };
  const whole = sharp({ create: { ...size, channels: 3, background: "white" } }).composite(await Promise.all(tiles));
  const isGrey = channels === 1;
  const picture = isGrey
    ? whole.toColourspace("b-w").png({ palette: true, effort: 1, dither: 0 })
    : whole.jpeg({ quality: 85, chromaSubsampling: "4:4:4" });
  const data = `data:image/${isGrey ? "png" : "jpeg"};base64,${(await picture.toBuffer()).toString("base64")}`;
  // Small images are enlarged without smoothing: their pixels are what is learnt from.
  const style = `height:${shownHeight}px;max-width:none;margin:0;${tileHeight < shownHeight ? "image-rendering:pixelated" : ""}`;
  return `<img src="${data}" alt="${samples.length} samples" style="${style}">`;
}
