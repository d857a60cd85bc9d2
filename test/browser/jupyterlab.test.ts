// The kernel in JupyterLab in a real browser, from the launcher to Restart and Run All. The steps follow each other in
// one notebook, as a person's do; screenshots of each lie in test/artifacts.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { LabServer } from "./lab-server.js";
import { NotebookPage } from "./notebook-page.js";

const artifacts = fileURLToPath(new URL("../../../test/artifacts/", import.meta.url));

/** A cell that draws a falling curve into a PNG of 640 × 400, with nothing but Node's own modules. */
const chart = `import { deflateSync } from "node:zlib"
const [width, height] = [640, 400]
const rows = Buffer.alloc(height * (1 + width * 3), 255)
for (let y = 0; y < height; y++) rows[y * (1 + width * 3)] = 0
for (let x = 0; x < width; x++) {
  const middle = Math.round(40 + 320 * Math.exp(-x / 150) + 12 * Math.sin(x / 9))
  for (let y = middle - 2; y <= middle + 2; y++) {
    rows.set([31, 75, 153], (height - 1 - y) * (1 + width * 3) + 1 + x * 3)
  }
}
function checksum(bytes: Buffer): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(checksum(body))
  return Buffer.concat([length, body, sum])
}
const head = Buffer.alloc(13)
head.writeUInt32BE(width)
head.writeUInt32BE(height, 4)
head.set([8, 2], 8)
const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]
display.png(Buffer.concat([signature, ...parts]))`;

/** What the browser knows of an element; this project is compiled without the DOM's types. */
interface BrowserImage {
  naturalWidth: number;
  naturalHeight: number;
  width: number;
}

interface BrowserElement {
  textContent: string;
  querySelectorAll(selector: string): Iterable<BrowserElement>;
}

interface TokenColours {
  tokens: Record<string, string>;
  plain: string;
}

/** Runs in the browser: the colour of each token of a cell's code, and of its plain text. */
function readColours(cell: BrowserElement): TokenColours {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: BrowserElement): { color: string } };
  const [line = cell] = cell.querySelectorAll(".cm-line");
  const spans = [...cell.querySelectorAll(".cm-line span")];
  return {
    tokens: Object.fromEntries(spans.map((span) => [span.textContent, getComputedStyle(span).color])),
    plain: getComputedStyle(line).color,
  };
}

describe("JupyterLab", () => {
  let server: LabServer;
  let browser: Browser;
  let page: Page;
  let notebook: NotebookPage;

  before("starts cellgrad lab and the browser", async function () {
    this.timeout(400_000);
    mkdirSync(artifacts, { recursive: true });
    // Pictures of an earlier run would pass for this one's.
    for (const file of readdirSync(artifacts))
      if (/^(\d\d-|failed-).*\.png$/.test(file)) rmSync(path.join(artifacts, file));
    server = await LabServer.start();
    browser = await chromium.launch({
      executablePath: process.env.CELLGRAD_TEST_BROWSER ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(30_000);
    notebook = new NotebookPage(page);
    await page.goto(server.address());
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
  });

  after("stops both", async function () {
    this.timeout(60_000);
    await browser?.close();
    await server?.stop();
  });

  afterEach("keeps a picture of a failure", async function () {
    if (this.currentTest?.state === "failed") await notebook.screenshot(`failed-${this.currentTest.title}`);
  });

  it("opens a notebook from the launcher's card", async () => {
    const card = page.locator('.jp-LauncherCard[data-category="Notebook"][title="TypeScript (cellgrad)"]');
    await card.waitFor();
    // The first one is the default: JupyterLab's own Python stands behind it.
    const first = page.locator('.jp-LauncherCard[data-category="Notebook"]').first();
    assert.equal(await first.getAttribute("title"), "TypeScript (cellgrad)");
    const logo = card.locator("img.jp-Launcher-kernelIcon");
    await logo.waitFor();
    assert.ok(await logo.evaluate((image) => (image as unknown as BrowserImage).naturalWidth > 0));
    // The question about news: else it covers a corner of every screenshot.
    const no = page.getByRole("button", { name: "No", exact: true });
    await no.click();
    await no.waitFor({ state: "detached" });
    await notebook.screenshot("01-launcher");
    await card.click();
    await notebook.waitForIdle();
    assert.equal(await notebook.cellCount(), 1);
  });

  it("shows a value and what was printed", async () => {
    const index = await notebook.run('const answer: number = 6 * 7\nconsole.log("printed")\nanswer');
    await notebook.waitForOutput(index, "42");
    assert.deepEqual(await notebook.shown(index), ["printed", "42"]);
    await notebook.screenshot("02-value");
  });

  it("shows a chart-sized PNG", async () => {
    const index = await notebook.run(chart);
    const image = notebook.outputs(index).locator("img");
    await image.waitFor();
    const size = await image.evaluate((element) => {
      const { naturalWidth, naturalHeight, width } = element as unknown as BrowserImage;
      return { naturalWidth, naturalHeight, width };
    });
    assert.deepEqual(size, { naturalWidth: 640, naturalHeight: 400, width: 640 });
    await image.scrollIntoViewIfNeeded();
    await notebook.screenshot("03-png");
  });

  it("shows a type error and a runtime error", async () => {
    const typed = await notebook.run('const count: number = "three"');
    await notebook.waitForOutput(typed, "TS2322");
    const typeError = (await notebook.shown(typed)).join("\n");
    assert.match(typeError, /2322/);
    assert.match(typeError, /Type 'string' is not assignable to type 'number'/);
    const thrown = await notebook.run('function fail(): never {\n  throw new RangeError("too far")\n}\nfail()');
    await notebook.waitForOutput(thrown, "RangeError");
    const traceback = (await notebook.shown(thrown)).join("\n");
    assert.match(traceback, /RangeError: too far/);
    assert.match(traceback, /Cell \[4\], line 2/);
    await notebook.cell(thrown).scrollIntoViewIfNeeded();
    await notebook.screenshot("04-errors");
  });

  it("highlights TypeScript", async () => {
    const index = await notebook.run(
      'interface Layer { units: number }\nconst layer: Layer = { units: 3 } // a comment\nconst label = "text"',
    );
    const colours = await notebook.cell(index).evaluate(readColours);
    const colourOf = (token: string) => {
      const colour = colours.tokens[token];
      assert.ok(colour, `${token} is no token: ${JSON.stringify(colours.tokens)}`);
      return colour;
    };
    // `interface` is a keyword in TypeScript only: in JavaScript it would look like a variable.
    assert.equal(colourOf("interface"), colourOf("const"));
    assert.notEqual(colourOf("interface"), colours.plain);
    const distinct = new Set([colourOf("const"), colourOf('"text"'), colourOf("// a comment"), colourOf("3")]);
    assert.equal(distinct.size, 4, JSON.stringify(colours.tokens));
  });

  /** Cells that don't end: each shows by itself that it has begun, and counts in `turns` how far it came. */
  const endless: [what: string, code: string, begun: string][] = [
    [
      "sleeps",
      'console.log("fell asleep")\nturns++\nawait new Promise(() => {})',
      ".jp-OutputArea-output:has-text('fell asleep')",
    ],
    [
      "spins",
      'console.log("the loop begins")\nwhile (true) turns++',
      ".jp-OutputArea-output:has-text('the loop begins')",
    ],
    [
      "trains",
      `const { train } = await ml.data.mnist({ train: 2000, test: 10, seed: 1 })
const transform = ml.transforms.compose([ml.transforms.toTensor(), ml.transforms.normalize([0.5], [0.5])])
const counting = { name: "counting", afterStep: () => void turns++ }
await ml.fit(ml.models.lenet5({ inputShape: [28, 28, 1], classes: 10, seed: 1 }), {
  train: ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform }),
  epochs: 10_000,
  loss: "crossEntropy",
  optimizer: ml.optimizers.adamW({ learningRate: 1e-3 }),
  callbacks: [ml.callbacks.livePlot(), counting],
})`,
      // The chart is drawn after the first steps; before it, a line of text says that they are prepared.
      ".vega-embed canvas",
    ],
  ];
  for (const [what, code, begun] of endless) {
    it(`completes and documents tf. while another cell ${what}, and stops that cell`, async () => {
      await notebook.run("let turns = 0");
      const running = await notebook.start(code);
      await notebook.cell(running).locator(begun).waitFor({ timeout: 60_000 });
      await notebook.waitForRunning(running);
      const drawn = what === "trains" ? await notebook.canvas(running) : undefined;

      const all = await notebook.complete("tf.", "zerosLike");
      for (const name of ["tensor", "layers", "sequential", "zeros"]) assert.ok(all.includes(name), all.join(" "));
      for (const name of ["const", "answer", "ml"]) assert.ok(!all.includes(name), `${name} is no member of tf`);
      await notebook.screenshot(`05-completion-while-another-cell-${what}`);
      await page.keyboard.press("Escape");
      await notebook.clear();
      const some = await notebook.complete("tf.tens", "tensorScatterUpdate");
      for (const name of ["tensor", "tensor1d", "tensor4d"]) assert.ok(some.includes(name), some.join(" "));
      assert.ok(!some.includes("layers"), some.join(" "));
      await page.keyboard.press("Escape");
      await notebook.clear();

      const documented = await notebook.documentation("tf.matMul(", "dot product");
      assert.match(documented, /Computes the dot product of two matrices/);
      await page.keyboard.press("Escape");
      await notebook.clear();

      await notebook.waitForRunning(running);
      if (drawn !== undefined) {
        // Its output was live all the while.
        const deadline = Date.now() + 30_000;
        while ((await notebook.canvas(running)) === drawn) {
          assert.ok(Date.now() < deadline, "the chart does not move");
          await page.waitForTimeout(200);
        }
      }
      await notebook.button("notebook:interrupt-kernel").click();
      await notebook.waitForEnd(running);
      await notebook.waitForOutput(running, "KeyboardInterrupt");
      await notebook.waitForIdle();
      const kept = await notebook.run("[answer + 1, turns > 0]");
      await notebook.waitForOutput(kept, "[ 43, true ]");
      await notebook.screenshot(`06-stopped-a-cell-that-${what}`);
    });
  }

  it("shows documentation on Shift-Tab", async () => {
    const text = await notebook.documentation("tf.tensor(", "Creates a");
    assert.match(text, /Creates a `?tf\.Tensor`? with the provided values, shape and dtype/);
    assert.match(text, /dtype\?/);
    await notebook.screenshot("07-documentation");
    await page.keyboard.press("Escape");
    await notebook.clear();
  });

  it("restarts and runs all cells of an existing notebook, twice, and saves it", async () => {
    await page.goto(server.address("restart.ipynb"));
    await notebook.waitForIdle();
    let before = "no process yet";
    for (const _ of [1, 2]) {
      await notebook.button("notebook:restart-run-all").click();
      await page.locator(".jp-Dialog .jp-mod-accept").click();
      // What an earlier run shows looks the same, but for its process.
      await notebook.outputs(2).filter({ hasText: "in process", hasNotText: before }).waitFor();
      await notebook.prompt(3).filter({ hasText: "[3]" }).waitFor();
      await notebook.waitForIdle();
      const shown = [];
      for (const index of [1, 2, 3]) shown.push((await notebook.shown(index)).join("\n"));
      assert.match(shown[0] ?? "", /^1$/);
      assert.match(shown[1] ?? "", /^run 1 in process \d+$/);
      assert.match(shown[2] ?? "", /\{ x: 1, y: 2 \}/);
      before = shown[1] ?? "";
    }
    await notebook.screenshot("08-restart-and-run-all");
    await notebook.cell(1).locator(".cm-content").click();
    await page.keyboard.press("Control+s");
    await page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    const saved = JSON.parse(await readFile(path.join(server.notebooks, "restart.ipynb"), "utf8"));
    assert.equal(saved.metadata.language_info.name, "typescript");
    assert.equal(saved.cells[1].execution_count, 1);
  });

  it("ends on Ctrl-C with exit code 0", async () => {
    assert.equal(await server.stop(), 0);
  });
});
