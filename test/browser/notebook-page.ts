// One notebook in JupyterLab, as a person sees and operates it: cells by number, keys and buttons. Used by the browser
// tests; only what the page shows is looked at, nothing is asked of JupyterLab's own objects.
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";

const artifacts = fileURLToPath(new URL("../../../test/artifacts/", import.meta.url));

export class NotebookPage {
  constructor(readonly page: Page) {}

  get #panel(): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
  }

  cell(index: number): Locator {
    return this.#panel.locator(".jp-Notebook-cell").nth(index);
  }

  outputs(index: number): Locator {
    return this.cell(index).locator(".jp-OutputArea-output");
  }

  async waitForOutput(index: number, text: string): Promise<void> {
    await this.outputs(index).filter({ hasText: text }).first().waitFor();
  }

  /** What a reader sees of the outputs, without the number before a result. */
  async shown(index: number): Promise<string[]> {
    const texts = await this.outputs(index).allInnerTexts();
    return texts.map((text) => text.replace(/^\[\d+\]:\s*/, "").trim());
  }

  async cellCount(): Promise<number> {
    return this.#panel.locator(".jp-Notebook-cell").count();
  }

  /** The status bar names the kernel: before that, the indicator beside the cells says idle though there is none yet. */
  async waitForIdle(): Promise<void> {
    await this.page.locator("#jp-bottom-panel").getByText("TypeScript (cellgrad) | Idle").waitFor();
    await this.#panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  }

  /** Puts text in the last cell, which is empty, as pasting does: without the editor closing brackets by itself. */
  async write(text: string): Promise<number> {
    const index = (await this.cellCount()) - 1;
    await this.cell(index).locator(".cm-content").click();
    await this.page.keyboard.insertText(text);
    return index;
  }

  /** Empties the last cell again. */
  async clear(): Promise<void> {
    await this.cell((await this.cellCount()) - 1)
      .locator(".cm-content")
      .click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.press("Delete");
  }

  /**
   * Writes into the last cell, presses Tab, and resolves to the names that are offered, in their order.
   * @param last one of the last names: JupyterLab draws a long list piece by piece
   */
  async complete(text: string, last: string): Promise<string[]> {
    await this.write(text);
    await this.page.keyboard.press("Tab");
    const matches = this.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item .jp-Completer-match");
    await matches.filter({ hasText: new RegExp(`^${last}$`) }).waitFor({ state: "attached" });
    return matches.allInnerTexts();
  }

  /** Writes into the last cell, presses Shift-Tab, and resolves to the tooltip's text. */
  async documentation(text: string, part: string): Promise<string> {
    await this.write(text);
    await this.page.keyboard.press("Shift+Tab");
    // It opens empty, and is filled when its content has been rendered.
    const tooltip = this.page.locator(".jp-Tooltip").filter({ hasText: part });
    await tooltip.waitFor();
    return (await tooltip.allInnerTexts()).join("\n");
  }

  /** Writes into the last cell and runs it; the notebook then has a new last cell. */
  async start(text: string): Promise<number> {
    const index = await this.write(text);
    await this.page.keyboard.press("Shift+Enter");
    await this.cell(index + 1).waitFor();
    return index;
  }

  /** As `start`, and waits until the cell has ended. */
  async run(text: string): Promise<number> {
    const index = await this.start(text);
    await this.waitForEnd(index);
    return index;
  }

  /** What a chart's canvas shows, as a data URL: it tells nothing else. Each update of a chart brings another canvas. */
  async canvas(index: number): Promise<string> {
    const canvas = this.cell(index).locator(".vega-embed canvas").first();
    return canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL());
  }

  prompt(index: number): Locator {
    return this.cell(index).locator(".jp-InputArea-prompt");
  }

  async waitForEnd(index: number): Promise<void> {
    await this.prompt(index)
      .filter({ hasText: /\[\d+\]/ })
      .waitFor();
  }

  async waitForRunning(index: number): Promise<void> {
    await this.prompt(index).filter({ hasText: "[*]" }).waitFor();
  }

  button(command: string): Locator {
    return this.#panel.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`);
  }

  /** For people; kept as CI's artefacts. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(artifacts, `${name.replace(/[^\w-]+/g, "-")}.png`) });
  }
}
