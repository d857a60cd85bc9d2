// The samples of the reference cases, made of a recipe by the same operations as in test/fixtures/metrics/make.py, whose
// names these are; so the fixture need not hold them. Called by the tests against scikit-learn.
import { type Random, SplitMix32 } from "../../../lib/engine/random.js";

type Label = number | string;

interface RecipeOf<Kind extends string> {
  kind: Kind;
  seed: number;
  n: number;
  weights: "none" | "whole" | "eighths" | "any";
}

interface Labels extends RecipeOf<"labels"> {
  classes: Label[];
  skill: number;
}

interface Scores extends RecipeOf<"scores"> {
  /** The negative, and the positive one. */
  classes: [Label, Label];
  share: number;
  skill: number;
  digits: number;
  real: boolean;
}

interface Rows extends RecipeOf<"rows"> {
  classes: Label[];
  used: Label[];
  skill: number;
  digits: number;
}

interface Values extends RecipeOf<"values"> {
  /** 0 for a list of numbers instead of rows. */
  outputs: number;
  scale: number;
  offset: number;
  constant: boolean;
  same: boolean;
}

export type Recipe = Labels | Scores | Rows | Values | RecipeOf<"empty">;
export type Samples = Label[] | number[][];

export interface SampleSet {
  yTrue: Samples;
  yPred: Samples;
  sampleWeight?: number[];
}

export function samples(recipe: Recipe): SampleSet {
  const random = new SplitMix32(recipe.seed);
  const [yTrue, yPred] = drawn(random, recipe);
  if (recipe.weights === "none") return { yTrue, yPred };
  const weigh = {
    whole: () => random.below(4),
    eighths: () => random.below(17) / 8,
    any: () => 2 * random.unit(),
  }[recipe.weights];
  return { yTrue, yPred, sampleWeight: times(recipe.n, weigh) };
}

function drawn(random: Random, recipe: Recipe): readonly [Samples, Samples] {
  switch (recipe.kind) {
    case "labels":
      return labelSamples(random, recipe);
    case "scores":
      return scoreSamples(random, recipe);
    case "rows":
      return rowSamples(random, recipe);
    case "values":
      return valueSamples(random, recipe);
    case "empty":
      return [[], []];
  }
}

function labelSamples(random: Random, { n, classes, skill }: Labels): readonly [Label[], Label[]] {
  const pairs = times(n, () => {
    const own = picked(random, classes);
    const other = picked(random, classes);
    return [own, random.unit() < skill ? own : other] as const;
  });
  return [pairs.map(([own]) => own), pairs.map(([, other]) => other)];
}

function scoreSamples(random: Random, { n, classes, share, skill, digits, real }: Scores): [Label[], number[]] {
  const pairs = times(n, () => {
    const positive = random.unit() < share;
    const [noise, signal] = [random.unit(), random.unit()];
    const score = rounded(Math.min(1, noise * (1 - skill) + (positive ? skill * signal : 0)), digits);
    return [classes[positive ? 1 : 0], real ? (score - 0.5) * 8 : score] as const;
  });
  return [pairs.map(([label]) => label), pairs.map(([, score]) => score)];
}

function rowSamples(random: Random, { n, classes, used, skill, digits }: Rows): [Label[], number[][]] {
  const pairs = times(n, () => {
    const own = picked(random, used);
    const row = classes.map((one) => {
      const [noise, signal] = [random.unit(), random.unit()];
      return rounded(noise + (one === own ? skill * signal : 0), digits) + 0.1;
    });
    const total = row.reduce((a, b) => a + b, 0);
    return [own, row.map((value) => value / total)] as const;
  });
  return [pairs.map(([own]) => own), pairs.map(([, row]) => row)];
}

function valueSamples(random: Random, recipe: Values): [Samples, Samples] {
  const { n, outputs, scale, offset, constant, same } = recipe;
  const rows = times(n, () =>
    times(Math.max(1, outputs), () => {
      const own = constant ? 3 : offset + scale * bell(random);
      const [exact, error] = [random.unit() < 0.3, bell(random)];
      return { own, near: exact || same ? own : own + scale * 0.5 * error };
    }),
  );
  const own = rows.map((row) => row.map((pair) => pair.own));
  const near = rows.map((row) => row.map((pair) => pair.near));
  return outputs === 0 ? [own.flat(), near.flat()] : [own, near];
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function picked(random: Random, from: readonly Label[]): Label {
  return from[random.below(from.length)] ?? "";
}

function rounded(value: number, digits: number): number {
  return digits < 16 ? Math.floor(value * 10 ** digits + 0.5) / 10 ** digits : value;
}

/** About normal, without a logarithm, which differs from machine to machine. */
function bell(random: Random): number {
  return (random.unit() + random.unit() + random.unit() + random.unit() - 2) * 1.7;
}
