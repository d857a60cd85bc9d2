// Pillow's rotation of byte images (its transform with an affine matrix). Called by randomRotation for each image.
import type { ImageBatch } from "./image-batch.js";

type Pixels = ImageBatch["values"];
/** x' = a x + b y + c; y' = d x + e y + f: from a place in the result to the place in the source. */
type Affine = readonly [number, number, number, number, number, number];
type Turn = (source: Pixels, target: Pixels, shape: ImageBatch["shape"], affine: Affine) => void;

/** Writes the image, turned counter-clockwise, over `target`, whose pixels stay where nothing of the image comes. */
export function rotateBytes(
  source: Pixels,
  target: Pixels,
  shape: ImageBatch["shape"],
  degrees: number,
  interpolation: "bilinear" | "nearest",
): void {
  const [, height, width] = shape;
  const radians = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180;
  const cosine = Number(Math.cos(radians).toFixed(15));
  const sine = Number(Math.sin(radians).toFixed(15));
  const [x, y] = [width / 2, height / 2];
  const turn = interpolation === "nearest" ? turnNearest : turnBilinear;
  turn(source, target, shape, [cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y]);
}

/** In 16.16 fixed point, as Pillow, so that ties fall to the same side. */
const turnNearest: Turn = (source, target, [, height, width, channels], [a, b, c, d, e, f]) => {
  const fixed = (value: number) => Math.floor(value * 65536 + 0.5);
  const [stepX, stepY] = [fixed(a), fixed(d)];
  let rowX = fixed(c + a * 0.5 + b * 0.5);
  let rowY = fixed(f + d * 0.5 + e * 0.5);
  for (let y = 0; y < height; y++, rowX += fixed(b), rowY += fixed(e)) {
    let [fromX, fromY] = [rowX, rowY];
    for (let x = 0; x < width; x++, fromX += stepX, fromY += stepY) {
      const [column, row] = [fromX >> 16, fromY >> 16];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const from = (row * width + column) * channels;
      for (let k = 0; k < channels; k++) target[(y * width + x) * channels + k] = source[from + k] ?? 0;
    }
  }
};

const turnBilinear: Turn = (source, target, [, height, width, channels], [a, b, c, d, e, f]) => {
  const clip = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const [left, top] = [Math.floor(fromX - 0.5), Math.floor(fromY - 0.5)];
      const [dx, dy] = [fromX - 0.5 - left, fromY - 0.5 - top];
      const [x0, x1] = [clip(left, width) * channels, clip(left + 1, width) * channels];
      const [y0, y1] = [clip(top, height) * width * channels, clip(top + 1, height) * width * channels];
      for (let k = 0; k < channels; k++) {
        const upper = mixed(source[y0 + x0 + k] ?? 0, source[y0 + x1 + k] ?? 0, dx);
        const lower = mixed(source[y1 + x0 + k] ?? 0, source[y1 + x1 + k] ?? 0, dx);
        // A byte array cuts the fraction, as Pillow does.
        target[(y * width + x) * channels + k] = mixed(upper, lower, dy);
      }
    }
  }
};

function mixed(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
