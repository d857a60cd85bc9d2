// Training as a chart that moves: one display, replaced where it stands. While it runs, the front end draws it, which costs the
// training next to nothing; the picture for the saved notebook is drawn rarely, and at the end.
import { checkOptions, checkText } from "../engine/invalid.js";
import { type Chart, lossCurve } from "../plot/index.js";
import type { Callback, StepLogs, Wish } from "../training/callback.js";
import type { EpochLogs, History } from "../training/history.js";
import { type NotebookDisplay, type NotebookHandle, notebookDisplay, shownAs } from "./notebook-display.js";
import { progress } from "./progress.js";
import { StepRecord } from "./step-record.js";
import { duration, timeLeft } from "./time-left.js";

export interface LivePlotOptions {
  /** Above the chart; "Training" by default. */
  title?: string;
}

/** Milliseconds between two updates, and between two pictures. */
const [updateInterval, pictureInterval] = [250, 5000];
/** The share of the training's time that updates, and that pictures, may take. */
const updateShare = 0.015;
const pictureShare = 0.015;
/** Milliseconds that the first picture is expected to take: its packages are loaded with it. */
const firstPicture = 600;

/**
 * Shows training as it goes: loss and metrics by step and epoch, training and validation, the best epoch, the learning
 * rate, images a second and time left. At most 4 updates a second, in at most 3 % of the training's time; Stop keeps the last
 * one. Where there is no notebook, it is one line of text (`progress`).
 * @throws when an option is wrong
 */
export function livePlot(options: LivePlotOptions = {}): Callback {
  checkOptions("options", options, ["title"]);
  if (options.title !== undefined) checkText("title", options.title, "text");
  let callback: Callback = progress();
  return {
    name: "livePlot",
    begin(view) {
      const display = notebookDisplay();
      callback = display ? new LivePlot(display, options.title ?? "Training") : progress();
      return callback.begin?.(view);
    },
    afterStep: (step, logs) => callback.afterStep?.(step, logs),
    afterEpoch: (epoch, logs, view) => callback.afterEpoch?.(epoch, logs, view),
    end: (history) => callback.end?.(history),
  };
}

class LivePlot implements Callback {
  readonly name = "livePlot";
  readonly #display: NotebookDisplay;
  readonly #title: string;
  readonly #steps = new StepRecord();
  readonly #epochs: EpochLogs[] = [];
  #handle: NotebookHandle | undefined;
  #picture: string | undefined;
  #status = "";
  #begin = 0;
  #updated = 0;
  #pictured = 0;
  #updates = { spent: 0, last: 0 };
  #pictures = { spent: 0, last: firstPicture };

  constructor(display: NotebookDisplay, title: string) {
    this.#display = display;
    this.#title = title;
  }

  begin(): void {
    this.#begin = performance.now();
    this.#updated = this.#begin;
    this.#pictured = this.#begin;
    this.#handle = this.#display(shownAs({ "text/plain": `${this.#title}: the first step is being prepared …` }));
  }

  afterStep(_step: number, logs: StepLogs): Promise<Wish> | undefined {
    const { epoch, batch, batches, loss, learningRate } = logs;
    this.#steps.add({ epoch: epoch - 1 + batch / Math.max(batch, batches), loss, learningRate });
    const now = performance.now();
    if (now - this.#updated < updateInterval || !this.#affords(this.#updates, updateShare, now)) return undefined;
    this.#status = status(logs, this.#epochs);
    return this.#update(now);
  }

  afterEpoch(_epoch: number, logs: EpochLogs): undefined {
    this.#epochs.push(logs);
  }

  async end(history: History): Promise<undefined> {
    const { rows } = this.#steps;
    // What a stopped cell shows is thrown away; the last update stays.
    if (isStopped() || (!rows.length && !history.epochs.length)) return;
    const chart = lossCurve(history, { title: this.#title, steps: rows });
    // Whatever goes wrong with a picture, what was trained is kept.
    const bundle = await chart
      .bundle()
      .catch((error: Error) => this.#bundle(chart, `\n[no picture: ${error.message}]`));
    this.#handle?.update(shownAs(bundle));
  }

  async #update(now: number): Promise<undefined> {
    const chart = lossCurve(this.#epochs, { title: this.#title, subtitle: this.#status, steps: this.#steps.rows });
    this.#handle?.update(shownAs(this.#bundle(chart)));
    this.#updated = performance.now();
    this.#pay(this.#updates, this.#updated - now);
    if (this.#updated - this.#pictured < pictureInterval || !this.#affords(this.#pictures, pictureShare, now)) return;
    const picture = await chart.toPNG().catch(() => undefined);
    this.#picture = picture && Buffer.from(picture).toString("base64");
    this.#pictured = performance.now();
    this.#pay(this.#pictures, picture ? this.#pictured - this.#updated : Number.POSITIVE_INFINITY);
  }

  #bundle(chart: Chart, note = ""): Record<string, unknown> {
    return {
      "application/vnd.vegalite.v5+json": chart.spec,
      // Some seconds old: front ends that draw the specification don't show it, a notebook saved after Stop may have to.
      ...(this.#picture === undefined ? {} : { "image/png": this.#picture }),
      "text/plain": chart.text + note,
    };
  }

  #affords(account: { spent: number; last: number }, share: number, now: number): boolean {
    return account.spent + account.last <= share * (now - this.#begin);
  }

  #pay(account: { spent: number; last: number }, cost: number): void {
    account.spent += cost;
    account.last = cost;
  }
}

function status(logs: StepLogs, epochs: readonly EpochLogs[]): string {
  const done = Math.round((100 * logs.batch) / Math.max(logs.batch, logs.batches));
  const left = timeLeft(
    logs,
    epochs.map(({ seconds }) => seconds),
  );
  return [
    `epoch ${logs.epoch} of ${logs.epochs}, ${done} %`,
    `loss ${Number(logs.loss.toPrecision(4))}`,
    `${Math.round(logs.imagesPerSecond).toLocaleString("en")} images/s`,
    `${duration(left)} left`,
  ].join(", ");
}

function isStopped(): boolean {
  const signal: unknown = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.abortSignal")];
  return signal instanceof AbortSignal && signal.aborted;
}
