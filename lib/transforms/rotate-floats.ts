// torchvision's rotation of float images: PyTorch's grid_sample with zeros around the image, and a mask of ones beside it that
// says how much of a pixel comes from the image. Called by randomRotation for each image.
import { halfToEven } from "./half-to-even.js";
import type { ImageBatch } from "./image-batch.js";

const round = Math.fround;

type Write = (
  source: Float32Array,
  target: ImageBatch["values"],
  shape: ImageBatch["shape"],
  at: number,
  fromX: number,
  fromY: number,
  fill: number,
) => void;

/** Writes the image, turned counter-clockwise, to `target`. Places are found in float32, so that ties fall as PyTorch's. */
export function rotateFloats(
  source: Float32Array,
  target: ImageBatch["values"],
  shape: ImageBatch["shape"],
  degrees: number,
  interpolation: "bilinear" | "nearest",
  fill: number,
): void {
  const [, height, width, channels] = shape;
  const radians = (-degrees * Math.PI) / 180;
  const [cosine, sine] = [round(Math.cos(radians)), round(Math.sin(radians))];
  const [ax, bx] = [round(cosine / (width / 2)), round(sine / (width / 2))];
  const [ay, by] = [round(-sine / (height / 2)), round(cosine / (height / 2))];
  const write = interpolation === "nearest" ? writeNearest : writeBilinear;
  for (let y = 0; y < height; y++) {
    const downwards = y + 0.5 - height / 2;
    const [rowX, rowY] = [round(downwards * bx), round(downwards * by)];
    for (let x = 0; x < width; x++) {
      const across = x + 0.5 - width / 2;
      const fromX = pixelOf(round(round(across * ax) + rowX), width);
      const fromY = pixelOf(round(round(across * ay) + rowY), height);
      write(source, target, shape, (y * width + x) * channels, fromX, fromY, fill);
    }
  }
}

/** From a place in [-1, 1] to one in pixels, whose middles are whole numbers. */
function pixelOf(place: number, size: number): number {
  return round(round(round(round(place + 1) * size) - 1) / 2);
}

const writeNearest: Write = (source, target, [, height, width, channels], at, fromX, fromY, fill) => {
  const column = halfToEven(fromX);
  const row = halfToEven(fromY);
  if (column < 0 || column >= width || row < 0 || row >= height) {
    for (let k = 0; k < channels; k++) target[at + k] = fill;
    return;
  }
  const from = (row * width + column) * channels;
  for (let k = 0; k < channels; k++) target[at + k] = source[from + k] ?? 0;
};

const writeBilinear: Write = (source, target, [, height, width, channels], at, fromX, fromY, fill) => {
  const left = Math.floor(fromX);
  const top = Math.floor(fromY);
  if (left < -1 || left >= width || top < -1 || top >= height) {
    for (let k = 0; k < channels; k++) target[at + k] = fill;
    return;
  }
  // A neighbour outside counts as zero; which pixel is read for it makes no difference.
  const [x0, x1] = [left < 0 ? 0 : 1 - (fromX - left), left + 1 < width ? fromX - left : 0];
  const [y0, y1] = [top < 0 ? 0 : 1 - (fromY - top), top + 1 < height ? fromY - top : 0];
  const mask = (x0 + x1) * (y0 + y1);
  const first = (top * width + left) * channels;
  const below = first + width * channels;
  for (let k = 0; k < channels; k++) {
    const upper = x0 * (source[first + k] ?? 0) + x1 * (source[first + channels + k] ?? 0);
    const lower = x0 * (source[below + k] ?? 0) + x1 * (source[below + channels + k] ?? 0);
    // torchvision multiplies the image by its mask although grid_sample counted what is outside as zero.
    target[at + k] = (y0 * upper + y1 * lower) * mask + (1 - mask) * fill;
  }
};
