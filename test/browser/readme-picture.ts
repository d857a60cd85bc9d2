// Makes the picture of the README: a lesson in JupyterLab in Chromium, run as a whole. By hand, when something looks different:
// `npm run build && node dist/test/browser/readme-picture.js`.
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { copyFresh } from "./fresh-copy.js";
import { GalleryPage } from "./gallery-page.js";
import { LabServer } from "./lab-server.js";
import { NotebookPage } from "./notebook-page.js";

const notebooks = fileURLToPath(new URL("../../../notebooks/", import.meta.url));
const picture = path.join(notebooks, "jupyterlab.png");

/** What is seen, with this cell at the top. */
const [lesson, top] = ["02-training-a-cnn.ipynb", "train"];

const server = await LabServer.start();
const browser = await chromium.launch({
  executablePath: process.env.CELLGRAD_TEST_BROWSER ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  // The notebooks of the tests are no lessons.
  for (const name of readdirSync(server.notebooks)) rmSync(path.join(server.notebooks, name), { recursive: true });
  const files = readdirSync(notebooks).filter((name) => name.endsWith(".ipynb"));
  const cells = files.map((name) => ({ name, cells: copyFresh(name, server.notebooks) }));
  const shown = cells.find(({ name }) => name === lesson)?.cells ?? [];
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
  page.setDefaultTimeout(60_000);
  const notebook = new NotebookPage(page);
  await page.goto(server.address(lesson));
  await notebook.waitForIdle();
  const no = page.getByRole("button", { name: "No", exact: true });
  await no.click();
  await no.waitFor({ state: "detached" });
  await new GalleryPage(notebook).runAll(shown.at(-1)?.index ?? 0, 200_000);
  const index = shown.find(({ id }) => id === top)?.index ?? 0;
  const cell = notebook.cell(index);
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Escape");
  await cell.evaluate((element) => (element as unknown as { scrollIntoView(): void }).scrollIntoView());
  await cell.locator(".vega-embed canvas").first().waitFor();
  await notebook.waitForIdle();
  // The prompts of the cells that came into view.
  await page.waitForTimeout(1000);
  const png = await page.screenshot();
  await sharp(png).png({ palette: true, colours: 128, effort: 10 }).toFile(picture);
} finally {
  await browser.close();
  await server.stop();
}
