// Brightness, contrast, saturation and hue of byte images [pixels, 3] or [pixels, 1], with Pillow's results (what torchvision
// gives for PIL images). Called by colorJitter; each changes its image in place.
import type { ImageColors } from "./image-colors.js";

type Bytes = Uint8Array;

/** Pillow's grey, ITU-R 601-2 in 16-bit fixed point. */
export function byteGray(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

export const byteColors: ImageColors<Bytes> = {
  brightness(image, _channels, factor) {
    for (let i = 0; i < image.length; i++) image[i] = blend(0, image[i] ?? 0, factor);
  },
  contrast(image, channels, factor) {
    let sum = 0;
    for (let i = 0; i < image.length; i += channels) sum += grayAt(image, i, channels);
    const mean = Math.trunc(sum / (image.length / channels) + 0.5);
    for (let i = 0; i < image.length; i++) image[i] = blend(mean, image[i] ?? 0, factor);
  },
  saturation(image, factor) {
    for (let i = 0; i < image.length; i += 3) {
      const gray = grayAt(image, i, 3);
      for (let k = i; k < i + 3; k++) image[k] = blend(gray, image[k] ?? 0, factor);
    }
  },
  hue(image, turn) {
    const shift = Math.trunc(turn * 255);
    for (let i = 0; i < image.length; i += 3) turnHue(image, i, shift);
  },
};

function grayAt(image: Bytes, i: number, channels: number): number {
  return channels === 1 ? (image[i] ?? 0) : byteGray(image[i] ?? 0, image[i + 1] ?? 0, image[i + 2] ?? 0);
}

/** From `from` (factor 0) to `to` (factor 1) and beyond, in float32, the fraction cut off. */
function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** To HSV in bytes, on by `shift` of 256 steps, and back. */
function turnHue(image: Bytes, i: number, shift: number): void {
  const [red, green, blue] = [image[i] ?? 0, image[i + 1] ?? 0, image[i + 2] ?? 0];
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  let hue = 0;
  let saturation = 0;
  if (most !== least) {
    const chroma = most - least;
    const [r, g, b] = [red, green, blue].map((value) => Math.fround((most - value) / chroma)) as [
      number,
      number,
      number,
    ];
    const sector = Math.fround(red === most ? b - g : green === most ? 2 + r - b : 4 + g - r);
    hue = Math.trunc(Math.fround((sector / 6 + 1) % 1) * 255);
    saturation = Math.trunc(Math.fround(chroma / most) * 255);
  }
  if (saturation === 0) {
    image.fill(most, i, i + 3);
    return;
  }
  const turned = ((hue + shift) & 255) * 6;
  const sector = Math.floor(turned / 255);
  const within = Math.fround(Math.fround(turned / 255) - sector);
  const share = Math.fround(saturation / 255);
  const p = Math.round(most * (1 - share));
  const q = Math.round(most * (1 - Math.fround(share * within)));
  const t = Math.round(most * (1 - share * (1 - within)));
  const sectors = [
    [most, t, p],
    [q, most, p],
    [p, most, t],
    [p, q, most],
    [t, p, most],
    [most, p, q],
  ];
  image.set(sectors[sector % 6] ?? [], i);
}
