// The checks of fit's options, so that a wrong one is told before anything is trained. Called by fit and crossValidate.
import { checkChoice, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { MOST_THREADS } from "../engine/jit/step-input.js";
import { checkOptimizer } from "../engine/optimizer.js";
import { checkSeed } from "../engine/random.js";
import type { FitOptions } from "./fit.js";

/** All of them; the compiler says when one is missing here. */
const known: Record<keyof FitOptions, true> = {
  train: true,
  validation: true,
  epochs: true,
  loss: true,
  metrics: true,
  optimizer: true,
  schedule: true,
  clipNorm: true,
  clipValue: true,
  accumulateGradBatches: true,
  callbacks: true,
  seed: true,
  resume: true,
  mode: true,
  threads: true,
};

/** Names of fit's options. */
export const fitOptions = Object.keys(known);

/** @throws when an option is unknown or wrong; the loss, the metrics and the batches are checked where they are read. */
export function checkFit(options: FitOptions): void {
  checkOptions("options", options, fitOptions);
  const {
    epochs,
    metrics,
    optimizer,
    schedule,
    callbacks,
    seed,
    resume,
    mode = "auto",
    accumulateGradBatches,
    threads,
  } = options;
  checkWhole("epochs", epochs, 1);
  if (threads !== undefined) checkWhole("threads", threads, 1, MOST_THREADS);
  if (accumulateGradBatches !== undefined) checkWhole("accumulateGradBatches", accumulateGradBatches, 1);
  if (metrics !== undefined && !Array.isArray(metrics)) throw invalid("metrics", "a list of metrics", metrics);
  if (optimizer !== undefined) checkOptimizer(optimizer);
  if (schedule !== undefined) checkSchedule(schedule);
  if (callbacks !== undefined) checkCallbacks(callbacks);
  if (seed !== undefined) checkSeed(seed);
  if (resume !== undefined) checkText("resume", resume, "the folder of a checkpoint");
  checkChoice("mode", mode, ["auto", "compiled", "eager"]);
}

function checkSchedule(schedule: unknown): void {
  const given = (schedule ?? {}) as { by?: unknown; initial?: unknown; update?: unknown };
  const plain = typeof schedule === "function" && [undefined, "epoch", "step"].includes(given.by as string | undefined);
  const watching = typeof given.initial === "function" && typeof given.update === "function";
  if (!plain && !watching)
    throw invalid(
      "schedule",
      "one of ml.schedules, such as stepLR({ stepSize: 30 }), or a function of the epoch",
      schedule,
    );
}

const HOOKS = ["begin", "afterStep", "afterEpoch", "interrupted", "end"];

function checkCallbacks(callbacks: unknown): void {
  if (!Array.isArray(callbacks)) throw invalid("callbacks", "a list of ml.callbacks", callbacks);
  callbacks.forEach((callback: unknown, i) => {
    const given = (callback ?? {}) as Record<string, unknown>;
    const hooks = HOOKS.filter((hook) => given[hook] !== undefined);
    if (typeof given !== "object" || hooks.length === 0 || hooks.some((hook) => typeof given[hook] !== "function"))
      throw invalid(`callbacks[${i}]`, `one of ml.callbacks, or an object with some of ${HOOKS.join(", ")}`, callback);
  });
}
