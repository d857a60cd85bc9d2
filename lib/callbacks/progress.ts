// Training as one line of text that is written anew: epoch, loss, rate, time left; in a notebook as a bar. For those who don't
// want a chart, for terminals and logs.
import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { notebookDisplay } from "../engine/notebook-display.js";
import { ProgressBar } from "../engine/progress-bar.js";
import type { Callback, StepLogs } from "../training/callback.js";
import type { EpochLogs } from "../training/history.js";
import { duration, timeLeft } from "./time-left.js";

export interface ProgressOptions {
  /** Where the text goes, also in a notebook; by default there is a bar in a notebook, and text on standard output elsewhere. */
  write?: (text: string) => void;
  /** Milliseconds between two updates of the text; 250 by default, which is a bar's. */
  interval?: number;
}

/**
 * In a notebook one bar over all epochs, updated at most 4 times a second, with the last epoch's losses and metrics, whose end
 * is saved. Elsewhere a live line of text while an epoch runs, and a line that stays after it.
 * @throws when an option is wrong
 */
export function progress(options: ProgressOptions = {}): Callback {
  checkOptions("options", options, ["write", "interval"]);
  const { write = (text: string) => void process.stdout.write(text), interval = 250 } = options;
  if (typeof write !== "function") throw invalid("write", "a function that takes the text", write);
  checkNumber("interval", interval, { least: 0 });
  let callback = lines(write, interval);
  return {
    name: "progress",
    begin(view) {
      callback = options.write === undefined && notebookDisplay() ? bar() : lines(write, interval);
      return callback.begin?.(view);
    },
    afterStep: (step, logs) => callback.afterStep?.(step, logs),
    afterEpoch: (epoch, logs, view) => callback.afterEpoch?.(epoch, logs, view),
    end: (history) => callback.end?.(history),
  };
}

function lines(write: (text: string) => void, interval: number): Callback {
  let last = 0;
  let width = 0;
  const line = (text: string, end: string): void => {
    write(`\r${text.padEnd(width)}${end}`);
    width = end ? 0 : text.length;
  };
  return {
    name: "progress",
    afterStep(_step, logs) {
      const now = performance.now();
      if (now - last < interval) return;
      last = now;
      const share = Math.round((100 * logs.batch) / Math.max(1, logs.batches));
      line(`epoch ${logs.epoch}/${logs.epochs} ${share} %  ${speedOf(logs).join("  ")}`, "");
    },
    afterEpoch(_epoch, logs, { epochs }) {
      line(`epoch ${logs.epoch}/${epochs}  ${valuesOf(logs).join("  ")}`, "\n");
    },
  };
}

function bar(): Callback {
  const shown = new ProgressBar("Training");
  let epochs = 1;
  let last: EpochLogs | undefined;
  const below = () => (last ? [`epoch ${last.epoch}: ${valuesOf(last).join(", ")}`] : []);
  return {
    name: "progress",
    begin(view) {
      epochs = view.epochs;
      last = view.rows.at(-1);
      shown.update({ share: (last?.epoch ?? 0) / epochs, text: "the first step is being prepared", lines: below() });
    },
    afterStep(_step, logs) {
      const share = (logs.epoch - 1 + logs.batch / Math.max(logs.batch, logs.batches)) / epochs;
      const text = [`epoch ${logs.epoch} of ${epochs}`, ...speedOf(logs)].join(", ");
      shown.update({ share, text, lines: below() });
      return undefined;
    },
    afterEpoch(_epoch, logs) {
      last = logs;
      return undefined;
    },
    end({ epochs: rows, stopped }) {
      const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
      const counted = `${rows.length} ${rows.length === 1 ? "epoch" : "epochs"} in ${duration(seconds)}`;
      const text = stopped === undefined ? counted : `${counted}, ${stopped}`;
      shown.end({ share: rows.length / epochs, text, lines: below() }, stopped === undefined ? "done" : "stopped");
      return undefined;
    },
  };
}

function speedOf(logs: StepLogs): string[] {
  return [
    `loss ${logs.loss.toPrecision(4)}`,
    `${logs.imagesPerSecond.toFixed(0)} images/s`,
    `${duration(timeLeft(logs))} left`,
  ];
}

/** Losses and metrics, then how fast it was. */
function valuesOf(logs: EpochLogs): string[] {
  const values = Object.entries(logs)
    .filter(([name]) => !["epoch", "seconds", "imagesPerSecond", "learningRate"].includes(name))
    .map(([name, value]) => `${name} ${(value ?? Number.NaN).toPrecision(4)}`);
  return [...values, `${logs.imagesPerSecond.toFixed(0)} images/s`, duration(logs.seconds)];
}
