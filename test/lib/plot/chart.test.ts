// What holds for every chart: it is valid Vega-Lite of the version that JupyterLab bundles, compiles without a warning,
// draws something with text in it on a machine without fonts, and stays small.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
import { Ajv } from "ajv";
import sharp from "sharp";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import type { Chart } from "../../../lib/plot/chart.js";
import { drawPNG } from "../../../lib/plot/draw.js";
import { confusionMatrix } from "../../../lib/plot/index.js";
import { evaluationGallery } from "./evaluation-gallery.js";
import { gallery } from "./gallery.js";

const { resolve } = createRequire(import.meta.url);

interface Bundle {
  "application/vnd.vegalite.v5+json": object;
  "image/png": string;
  "text/plain": string;
}

function show(value: object): Promise<Bundle> {
  const method = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")] as () => Promise<Bundle>;
  return method.call(value);
}

/** How many pixels are not white, and the size. */
async function ink(png: Uint8Array): Promise<{ dark: number; width: number; height: number }> {
  const { data, info } = await sharp(png)
    .flatten({ background: "white" })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { dark: data.filter((value) => value < 200).length, width: info.width, height: info.height };
}

describe("plot: every chart", () => {
  let validate: (spec: unknown) => boolean;
  let complaints: () => string;

  before(async function () {
    this.timeout(60_000);
    await tf.setBackend("cpu");
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

  it("is checked by a schema that knows wrong from right", () => {
    const data = { values: [{ a: 1 }] };
    assert.equal(validate({ data, mark: "bar", encoding: { x: { field: "a", type: "nominal" } } }), true);
    assert.equal(validate({ data, mark: "barn" }), false);
  });

  for (const [name, make] of Object.entries({ ...gallery, ...evaluationGallery })) {
    it(`${name}: valid, drawn, small`, async () => {
      const chart = make();
      assert.equal(chart.spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
      assert.ok(validate(chart.spec), complaints());
      assert.deepEqual(chart.spec, JSON.parse(JSON.stringify(chart.spec)), "the specification is plain JSON");
      assert.deepEqual(warnings(chart), []);
      const bundle = await show(chart);
      assert.deepEqual(Object.keys(bundle), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
      assert.ok(JSON.stringify(bundle).length < 102_400, `${JSON.stringify(bundle).length} characters`);
      assert.doesNotMatch(bundle["text/plain"], /undefined|\[object/);
      assert.equal(bundle["text/plain"], String(chart));
      const svg = await chart.toSVG();
      assert.doesNotMatch(svg, /NaN|undefined/);
      assert.match(svg, /<text /);
      const drawn = await ink(Buffer.from(bundle["image/png"], "base64"));
      assert.ok(drawn.dark > 500, "there is a drawing");
      assert.ok(drawn.width > 100 && drawn.width < 2200 && drawn.height > 100, JSON.stringify(drawn));
    });
  }
});

/** What Vega-Lite and Vega say of a specification. */
function warnings({ spec }: Chart): string[] {
  const said: string[] = [];
  const say = (...args: readonly unknown[]) => {
    said.push(args.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: say, warn: say, info: () => logger, debug: () => logger };
  const compiled = vegaLite.compile(spec as never, { logger: logger as never }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: logger as never });
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
    assert.match(JSON.stringify((await show(own))["application/vnd.vegalite.v5+json"]), /Edited by hand/);
  });

  it("has text in its picture, from a font that comes along", async () => {
    const svg = await chart.toSVG();
    const without = svg.replace(/<text[\s\S]*?<\/text>/g, "");
    const [full, rest] = [await ink(await drawPNG(svg, 1)), await ink(await drawPNG(without, 1))];
    assert.ok(rest.dark > 0 && full.dark > rest.dark + 200, `${rest.dark}, ${full.dark}`);
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
