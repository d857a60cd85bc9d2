// What colour changes there are for one image; byte-colors.ts and float-colors.ts are the two ways to do them.

/** Each changes an image [pixels, channels] in place. */
export interface ImageColors<T> {
  /** factor 0 is black, 1 changes nothing. */
  brightness(image: T, channels: number, factor: number): void;
  /** factor 0 is the image's mean grey, 1 changes nothing. */
  contrast(image: T, channels: number, factor: number): void;
  /** factor 0 is grey, 1 changes nothing; three channels. */
  saturation(image: T, factor: number): void;
  /** turn in [-0.5, 0.5], 1 is once around the colour circle; three channels. */
  hue(image: T, turn: number): void;
}
