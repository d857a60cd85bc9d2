// Training as one line of text that is written anew: epoch, loss, rate, time left. For terminals and logs.
import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import type { Callback } from "../training/callback.js";
import { duration, timeLeft } from "./time-left.js";

export interface ProgressOptions {
  /** Where the text goes; standard output by default. */
  write?: (text: string) => void;
  /** Milliseconds between two updates; 250 by default. */
  interval?: number;
}

/**
 * A live line of text while an epoch runs, and a line that stays after it.
 * @throws when an option is wrong
 */
export function progress(options: ProgressOptions = {}): Callback {
  checkOptions("options", options, ["write", "interval"]);
  const { write = (text: string) => void process.stdout.write(text), interval = 250 } = options;
  if (typeof write !== "function") throw invalid("write", "a function that takes the text", write);
  checkNumber("interval", interval, { least: 0 });
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
      line(
        `epoch ${logs.epoch}/${logs.epochs} ${share} %  loss ${logs.loss.toPrecision(4)}  ` +
          `${logs.imagesPerSecond.toFixed(0)} images/s  ${duration(timeLeft(logs))} left`,
        "",
      );
    },
    afterEpoch(_epoch, logs, { epochs }) {
      const values = Object.entries(logs)
        .filter(([name]) => !["epoch", "seconds", "imagesPerSecond", "learningRate"].includes(name))
        .map(([name, value]) => `${name} ${(value ?? Number.NaN).toPrecision(4)}`);
      const speed = `${logs.imagesPerSecond.toFixed(0)} images/s  ${duration(logs.seconds)}`;
      line(`epoch ${logs.epoch}/${epochs}  ${values.join("  ")}  ${speed}`, "\n");
    },
  };
}
