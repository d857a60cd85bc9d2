// A chart as a value: its numbers, its Vega-Lite specification, and how it shows itself in a notebook or a script.
import { drawPNG, drawSVG } from "./draw.js";
import { savedSpec } from "./saved-spec.js";
import { smallPNG } from "./small-png.js";
import type { Spec } from "./spec.js";

/**
 * A chart: plain Vega-Lite in `spec`, the numbers in `data`; shows itself as a picture.
 */
export class Chart<Data = unknown> {
  /**
   * @param spec plain Vega-Lite; changes to it show the next time
   * @param data the numbers that are shown, unrounded
   * @param text the same in words, for where no pictures are
   */
  constructor(
    readonly spec: Spec,
    readonly data: Data,
    readonly text: string,
  ) {}

  /** The drawing as SVG text. Its letters are text, in the font Inter where the reader has it. */
  toSVG(): Promise<string> {
    return drawSVG(this.spec);
  }

  /**
   * The drawing as a PNG file's bytes.
   * @param options.scale pixels to one of the specification; above 0, 2 by default
   */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
    return drawPNG(await this.toSVG(), scale);
  }

  toString(): string {
    return this.text;
  }

  /**
   * What a notebook gets: Vega-Lite for JupyterLab and VS Code, a picture of the same (PNG in base64) for GitHub, nbconvert
   * and paper, text for terminals. Of much data the specification has its values as JSON text, which takes less of the file.
   */
  async bundle(): Promise<Record<string, unknown>> {
    const spec = { "application/vnd.vegalite.v5+json": savedSpec(this.spec) };
    const text = { "text/plain": this.text };
    return { ...spec, "image/png": await smallPNG(await this.toSVG(), { ...spec, ...text }), ...text };
  }

  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return this.bundle();
  }
}
