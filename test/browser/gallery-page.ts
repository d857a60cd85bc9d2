// The gallery notebook in JupyterLab, as a person looks at it: run as a whole, in a theme, cell by cell, with the mouse. Used
// by the browser test of the gallery.
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator } from "playwright-core";
import type { NotebookPage } from "./notebook-page.js";

const artifacts = fileURLToPath(new URL("../../../test/artifacts/", import.meta.url));

/** What a cell shows, as the browser has drawn it. */
export interface Shown {
  /** Of each chart: how many of its pixels are dark enough to be seen on white. */
  readonly charts: readonly number[];
  /** Of each picture that is loaded: its width on the page, in pixels. */
  readonly pictures: readonly number[];
  /** Of each table: rows that have a height. */
  readonly tables: readonly number[];
  /** The kinds of output, such as `text/html`. */
  readonly kinds: readonly string[];
  readonly text: string;
}

/** What the browser knows of an element; this project is compiled without the DOM's types. */
interface BrowserElement {
  readonly width: number;
  readonly height: number;
  readonly naturalWidth: number;
  readonly offsetHeight: number;
  readonly textContent: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  querySelectorAll(selector: string): Iterable<BrowserElement>;
  getContext(kind: "2d"): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8Array } };
}

/** Runs in the browser. */
function readShown(given: unknown): Shown {
  const area = given as BrowserElement;
  const all = (selector: string) => Array.from(area.querySelectorAll(selector));
  const charts = all(".vega-embed canvas").map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let at = 0; at < data.length; at += 4)
      if ((data[at + 3] ?? 0) > 128 && (data[at] ?? 255) + (data[at + 1] ?? 255) + (data[at + 2] ?? 255) < 600)
        ink += 1;
    return ink;
  });
  return {
    charts,
    pictures: all("img").map(({ naturalWidth, width }) => (naturalWidth > 0 ? width : 0)),
    tables: all("table").map((table) =>
      Array.from(table.querySelectorAll("tr")).reduce((rows, row) => rows + (row.offsetHeight > 0 ? 1 : 0), 0),
    ),
    kinds: all("[data-mime-type]").map(({ dataset }) => dataset.mimeType ?? ""),
    text: area.textContent,
  };
}

export class GalleryPage {
  constructor(readonly notebook: NotebookPage) {}

  /** Resolves when the last cell has ended. @param last its number */
  async runAll(last: number, timeout: number): Promise<void> {
    // Cells come to the page bit by bit.
    await this.notebook.cell(last).waitFor({ state: "attached" });
    await this.#menu("Run", "Run All Cells");
    // A folded cell has no prompt but that of its output.
    const prompts = this.notebook.cell(last).locator(".jp-InputArea-prompt, .jp-OutputArea-prompt");
    await prompts
      .filter({ hasText: /\[\d+\]/ })
      .first()
      .waitFor({ state: "attached", timeout });
  }

  /** Charts keep the look they were drawn with, so the notebook is opened anew, from its file. */
  async openIn(theme: "Light" | "Dark", address: string): Promise<void> {
    const { page } = this.notebook;
    await page.keyboard.press("Control+s");
    await page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    await page.getByRole("menuitem", { name: "Settings", exact: true }).first().click();
    await page.getByText("Theme", { exact: true }).first().hover();
    await page.getByText(`JupyterLab ${theme}`, { exact: true }).click();
    const themed = page.locator(`body[data-jp-theme-name="JupyterLab ${theme}"]`);
    await themed.waitFor({ state: "attached" });
    await page.goto(address);
    await this.notebook.waitForIdle();
    await themed.waitFor({ state: "attached" });
  }

  async shutDownKernel(): Promise<void> {
    const { page } = this.notebook;
    await this.#menu("Kernel", "Shut Down Kernel");
    await page.locator("#jp-bottom-panel").getByText("No Kernel").waitFor();
  }

  /** Scrolls there, keeps a picture of all that the cell shows, and tells what it is. */
  async look(index: number, name: string): Promise<Shown> {
    const cell = this.notebook.cell(index);
    await cell.scrollIntoViewIfNeeded();
    const area = cell.locator(".jp-OutputArea").first();
    // A chart is drawn some time after its cell has come into view.
    if (await area.locator('[data-mime-type^="application/vnd.vegalite"]').count())
      await area.locator(".vega-embed canvas").first().waitFor();
    await area.screenshot({ path: path.join(artifacts, `${name}.png`) });
    return area.evaluate(readShown);
  }

  /** Drags the thumb of a chart's slider by the mouse. @param share of the slider's length where it is let go */
  async dragSlider(index: number, share: number): Promise<void> {
    const { page } = this.notebook;
    const slider = this.notebook.cell(index).locator('.vega-bind input[type="range"]');
    await slider.scrollIntoViewIfNeeded();
    const box = await this.#box(slider);
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * share, y, { steps: 10 });
    await page.mouse.up();
  }

  /** Moves the pointer over a chart, line by line, until a picture appears beside it. @returns its width; 0 without one */
  async hoverForPicture(index: number): Promise<number> {
    const { page } = this.notebook;
    const canvas = this.notebook.cell(index).locator(".vega-embed canvas").first();
    await canvas.scrollIntoViewIfNeeded();
    const box = await this.#box(canvas);
    const picture = page.locator("#vg-tooltip-element.visible img");
    for (let y = box.height * 0.2; y < box.height * 0.85; y += 12)
      for (let x = 60; x < box.width * 0.8; x += 7) {
        await page.mouse.move(box.x + x, box.y + y);
        if (await picture.count())
          return picture.first().evaluate((image) => {
            const { naturalWidth, width } = image as unknown as BrowserElement;
            return naturalWidth > 0 ? width : 0;
          });
      }
    return 0;
  }

  async #menu(menu: string, entry: string): Promise<void> {
    const { page } = this.notebook;
    await page.getByRole("menuitem", { name: menu, exact: true }).first().click();
    await page.locator(".lm-Menu-item").getByText(entry, { exact: true }).click();
  }

  async #box(locator: Locator) {
    const box = await locator.boundingBox();
    if (!box) throw new Error("nothing to be seen");
    return box;
  }
}
