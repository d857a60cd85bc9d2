// Rules of alarms: which number, what of it is too much or too little, and for how long. Checked here, measured by alert-metrics.ts, followed
// by alert-state.ts.
import { checkChoice, checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { durationText, milliseconds } from "./duration.js";
import { type ScoreName, scoreNames } from "./live-scores.js";
import { checkId } from "./prediction.js";

/**
 * What is watched: "accuracy", "precision", "recall" or "f1Score" of the true labels that came within the window; of the predictions made within it
 * the mean "confidence", the 95th percentile of "milliseconds", their number ("predictions"), or "drift" (the largest statistic of all features
 * as a multiple of its threshold: above 1 is drift; that takes tenths of a second, so a server that must answer fast is better watched from
 * another program).
 */
export type AlertMetric = ScoreName | "confidence" | "milliseconds" | "predictions" | "drift";

export interface AlertRuleOptions {
  /** What the alarm is called; by default what it says, "accuracy below 0.9". */
  readonly name?: string;
  /** What is watched. */
  readonly metric: AlertMetric;
  /** An alarm when it is less; or `above`. */
  readonly below?: number;
  /** An alarm when it is more; or `below`. */
  readonly above?: number;
  /** How long it must have been so ("5m"); at once by default. */
  readonly for?: string | number;
  /** Over the last how long it is measured; "1h" by default. */
  readonly within?: string | number;
  /** Where the alarm ends: `below: 0.9, clears: 0.92` does not flicker at 0.9. By default at the limit itself. */
  readonly clears?: number;
  /** With fewer predictions (or true labels) nothing is known; 20 by default, 1 for "predictions" and "milliseconds". */
  readonly atLeast?: number;
  /** Only of this model. */
  readonly model?: string;
  /** Only of this version. */
  readonly version?: string;
}

export interface AlertRule {
  readonly name: string;
  readonly metric: AlertMetric;
  readonly side: "below" | "above";
  readonly limit: number;
  readonly clears: number;
  /** Milliseconds. */
  readonly for: number;
  readonly within: number;
  readonly atLeast: number;
  readonly model: string | undefined;
  readonly version: string | undefined;
}

const metrics: readonly AlertMetric[] = [...scoreNames, "confidence", "milliseconds", "predictions", "drift"];
const ruleOptions = ["name", "metric", "below", "above", "for", "within", "clears", "atLeast", "model", "version"];

/** @throws when a rule is wrong, or two have one name */
export function alertRules(given: readonly AlertRuleOptions[]): readonly AlertRule[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > 100)
    throw invalid("rules", "a list of 1 to 100 rules", given);
  const rules = Array.from(given, (rule, i) => alertRule(`rules[${i}]`, rule));
  rules.forEach(({ name }, i) => {
    if (rules.findIndex((other) => other.name === name) < i)
      throw invalid(`rules[${i}].name`, "a name that no other rule has", name);
  });
  return rules;
}

function alertRule(place: string, given: AlertRuleOptions): AlertRule {
  checkOptions(place, given, ruleOptions);
  const { metric, below, above, model, version } = given;
  checkChoice(`${place}.metric`, metric, metrics);
  if ((below === undefined) === (above === undefined))
    throw invalid(place, "either below or above", below === undefined ? "neither" : "both");
  const side = below === undefined ? "above" : "below";
  const limit = below ?? above;
  checkNumber(`${place}.${side}`, limit);
  const { clears = limit } = given;
  checkNumber(`${place}.clears`, clears, side === "below" ? { least: limit } : { most: limit });
  const isCount = metric === "predictions" || metric === "milliseconds";
  const { atLeast = isCount ? 1 : metric === "drift" ? 50 : 20 } = given;
  checkWhole(`${place}.atLeast`, atLeast, metric === "drift" ? 10 : 1, 5000);
  const {
    name = `${metric} ${side} ${limit}${[model, version].map((one) => (one === undefined ? "" : ` of ${one}`)).join("")}`,
  } = given;
  checkId(`${place}.name`, name);
  for (const [key, value] of Object.entries({ model, version }))
    if (value !== undefined) checkText(`${place}.${key}`, value, "a text");
  return {
    ...{ name, metric, side, limit, clears, atLeast, model, version },
    for: milliseconds(`${place}.for`, given.for ?? 0, 0),
    within: milliseconds(`${place}.within`, given.within ?? "1h"),
  };
}

/** "accuracy below 0.9 for 5m" */
export function ruleText(rule: AlertRule): string {
  return `${rule.metric} ${rule.side} ${rule.limit}${rule.for > 0 ? ` for ${durationText(rule.for)}` : ""}`;
}
