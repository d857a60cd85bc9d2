// A picture that is no chart, such as a grid of samples: shows itself as PNG, and as text where no pictures are.
import { drawPNG } from "./draw.js";
import { smallPNG } from "./small-png.js";

/**
 * A picture that is no chart of numbers: images in a grid; the numbers in `data`.
 */
export class Picture<Data = unknown> {
  readonly #draw: () => Promise<string>;

  /** @param draw makes the SVG text */
  constructor(
    draw: () => Promise<string>,
    readonly data: Data,
    readonly text: string,
  ) {
    this.#draw = draw;
  }

  toSVG(): Promise<string> {
    return this.#draw();
  }

  /** A PNG file's bytes. @param options.scale pixels to one of the SVG; above 0, 2 by default */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
    return drawPNG(await this.toSVG(), scale);
  }

  toString(): string {
    return this.text;
  }

  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const picture = await smallPNG(await this.toSVG(), Buffer.byteLength(this.text));
    return { "image/png": picture, "text/plain": this.text };
  }
}
