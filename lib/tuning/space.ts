// The space of hyper-parameters, and which of its points are tried: drawn by a seed, or all of a grid. They are known before the first
// trial runs, so that it makes no difference who runs which. Called by search.ts.
import { invalid } from "../engine/invalid.js";
import { mixSeeds, Xoshiro128 } from "../engine/random.js";
import { type Distribution, distributionOf, draw, type ParameterValue, valuesOf } from "./distributions.js";

/** Names of parameters, and what each may be; an array means `ml.tuning.choice`. */
export type Space = Readonly<Record<string, Distribution | readonly ParameterValue[]>>;

/** One point of a space. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** More trials than anybody waits for. */
export const mostTrials = 100_000;
/** So often a point that was drawn already is drawn anew. */
const redraws = 100;

/** @throws unless it is an object with a distribution or an array for each name */
export function checkSpace(space: unknown): ReadonlyMap<string, Distribution> {
  const entries = typeof space === "object" && space !== null && !Array.isArray(space) ? Object.entries(space) : [];
  if (entries.length === 0) throw invalid("space", "an object with a distribution for each parameter", space);
  return new Map(entries.map(([name, given]) => [name, distributionOf(`space.${name}`, given)]));
}

/**
 * All combinations, the last parameter the fastest.
 * @throws when a parameter's values can't be listed, or there are too many combinations
 */
export function gridOf(space: ReadonlyMap<string, Distribution>): Parameters[] {
  const size = sizeOf(space);
  for (const [name, distribution] of space)
    if (valuesOf(distribution) === undefined)
      throw invalid(`space.${name}`, "values that can be listed for a grid: a choice, or a step", distribution.kind);
  if (size > mostTrials) throw invalid("space", `at most ${mostTrials} combinations`, size);
  let points: Parameters[] = [{}];
  for (const [name, distribution] of space) {
    const values = valuesOf(distribution) ?? [];
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}

/**
 * Points drawn independently (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", 2012). Where a space is so small that
 * all of it can be tried, all of it is, in random order; a point is hardly tried twice.
 */
export function drawnFrom(space: ReadonlyMap<string, Distribution>, trials: number, seed: number): Parameters[] {
  if (sizeOf(space) <= trials) {
    const grid = gridOf(space);
    return Array.from(new Xoshiro128(seed).permutation(grid.length), (i) => grid[i] ?? {});
  }
  const seen = new Set<string>();
  return Array.from({ length: trials }, (_, number) => {
    // A generator for each, so that the first trials stay what they are when more are asked for.
    const random = new Xoshiro128(mixSeeds(seed, number));
    let point = pointOf(space, random);
    for (let i = 0; i < redraws && seen.has(JSON.stringify(point)); i++) point = pointOf(space, random);
    seen.add(JSON.stringify(point));
    return point;
  });
}

function pointOf(space: ReadonlyMap<string, Distribution>, random: Xoshiro128): Parameters {
  return Object.fromEntries([...space].map(([name, distribution]) => [name, draw(distribution, random)]));
}

/** How many points; Infinity where they can't be counted. */
function sizeOf(space: ReadonlyMap<string, Distribution>): number {
  return [...space.values()].reduce(
    (size, distribution) => size * (valuesOf(distribution)?.length ?? Number.POSITIVE_INFINITY),
    1,
  );
}
