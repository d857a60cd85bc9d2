// Training as a chart that moves: one display, replaced where it stands. What shows it draws it; the picture that the saved
// notebook needs beside it is drawn on another thread, now and then, and at the end.
import { cellSignal } from "../engine/cell-signal.js";
import { checkOptions, checkText } from "../engine/invalid.js";
import { type NotebookDisplay, type NotebookHandle, notebookDisplay, shownAs } from "../engine/notebook-display.js";
import { type DrawnPicture, drawElsewhere, prepareDrawing } from "../plot/drawing-thread.js";
import { type Chart, lossCurve } from "../plot/index.js";
import { savedSpec } from "../plot/saved-spec.js";
import type { Callback, StepLogs, TrainingView } from "../training/callback.js";
import type { EpochLogs, History } from "../training/history.js";
import { progress } from "./progress.js";
import { StepRecord } from "./step-record.js";
import { TimeBudget } from "./time-budget.js";
import { duration, timeLeft } from "./time-left.js";

export interface LivePlotOptions {
  /** Above the chart; "Training" by default. */
  title?: string;
}

/** Milliseconds between two updates, and between two pictures. */
const [updateInterval, pictureInterval] = [250, 5000];
/** Shares of the training's time: of updates, and of metrics after single steps, beside the first few. */
const [updateShare, metricShare, metricAllowance] = [0.01, 0.003, 50];
/**
 * The share of time that the other thread may draw. On Linux it waits for the cores that train; but two cores are often the halves of one,
 * and then what one does slows the other.
 */
const pictureShare = 0.01;

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

/** Draws charts; the other thread unless a test draws. */
interface Drawing {
  prepare(): void;
  draw(chart: Chart): Promise<DrawnPicture>;
}

export class LivePlot implements Callback {
  readonly name = "livePlot";
  readonly #display: NotebookDisplay;
  readonly #title: string;
  readonly #drawing: Drawing;
  readonly #steps = new StepRecord();
  readonly #epochs: EpochLogs[] = [];
  #handle: NotebookHandle | undefined;
  #updated = 0;
  #updates = new TimeBudget(updateShare, 0);
  #metrics = new TimeBudget(metricShare, 0);
  #picture: string | undefined;
  #isFirstPicture = false;
  /** When the next picture may be begun. */
  #nextPicture = 0;

  constructor(
    display: NotebookDisplay,
    title: string,
    drawing: Drawing = { prepare: prepareDrawing, draw: drawElsewhere },
  ) {
    this.#display = display;
    this.#title = title;
    this.#drawing = drawing;
  }

  begin(view: TrainingView): void {
    const now = performance.now();
    this.#updated = now;
    this.#updates = new TimeBudget(updateShare, now);
    this.#metrics = new TimeBudget(metricShare, now, metricAllowance);
    // Those before a resume.
    for (const row of view.rows) this.#epochs.push(row);
    this.#handle = this.#display(shownAs({ "text/plain": `${this.#title}: the first step is being prepared …` }));
    this.#drawing.prepare();
  }

  afterStep(_step: number, logs: StepLogs): undefined {
    const { epoch, batch, batches, loss, learningRate } = logs;
    const place = epoch - 1 + batch / Math.max(batch, batches);
    this.#steps.add({ epoch: place, loss, learningRate }, () => this.#metricsOf(logs));
    const now = performance.now();
    if (now - this.#updated < updateInterval) return;
    // A first picture is worth its price: it is all that a run has which is stopped early.
    if (this.#isFirstPicture || this.#updates.affords(now)) this.#update(logs, now);
  }

  /** Some metrics sort all samples so far: those are drawn by fewer points. */
  #metricsOf(logs: StepLogs): Readonly<Record<string, number>> {
    const now = performance.now();
    if (!this.#metrics.affords(now)) return {};
    const { metrics } = logs;
    this.#metrics.spend(performance.now() - now);
    return metrics;
  }

  afterEpoch(_epoch: number, logs: EpochLogs): undefined {
    this.#epochs.push(logs);
  }

  async end(history: History): Promise<undefined> {
    const { rows } = this.#steps;
    // What a stopped cell shows is thrown away; the last update stays.
    if (cellSignal()?.aborted || (!rows.length && !history.epochs.length)) return;
    const chart = lossCurve(history, { title: this.#title, steps: rows });
    let note = "";
    try {
      this.#picture = (await this.#drawing.draw(chart)).png;
    } catch (error) {
      // Whatever goes wrong with a picture, what was trained is kept.
      this.#picture = undefined;
      note = `\n[no picture: ${(error as Error).message}]`;
    }
    this.#handle?.update(shownAs(this.#bundle(chart, note)));
  }

  #update(logs: StepLogs, now: number): void {
    const subtitle = status(logs, this.#epochs);
    const chart = lossCurve(this.#epochs, { title: this.#title, subtitle, steps: this.#steps.rows });
    this.#isFirstPicture = false;
    this.#handle?.update(shownAs(this.#bundle(chart)));
    this.#updated = performance.now();
    this.#updates.spend(this.#updated - now);
    if (this.#updated >= this.#nextPicture) void this.#draw(chart);
  }

  async #draw(chart: Chart): Promise<void> {
    // One at a time.
    this.#nextPicture = Number.POSITIVE_INFINITY;
    try {
      const { png, cost } = await this.#drawing.draw(chart);
      this.#isFirstPicture = this.#picture === undefined;
      this.#picture = png;
      this.#nextPicture = performance.now() + Math.max(pictureInterval, cost / pictureShare);
    } catch {
      // No picture then; the last one says why.
    }
  }

  #bundle(chart: Chart, note = ""): Record<string, unknown> {
    return {
      "application/vnd.vegalite.v5+json": savedSpec(chart.spec),
      // Some seconds old: front ends that draw the specification don't show it, a notebook saved after Stop may have to.
      ...(this.#picture === undefined ? {} : { "image/png": this.#picture }),
      "text/plain": chart.text + note,
    };
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
