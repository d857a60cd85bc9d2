// Draws without a browser: a Vega-Lite specification becomes SVG (Vega), SVG becomes pixels (resvg), pixels a small PNG file
// (sharp). The packages are big, so they are loaded with the first drawing, and never by importing the library.
import { invalid } from "../engine/invalid.js";
import { type Font, fontFamily, loadFont } from "./font.js";
import type { Spec } from "./spec.js";

interface Drawing {
  readonly font: Font;
  readonly vega: typeof import("vega");
  readonly vegaLite: typeof import("vega-lite");
  readonly resvg: typeof import("@resvg/resvg-js");
  readonly sharp: typeof import("sharp");
}

let loading: Promise<Drawing> | undefined;

/** @throws what Vega-Lite says of a specification that it can't compile */
export async function drawSVG(spec: Spec): Promise<string> {
  const { vega, vegaLite } = await load();
  const logger = vega.logger(vega.Error);
  const compiled = vegaLite.compile(spec as never, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * The picture has at most 256 colours, which makes its file a third as big.
 * @param scale pixels of the picture to one of the SVG
 * @throws unless 0 < scale ≤ 20
 */
export async function drawPNG(svg: string, scale: number): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 20)) throw invalid("scale", "a number above 0, up to 20", scale);
  const { font, resvg, sharp } = await load();
  const text = Array.from(svg.matchAll(/>([^<]+)</g), ([, found]) => found ?? "").join("");
  // Vega names the way to enlarge pixels twice, as browsers differ; resvg knows the first only, and would take none of them.
  const image = new resvg.Resvg(svg.replaceAll("image-rendering: pixelated;", ""), {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: [...font.files],
      defaultFontFamily: fontFamily,
      // Reading them takes a while: only for scripts that ours lacks, such as Chinese.
      loadSystemFonts: !font.covers(text),
    },
  });
  const { pixels, width, height } = image.render();
  const picture = sharp.default(pixels, { raw: { width, height, channels: 4 } });
  // At double density it says so, and is shown at its size.
  const withDensity = picture.withMetadata({ density: 72 * scale });
  return withDensity.png({ palette: true, effort: 1, dither: 0, compressionLevel: 9 }).toBuffer();
}

/**
 * An image as a WebP file, which is a fraction of a PNG file of photographs.
 * @param file of an image
 * @returns the file's bytes, and the longer side in pixels
 */
export async function compressImage(file: Uint8Array, scale: number): Promise<{ bytes: Uint8Array; side: number }> {
  const { sharp } = await load();
  const image = sharp.default(file);
  const { width, height } = await image.metadata();
  const side = Math.max(1, Math.round(scale * Math.max(width, height)));
  const bytes = await image.resize({ width: side, height: side, fit: "inside" }).webp({ quality: 75 }).toBuffer();
  return { bytes, side };
}

/** Loads the packages ahead of the first drawing. */
export async function loadDrawing(): Promise<void> {
  await load();
}

function load(): Promise<Drawing> {
  loading ??= loadAll();
  return loading;
}

async function loadAll(): Promise<Drawing> {
  const [font, vega, vegaLite, resvg, sharp] = await Promise.all([
    loadFont(),
    import("vega"),
    import("vega-lite"),
    import("@resvg/resvg-js"),
    import("sharp"),
  ]);
  const { textMetrics } = vega as unknown as { textMetrics: { width: (item: TextItem, text: unknown) => number } };
  // Without a canvas Vega takes every letter for 0.8 em: twice too wide.
  textMetrics.width = ({ fontSize = 11, fontWeight }, text) =>
    font.width(String(text ?? "").trim(), fontSize, fontWeight === "bold" || Number(fontWeight) >= 600);
  return { font, vega, vegaLite, resvg, sharp };
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}
