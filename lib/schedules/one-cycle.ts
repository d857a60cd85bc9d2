// The 1cycle policy: up to a large rate, then down to almost nothing.
import { checkBoolean, checkChoice, checkNumber, checkOptions } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, readLength, type Schedule, type ScheduleLength } from "./schedule.js";

export type OneCycleOptions = ScheduleLength & {
  /** The peak; above 0. The optimizer's own rate plays no part. */
  maxLearningRate: number;
  /** The part of the cycle that goes up, in [0, 1] (at most 0.5 with threePhase); 0.3 by default. */
  pctStart?: number;
  /** The cycle starts from maxLearningRate / divFactor; 25 by default. */
  divFactor?: number;
  /** It ends at the start's rate / finalDivFactor; 10,000 by default. */
  finalDivFactor?: number;
  /** The form of each way: half a cosine ("cosine", the default) or a straight line ("linear"). */
  annealing?: "cosine" | "linear";
  /** Come down as slowly as the way up, and fall to the final rate only then. */
  threePhase?: boolean;
};

const KEYS = [
  "epochs",
  "steps",
  "maxLearningRate",
  "pctStart",
  "divFactor",
  "finalDivFactor",
  "annealing",
  "threePhase",
];

/**
 * PyTorch's `OneCycleLR` (its learning rate; momentum is left alone). After the last step the final rate stays.
 * Smith and Topin, Super-Convergence, 2018 (arXiv 1708.07120).
 * @throws when an option is out of range
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions("options", options, KEYS);
  const { maxLearningRate, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  const { annealing = "cosine", threePhase = false } = options;
  const { length, by } = readLength(options);
  checkNumber("maxLearningRate", maxLearningRate, { above: 0 });
  checkBoolean("threePhase", threePhase);
  checkNumber("pctStart", pctStart, { least: 0, most: threePhase ? 0.5 : 1 });
  checkNumber("divFactor", divFactor, { above: 0 });
  checkNumber("finalDivFactor", finalDivFactor, { above: 0 });
  checkChoice("annealing", annealing, ["cosine", "linear"]);
  const start = maxLearningRate / divFactor;
  const final = start / finalDivFactor;
  const peakAt = pctStart * length - 1;
  const corners = threePhase
    ? [
        { at: 0, rate: start },
        { at: peakAt, rate: maxLearningRate },
        { at: 2 * peakAt, rate: start },
        { at: length - 1, rate: final },
      ]
    : [
        { at: 0, rate: start },
        { at: peakAt, rate: maxLearningRate },
        { at: length - 1, rate: final },
      ];
  return madeBy(
    defineSchedule(by, (count) => {
      const next = corners.findIndex((corner, i) => i > 0 && count <= corner.at);
      const to = corners[next];
      const from = corners[next - 1];
      if (to === undefined || from === undefined) return final;
      const part = to.at > from.at ? (count - from.at) / (to.at - from.at) : 1;
      const weight = annealing === "linear" ? 1 - part : (1 + Math.cos(Math.PI * part)) / 2;
      return to.rate + (from.rate - to.rate) * weight;
    }),
    "oneCycle",
    options,
  );
}
