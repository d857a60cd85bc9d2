// What holds for all that is drawn: it is valid Vega-Lite of the version that JupyterLab bundles, compiles without a warning
// there and here, draws something with text in it on a machine without fonts, sharp, and stays small.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import sharp, { type OutputInfo } from "sharp";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import * as vegaLiteOfJupyterLab from "vega-lite-of-jupyterlab";
import { ready } from "../../../lib/engine/backend.js";
import { Chart } from "../../../lib/plot/chart.js";
import { drawPNG, drawSVG } from "../../../lib/plot/draw.js";
import { confusionMatrix, type Picture, type Spec } from "../../../lib/plot/index.js";
import { bytesInFile } from "./bytes-in-file.js";
import { bundleOf, everyPicture, everySpec } from "./every-chart.js";
import { tableGallery } from "./table-gallery.js";

const { resolve } = createRequire(import.meta.url);
const [vegaType, pngType, textType] = ["application/vnd.vegalite.v5+json", "image/png", "text/plain"];

/** What is too much for a picture at twice the size beside its data: at what scale it is drawn. */
const smaller: Readonly<Record<string, number>> = {
  "confusion matrix, 25 classes": 1,
  "confusion matrix, 100 classes": 1,
  "confusion matrix, 100 classes, shares given everywhere": 1,
  "loss curve, 20 metrics": 1,
  "class balance, 100 classes": 1.5,
  "class balance, 100,000 labels of 100 classes": 1,
  "scatter, 100,000 points, 100 classes": 1.5,
  "embedding, 100,000 samples of 100 classes": 1.5,
  "weight histograms, 900 tensors": 1,
  "gradient histograms, 40 tensors": 1,
};

/** How many pixels are not white, and the size. */
async function ink(png: Uint8Array): Promise<{ dark: number; width: number; height: number }> {
  const { data, info } = await sharp(png)
    .flatten({ background: "white" })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let dark = 0;
  for (let i = 0; i < data.length; i++) if ((data[i] ?? 255) < 200) dark++;
  return { dark, width: info.width, height: info.height };
}

function withoutText(svg: string): string {
  return svg.replace(/<text\b(?:[^>]*\/>|[^>]*>[\s\S]*?<\/text>)/g, "");
}

/** Vega counts gradients and clips on from drawing to drawing. */
function sameIds(svg: string): string {
  return svg.replaceAll(/(gradient|clip)_?\d+/g, "$1");
}

/** What the letters of a drawing darken. */
async function inkOfText(svg: string): Promise<number> {
  const without = withoutText(svg);
  const [full, rest] = [await ink(await drawPNG(svg, 1)), await ink(await drawPNG(without, 1))];
  return full.dark - rest.dark;
}

describe("plot: all that is drawn", () => {
  let validate: (spec: unknown) => boolean;
  let complaints: () => string;

  before(async function () {
    this.timeout(60_000);
    await ready();
    const schema: object = JSON.parse(
      readFileSync(resolve("vega-lite-of-jupyterlab/build/vega-lite-schema.json"), "utf8"),
    );
    const compiled = new Ajv({
      strict: false,
      formats: { "color-hex": true, "uri-reference": true, uri: true },
    }).compile(schema);
    validate = (spec) => compiled(spec);
    complaints = () => JSON.stringify(compiled.errors?.slice(0, 3));
  });

  it("is checked by a schema that knows wrong from right, of the version that JupyterLab bundles", () => {
    const data = { values: [{ a: 1 }] };
    assert.equal(validate({ data, mark: "bar", encoding: { x: { field: "a", type: "nominal" } } }), true);
    assert.equal(validate({ data, mark: "barn" }), false);
    assert.equal(vegaLiteOfJupyterLab.version, "5.6.1");
    const bad = { data, mark: "bar", encoding: { x: { field: "a", type: "nominal" }, size2: { value: 1 } } };
    assert.notDeepEqual(warnings(bad, vegaLiteOfJupyterLab), []);
  });

  for (const [name, get] of everySpec) {
    it(`${name}: valid, drawn, small`, async () => {
      const drawn = get();
      const { spec } = drawn;
      assert.equal(spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
      assert.ok(validate(spec), complaints());
      assert.deepEqual(spec, JSON.parse(JSON.stringify(spec)), "the specification is plain JSON");
      assert.deepEqual(warnings(spec, vegaLite), []);
      assert.deepEqual(warnings(spec, vegaLiteOfJupyterLab), []);
      const bundle = await bundleOf(drawn);
      assert.deepEqual(Object.keys(bundle), [vegaType, pngType, textType]);
      const size = bytesInFile(bundle);
      assert.ok(size < 100_000, `${size} bytes`);
      const text = String(bundle[textType]);
      assert.doesNotMatch(text, /undefined|\[object/);
      assert.equal(text, String(drawn));
      assert.ok(validate(bundle[vegaType]), complaints());
      const svg = await drawn.toSVG();
      if (drawn instanceof Chart) {
        const saved = bundle[vegaType] as Spec;
        assert.deepEqual(warnings(saved, vegaLiteOfJupyterLab), []);
        assert.equal(sameIds(await drawSVG(saved)), sameIds(svg), "what is saved is what is drawn");
      }
      assert.doesNotMatch(svg.replaceAll(/data:[^"]*/g, ""), /NaN|undefined/);
      const [, width, height] = (/<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number);
      const picture = await ink(Buffer.from(String(bundle[pngType]), "base64"));
      if (name === noise) {
        assert.ok(picture.dark > 500);
      } else {
        const scale = smaller[name] ?? 2;
        assert.ok(Math.abs(picture.width - scale * (width ?? 0)) <= 2, `${picture.width} of ${width}`);
        assert.ok(Math.abs(picture.height - scale * (height ?? 0)) <= 2, `${picture.height} of ${height}`);
        assert.ok(picture.dark > 500, "there is a drawing");
        const letters = await inkOfText(svg);
        assert.ok(letters > 100, `${letters} pixels of text`);
      }
    });
  }
});

/** Nothing makes that smaller but fewer pixels: the text is in the specification, and in `toPNG()`. */
const noise = "image grid, 200 images of noise";

describe("plot: a Picture", () => {
  const named = (wanted: string): Picture => {
    const found = everyPicture.find(([name]) => name === wanted);
    assert.ok(found, wanted);
    return found[1]();
  };
  interface Row {
    readonly image: string;
  }
  /** Its records, which larger ones have as text. */
  const imagesOf = (spec: unknown): readonly Row[] => {
    const { values, format } = (spec as { data: { values: string | Row[]; format?: object } }).data;
    const rows = typeof values === "string" ? vega.read(values, format as never) : values;
    // Without the marks that Vega leaves on records that it has drawn.
    return JSON.parse(JSON.stringify(rows)) as Row[];
  };

  it("carries its images as they are where they are few", async () => {
    const picture = named("filters");
    assert.deepEqual((await bundleOf(picture))[vegaType], picture.spec);
    for (const { image } of imagesOf(picture.spec)) assert.match(image, /^data:image\/png;base64,/);
  });

  it("carries many images compressed, in the same places with the same labels", async () => {
    const picture = named("image grid, in colour");
    const shown = imagesOf((await bundleOf(picture))[vegaType]);
    const own = imagesOf(picture.spec);
    assert.equal(shown.length, 32);
    for (const [i, { image, ...rest }] of shown.entries()) {
      const { image: full, ...expected } = own[i] ?? { image: "" };
      assert.deepEqual(rest, expected);
      const [a, b] = await Promise.all([image, full].map(pixelsOf));
      assert.equal(image.slice(0, 23), "data:image/webp;base64,");
      assert.deepEqual([a?.info.width, a?.info.height], [32, 32]);
      const apart = a?.data.reduce((sum, value, at) => sum + Math.abs(value - (b?.data[at] ?? 0)), 0) ?? 255;
      assert.ok(apart / (a?.data.length ?? 1) < 12, `${apart}`);
    }
  });

  it("shows what was edited in its specification", async () => {
    const picture = named("image grid, constant");
    const before = picture.spec.title;
    picture.spec.title = "Edited by hand";
    assert.match(await picture.toSVG(), /Edited by hand/);
    picture.spec.title = before;
  });
});

async function pixelsOf(url: string): Promise<{ data: Buffer; info: OutputInfo }> {
  const file = Buffer.from(url.replace(/^[^,]*,/, ""), "base64");
  return sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

describe("plot: every table", () => {
  for (const [name, make] of Object.entries(tableGallery))
    it(`${name}: HTML without script or colours, text, small`, async () => {
      const table = make();
      const bundle = await bundleOf(table);
      assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
      const [html, text] = [String(bundle["text/html"]), String(bundle[textType])];
      assert.match(html, /^<table>.*<\/table>(<p>[^<]*<\/p>)*$/s);
      assert.doesNotMatch(html, /<script|color:|background|undefined|\[object/);
      assert.equal(html.match(/<tr>/g)?.length, table.cells.length + 1);
      assert.equal(html.match(/<\/t[hd]>/g)?.length, (table.cells.length + 1) * table.columns.length);
      assert.doesNotMatch(text, /undefined|\[object/);
      assert.equal(text, String(table));
      const size = bytesInFile(bundle);
      assert.ok(size < 100_000, `${size} bytes`);
    });
});

interface Compiler {
  compile(spec: never, options: { logger: never }): { spec: object };
}

/** What a version of Vega-Lite, and Vega, say of a specification. */
function warnings(spec: object, compiler: Compiler): string[] {
  const said: string[] = [];
  const say = (...args: readonly unknown[]) => {
    said.push(args.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: say, warn: say, info: () => logger, debug: () => logger };
  const compiled = compiler.compile(spec as never, { logger: logger as never }).spec;
  const view = new vega.View(vega.parse(compiled as vega.Spec), { renderer: "none", logger: logger as never });
  view.run();
  view.finalize();
  return said;
}

describe("plot: Chart", () => {
  const chart = confusionMatrix([
    [9, 1],
    [2, 8],
  ]);

  it("draws at the scale that is asked for", async () => {
    const [once, twice] = [await ink(await chart.toPNG({ scale: 1 })), await ink(await chart.toPNG())];
    assert.ok(Math.abs(twice.width - 2 * once.width) <= 2, `${once.width}, ${twice.width}`);
    assert.ok(Math.abs(twice.height - 2 * once.height) <= 2);
  });

  it("says in the picture that it is of double density, by which notebooks show it at its size", async () => {
    assert.equal((await sharp(await chart.toPNG()).metadata()).density, 144);
    assert.equal((await sharp(await chart.toPNG({ scale: 1 })).metadata()).density, 72);
  });

  it("says which scales there are", async () => {
    for (const scale of [0, -1, Number.NaN, 21])
      await assert.rejects(chart.toPNG({ scale }), {
        message: `invalid scale; expected a number above 0, up to 20: ${scale}`,
      });
  });

  it("shows what was edited in its specification", async () => {
    const own = confusionMatrix([[1]]);
    own.spec.title = "Edited by hand";
    assert.match(await own.toSVG(), /Edited by hand/);
    assert.match(JSON.stringify((await bundleOf(own))["application/vnd.vegalite.v5+json"]), /Edited by hand/);
  });

  it("has text in its picture, from a font that comes along", async () => {
    const svg = await chart.toSVG();
    assert.ok((await inkOfText(svg)) > 200);
    assert.equal(await inkOfText(withoutText(svg)), 0);
  });

  it("lays text out by the font's widths", async () => {
    const short = confusionMatrix([[1]], { classNames: ["iiiiiiiiii"] });
    const wide = confusionMatrix([[1]], { classNames: ["mmmmmmmmmm"] });
    const [a, b] = [await ink(await short.toPNG({ scale: 1 })), await ink(await wide.toPNG({ scale: 1 }))];
    assert.ok(b.height - a.height > 40, `${a.height}, ${b.height}`);
  });

  it("loads what draws with the first drawing, not with the library", () => {
    const library = new URL("../../../lib/plot/index.js", import.meta.url).href;
    const script = `
      import { createRequire } from "node:module";
      import { Module } from "node:module";
      const loaded = () => Object.keys(Module._cache).filter((file) => /node_modules.(vega|vega-lite|@resvg|sharp)./.test(file)).length;
      const { confusionMatrix } = await import(${JSON.stringify(library)});
      const chart = confusionMatrix([[1]]);
      const before = loaded();
      await chart.toPNG();
      console.log(JSON.stringify([before, loaded() > 0]));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    assert.deepEqual(JSON.parse(printed), [0, true]);
  });
});
