// What a run was trained with, as a checkpoint keeps it, so that `fit(model, { train, epochs, resume })` goes on as before without being told
// again. Used by the trainer.
import { isList } from "../engine/invalid.js";
import { follow, isRecipe, recipeOf } from "../engine/recipe.js";
import { type StreamingMetric, streaming } from "../metrics/index.js";
import * as optimizers from "../optimizers/index.js";
import * as schedules from "../schedules/index.js";
import type { FitOptions } from "./fit.js";

/** JSON: numbers and names as they were given, recipes for what functions of the library made. */
export type RunSettings = Readonly<Partial<Record<(typeof kept)[number], unknown>>>;

/** What must be the same for a resumed run to compute the same. */
const kept = ["optimizer", "schedule", "loss", "metrics", "clipNorm", "clipValue", "accumulateGradBatches"] as const;

/** Stands for a function or an object that somebody wrote himself, which no file can hold. */
const own = "(one of its own)";

export function settingsOf(options: FitOptions): RunSettings {
  const settings: Partial<Record<(typeof kept)[number], unknown>> = {};
  for (const name of kept) {
    const value = options[name];
    if (value === undefined) continue;
    if (name === "loss") settings.loss = lossSettings(options.loss);
    else if (name === "metrics") settings.metrics = metricSettings(options.metrics);
    else settings[name] = typeof value === "object" || typeof value === "function" ? (recipeOf(value) ?? own) : value;
  }
  return settings;
}

/** A loss with options is plain already, but for class weights in a typed array. */
function lossSettings(loss: FitOptions["loss"]): unknown {
  if (typeof loss !== "object") return typeof loss === "function" ? own : loss;
  return Object.fromEntries(
    Object.entries(loss).map(([name, value]) => [name, isList(value) ? Array.from(value) : value]),
  );
}

/** Names, and recipes of metrics with options. */
function metricSettings(metrics: FitOptions["metrics"] = []): unknown {
  const described = metrics.map((it) => (typeof it === "string" ? it : recipeOf(it)));
  return described.includes(undefined) ? own : described;
}

/**
 * The options of a run that goes on: what the caller names, else what the run was trained with.
 * @throws when that can't be read from a file and the caller doesn't name it
 */
export function withSettings(options: FitOptions, settings: RunSettings): FitOptions {
  const merged: Record<string, unknown> = { ...options };
  for (const name of kept) {
    const saved = settings[name];
    if (saved === undefined || options[name] !== undefined) continue;
    if (saved === own)
      throw new Error(
        `invalid ${name}; expected the one that ${options.resume} was trained with, which no checkpoint can hold: none`,
      );
    merged[name] = Array.isArray(saved) ? saved.map(remade) : remade(saved);
  }
  return merged as unknown as FitOptions;
}

function remade(saved: unknown): unknown {
  if (!isRecipe(saved)) return saved;
  const named = (metric: StreamingMetric<never, never, unknown>, name: string) => metric.named(name);
  return follow(saved, { ...optimizers, ...schedules, ...streaming, named });
}
