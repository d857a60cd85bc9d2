// The gallery in JupyterLab in a real browser: run as a whole, every display looked at in the light and the dark theme, and
// used without the kernel. The screenshots, for people, lie in test/artifacts.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { copyFresh } from "./fresh-copy.js";
import { GalleryPage, type Shown } from "./gallery-page.js";
import { LabServer } from "./lab-server.js";
import { NotebookPage } from "./notebook-page.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const artifacts = path.join(root, "test", "artifacts");
const file = path.join(root, "notebooks", "gallery.ipynb");

interface Cell {
  readonly id: string;
  readonly cell_type: string;
}

const { cells } = JSON.parse(readFileSync(file, "utf8")) as { readonly cells: readonly Cell[] };
const codeCells = cells.flatMap(({ id, cell_type }, index) => (cell_type === "code" ? [{ id, index }] : []));

/** What shows itself as neither a chart, a picture nor a table. */
const texts: Readonly<Record<string, RegExp>> = {
  progress: /4 of 4|epoch 4/i,
  invariance: /images/,
  error: /invalid matrix/,
};

function check(id: string, shown: Shown): void {
  // Errors too are shown as this kind.
  assert.equal(shown.kinds.includes("application/vnd.jupyter.stderr"), id === "error", shown.text);
  // As JupyterLab says it of a chart that it can't draw.
  assert.doesNotMatch(shown.text, /Javascript Error|Vega.*Error|Error displaying/i);
  for (const ink of shown.charts) assert.ok(ink > 300, `${ink} pixels of a chart are drawn`);
  for (const width of shown.pictures) assert.ok(width > 20, `a picture is ${width} pixels wide`);
  for (const rows of shown.tables) assert.ok(rows > 1, `a table shows ${rows} rows`);
  const text = texts[id];
  if (text) assert.match(shown.text, text);
  else assert.ok(shown.charts.length + shown.pictures.length + shown.tables.length > 0, shown.text);
}

describe("gallery in JupyterLab", () => {
  let server: LabServer;
  let browser: Browser;
  let page: Page;
  let notebook: NotebookPage;
  let gallery: GalleryPage;

  const cellOf = (id: string) => {
    const found = codeCells.find((cell) => cell.id === id);
    assert.ok(found, id);
    return found.index;
  };

  before("runs all cells", async function () {
    this.timeout(600_000);
    mkdirSync(artifacts, { recursive: true });
    server = await LabServer.start();
    copyFresh("gallery.ipynb", server.notebooks);
    browser = await chromium.launch({
      executablePath: process.env.CELLGRAD_TEST_BROWSER ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
    page = await browser.newPage({ viewport: { width: 1500, height: 1500 } });
    page.setDefaultTimeout(60_000);
    notebook = new NotebookPage(page);
    gallery = new GalleryPage(notebook);
    await page.goto(server.address("gallery.ipynb"));
    await notebook.waitForIdle();
    const no = page.getByRole("button", { name: "No", exact: true });
    await no.click();
    await no.waitFor({ state: "detached" });
    await gallery.runAll(cellOf("error"), 300_000);
  });

  after("stops", async function () {
    this.timeout(60_000);
    await browser?.close();
    await server?.stop();
  });

  afterEach("keeps a picture of a failure", async function () {
    if (this.currentTest?.state === "failed") await notebook.screenshot(`failed-gallery-${this.currentTest.title}`);
  });

  for (const theme of ["Light", "Dark"] as const)
    it(`shows every cell in the ${theme.toLowerCase()} theme`, async () => {
      if (theme === "Dark") await gallery.openIn(theme, server.address("gallery.ipynb"));
      const wrong: string[] = [];
      let charts = 0;
      for (const { id, index } of codeCells) {
        const shown = await gallery.look(
          index,
          `gallery-${theme.toLowerCase()}-${String(index).padStart(3, "0")}-${id}`,
        );
        charts += shown.charts.length;
        try {
          check(id, shown);
        } catch (error) {
          wrong.push(`${id}: ${(error as Error).message}`);
        }
      }
      assert.deepEqual(wrong, []);
      assert.ok(charts >= 25, String(charts));
    });

  it("moves the threshold explorer without the kernel", async () => {
    await gallery.shutDownKernel();
    const index = cellOf("thresholds");
    const before = await notebook.canvas(index);
    await gallery.dragSlider(index, 0.9);
    const until = Date.now() + 10_000;
    while ((await notebook.canvas(index)) === before) {
      assert.ok(Date.now() < until, "the chart stays as it was");
      await page.waitForTimeout(100);
    }
    await notebook.screenshot("gallery-slider-moved-without-kernel");
  });

  it("shows an embedded sample's picture under the pointer", async () => {
    for (const id of ["embedding-pca", "embedding-umap"]) {
      const width = await gallery.hoverForPicture(cellOf(id));
      await notebook.screenshot(`gallery-${id}-hovered`);
      assert.ok(width >= 80, `${id}: ${width}`);
    }
  });
});
