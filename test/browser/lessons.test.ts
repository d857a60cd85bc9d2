// Every lesson in JupyterLab in a real browser, as a learner goes through it: opened, run as a whole, every chart and picture
// looked at. While one is looked at, the next one runs. The screenshots, for people, lie in test/artifacts.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { type Output, parseNotebook } from "../../kernel/cli/notebook.js";
import { copyFresh, type PlacedCell } from "./fresh-copy.js";
import { GalleryPage } from "./gallery-page.js";
import { LabServer } from "./lab-server.js";
import { NotebookPage } from "./notebook-page.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Numbers of the lessons to run, such as "00 02"; all of them unless set. */
const chosen = process.env.CELLGRAD_TEST_LESSONS?.split(" ");
const lessons = readdirSync(path.join(root, "notebooks"))
  .filter((name) => /^\d\d-.*\.ipynb$/.test(name) && (chosen?.includes(name.slice(0, 2)) ?? true))
  .sort();

interface OpenLesson {
  readonly cells: readonly PlacedCell[];
  readonly page: GalleryPage;
}

describe("lessons in JupyterLab", () => {
  let server: LabServer;
  let browser: Browser;
  /** What runs, or has run and is not looked at yet. */
  const open = new Map<string, Promise<OpenLesson>>();
  let isFirst = true;

  before("starts cellgrad lab and the browser", async function () {
    this.timeout(400_000);
    mkdirSync(path.join(root, "test", "artifacts"), { recursive: true });
    server = await LabServer.start();
    browser = await chromium.launch({
      executablePath: process.env.CELLGRAD_TEST_BROWSER ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
  });

  after("stops both", async function () {
    this.timeout(60_000);
    await browser?.close();
    await server?.stop();
  });

  /** Opens a lesson and runs all of it. */
  async function run(name: string): Promise<OpenLesson> {
    const cells = copyFresh(name, server.notebooks);
    const page = await browser.newPage({ viewport: { width: 1400, height: 1400 } });
    page.setDefaultTimeout(60_000);
    const notebook = new NotebookPage(page);
    await page.goto(server.address(name));
    await notebook.waitForIdle();
    if (isFirst) {
      // JupyterLab asks once whether it may fetch news.
      isFirst = false;
      const no = page.getByRole("button", { name: "No", exact: true });
      await no.click();
      await no.waitFor({ state: "detached" });
    }
    const gallery = new GalleryPage(notebook);
    await gallery.runAll(cells.at(-1)?.index ?? 0, 200_000);
    return { cells, page: gallery };
  }

  /** So that a failure is reported where the lesson is looked at. */
  function begin(name: string | undefined): Promise<OpenLesson> | undefined {
    if (name === undefined) return undefined;
    const running = open.get(name) ?? run(name);
    running.catch(() => {});
    open.set(name, running);
    return running;
  }

  for (const [i, name] of lessons.entries())
    it(`${name} runs, fails in the tagged cells only, and draws its charts`, async function () {
      this.timeout(300_000);
      const { cells, page } = (await begin(name)) as OpenLesson;
      const next = begin(lessons[i + 1]);
      try {
        const failed = await failedCells(page, name);
        assert.deepEqual(
          failed,
          cells.filter(({ mayFail }) => mayFail).map(({ id }) => id),
        );
        const wrong: string[] = [];
        for (const cell of cells.filter(({ draws }) => draws)) wrong.push(...(await problemsOf(page, cell, name)));
        assert.deepEqual(wrong, []);
        await page.shutDownKernel();
      } finally {
        await page.notebook.page.close();
        open.delete(name);
        void next;
      }
    });

  /** By the file as JupyterLab saves it: on the page, an error looks like what was printed to standard error. */
  async function failedCells({ notebook: { page } }: GalleryPage, name: string): Promise<string[]> {
    await page.keyboard.press("Control+s");
    await page.locator(".jp-mod-dirty").waitFor({ state: "detached" });
    const { cells } = parseNotebook(readFileSync(path.join(server.notebooks, name), "utf8"), name);
    const isError = ({ output_type }: Output) => output_type === "error";
    return cells.flatMap((cell) => (cell.cell_type === "code" && cell.outputs.some(isError) ? [cell.id] : []));
  }

  async function problemsOf(page: GalleryPage, { id, index }: PlacedCell, name: string): Promise<string[]> {
    const problems: string[] = [];
    const shown = await page.look(index, `lesson-${name.slice(0, 2)}-${String(index).padStart(3, "0")}-${id}`);
    // As JupyterLab says it of a chart that it can't draw.
    if (/Javascript Error|Vega.*Error|Error displaying/i.test(shown.text)) problems.push(`${id}: ${shown.text}`);
    if (shown.charts.some((ink) => ink <= 300)) problems.push(`${id}: a chart of ${shown.charts} pixels`);
    if (shown.pictures.some((width) => width <= 20))
      problems.push(`${id}: a picture of ${shown.pictures} pixels' width`);
    if (shown.charts.length + shown.pictures.length === 0) problems.push(`${id}: draws nothing`);
    return problems;
  }
});
