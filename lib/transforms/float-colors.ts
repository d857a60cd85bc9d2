// Brightness, contrast, saturation and hue of float32 images in [0, 1], [pixels, 3] or [pixels, 1], with the results that
// torchvision gives for tensors. Called by colorJitter; each changes its image in place.
import type { ImageColors } from "./image-colors.js";

type Floats = Float32Array;

/** torchvision's grey of float images. */
export function floatGray(red: number, green: number, blue: number): number {
  return 0.2989 * red + 0.587 * green + 0.114 * blue;
}

export const floatColors: ImageColors<Floats> = {
  brightness(image, _channels, factor) {
    for (let i = 0; i < image.length; i++) image[i] = blend(0, image[i] ?? 0, factor);
  },
  contrast(image, channels, factor) {
    let sum = 0;
    for (let i = 0; i < image.length; i += channels) sum += grayAt(image, i, channels);
    const mean = sum / (image.length / channels);
    for (let i = 0; i < image.length; i++) image[i] = blend(mean, image[i] ?? 0, factor);
  },
  saturation(image, factor) {
    for (let i = 0; i < image.length; i += 3) {
      const gray = grayAt(image, i, 3);
      for (let k = i; k < i + 3; k++) image[k] = blend(gray, image[k] ?? 0, factor);
    }
  },
  hue(image, turn) {
    for (let i = 0; i < image.length; i += 3) turnHue(image, i, turn);
  },
};

function grayAt(image: Floats, i: number, channels: number): number {
  return channels === 1 ? (image[i] ?? 0) : floatGray(image[i] ?? 0, image[i + 1] ?? 0, image[i + 2] ?? 0);
}

function blend(from: number, to: number, factor: number): number {
  return Math.min(1, Math.max(0, factor * to + (1 - factor) * from));
}

/** To HSV, on by `turn` circles, and back (Smith, "Color gamut transform pairs", 1978). */
function turnHue(image: Floats, i: number, turn: number): void {
  const [red, green, blue] = [image[i] ?? 0, image[i + 1] ?? 0, image[i + 2] ?? 0];
  const most = Math.max(red, green, blue);
  const chroma = most - Math.min(red, green, blue);
  if (chroma === 0 || most === 0) return;
  const sector =
    red === most ? (green - blue) / chroma : green === most ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
  const turned = ((((sector / 6 + turn) % 1) + 1) % 1) * 6;
  const whole = Math.floor(turned);
  const within = turned - whole;
  const saturation = chroma / most;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const p = clip(most * (1 - saturation));
  const q = clip(most * (1 - saturation * within));
  const t = clip(most * (1 - saturation * (1 - within)));
  const sectors = [
    [most, t, p],
    [q, most, p],
    [p, most, t],
    [p, q, most],
    [t, p, most],
    [most, p, q],
  ];
  image.set(sectors[whole % 6] ?? [], i);
}
