// What is answered for a model's numbers. Called by predict-route.ts.

import type { Prediction } from "./messages.js";
import type { ModelRules } from "./model-file.js";
import { RequestFailure } from "./request-failure.js";

/** @throws RequestFailure when the numbers are not finite, as those for huge inputs may be */
export function predictionOf(id: string, numbers: Float32Array, { outputs, labels }: ModelRules): Prediction {
  if (!numbers.every(Number.isFinite))
    throw new RequestFailure(422, "inputs", "numbers that the model has a finite answer for", "others");
  const values = Array.from(numbers);
  if (outputs === "values") return { id, values };
  const probabilities = outputs === "scores" ? softmax(values) : clamped(values);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const label = labels[best] ?? String(best);
  return { id, class: best, label, probabilities, ...(outputs === "scores" ? { scores: values } : {}) };
}

/** One number is the probability of the second of two classes. */
function clamped(values: readonly number[]): number[] {
  const [only = 0] = values;
  const all = values.length === 1 ? [1 - only, only] : values;
  // A softmax may give 1.0000001 in float32.
  return all.map((value) => Math.min(1, Math.max(0, value)));
}

function softmax(scores: readonly number[]): number[] {
  const [only = 0] = scores;
  const all = scores.length === 1 ? [0, only] : scores;
  const most = Math.max(...all);
  const powers = all.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
