// A picture that is no chart of numbers, such as a grid of samples: a specification of images and labels, shown as Vega-Lite
// with the images as large as fits, as PNG, and as text where no pictures are.
import { drawPNG, drawSVG } from "./draw.js";
import { smallImages } from "./small-images.js";
import { smallPNG } from "./small-png.js";
import type { Spec } from "./spec.js";

/**
 * A picture that is no chart of numbers: images in a grid. Plain Vega-Lite in `spec`, the numbers in `data`.
 */
export class Picture<Data = unknown> {
  readonly #make: () => Spec;
  #spec: Spec | undefined;

  /**
   * @param make the specification, with images as data URLs in the field `image` of its records; called when it is needed
   * @param data what is shown, unrounded
   * @param text the same in words, for where no pictures are
   */
  constructor(
    make: () => Spec,
    readonly data: Data,
    readonly text: string,
  ) {
    this.#make = make;
  }

  /** Plain Vega-Lite; changes to it show the next time. The images are PNG files, as data URLs. */
  get spec(): Spec {
    this.#spec ??= this.#make();
    return this.#spec;
  }

  /** The drawing as SVG text. */
  toSVG(): Promise<string> {
    return drawSVG(this.spec);
  }

  /** A PNG file's bytes. @param options.scale pixels to one of the SVG; above 0, 2 by default */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
    return drawPNG(await this.toSVG(), scale);
  }

  toString(): string {
    return this.text;
  }

  /**
   * What a notebook gets: Vega-Lite, its images smaller than in `spec` where they are many (left out where nothing would be seen of
   * them), a PNG file in base64, and text.
   */
  async bundle(): Promise<Record<string, unknown>> {
    const spec = await smallImages(this.spec);
    const shown = spec === undefined ? {} : { "application/vnd.vegalite.v5+json": spec };
    const text = { "text/plain": this.text };
    return { ...shown, "image/png": await smallPNG(await this.toSVG(), { ...shown, ...text }), ...text };
  }

  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return this.bundle();
  }
}
