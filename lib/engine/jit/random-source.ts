// The random numbers of training steps, eager and compiled: a counter-based generator, so that step n of a seeded run draws the same
// numbers whatever ran before it (resuming needs no generator state). Called by step-program.ts and, through random-draws.ts, by eager
// steps; tfjs-step.ts seeds Math.random with it.
import { mix } from "../random.js";

export type Distribution = "uniform" | "normal" | "truncatedNormal";

function key(seed: number, step: number, stream: number): number {
  return mix(mix(mix(seed + 0x9e3779b9) ^ Math.imul(step, 0x85157af5)) ^ Math.imul(stream + 1, 0x27d4eb2f));
}

const unit = 2 ** -24;
const golden = 0x9e3779b9 | 0;

/** Uniform in [0, 1) with 24 bits, the resolution of float32. */
function fillUniform(target: Float32Array, start: number): void {
  let counter = start | 0;
  for (let i = 0; i < target.length; i++) {
    counter = (counter + golden) | 0;
    target[i] = (mix(counter) >>> 8) * unit;
  }
}

/** Standard normal (Box and Muller 1958), two at a time; `limit` redraws what lies further out. */
function fillNormal(target: Float32Array, start: number, limit: number): void {
  const random = generator(start);
  for (let i = 0; i < target.length; ) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    for (const z of [radius * Math.cos(angle), radius * Math.sin(angle)])
      if (i < target.length && Math.abs(z) <= limit) target[i++] = z;
  }
}

function generator(start: number): () => number {
  let counter = start | 0;
  return () => {
    counter = (counter + golden) | 0;
    return (mix(counter) >>> 8) * unit;
  };
}

/** Draws the standard form of the distribution; the same seed, step and stream give the same numbers. */
export function drawInto(
  target: Float32Array,
  distribution: Distribution,
  seed: number,
  step: number,
  stream: number,
): void {
  const start = key(seed, step, stream);
  if (distribution === "uniform") fillUniform(target, start);
  else fillNormal(target, start, distribution === "normal" ? Number.POSITIVE_INFINITY : 2);
}

/** A replacement of Math.random for one eager step. */
export function seededRandom(seed: number, step: number): () => number {
  return generator(key(seed, step, -2));
}

/** The draws of one step that runs eagerly: each takes the next stream, as the inputs of its graph are numbered. */
export class StepRandom {
  private streams = 0;

  constructor(
    private readonly seed: number,
    private readonly step: number,
  ) {}

  next(): number {
    return this.streams++;
  }

  /** Overwrites a tensor's values with `offset + scale · z`, rounded as a graph rounds. */
  fill(
    values: Float32Array,
    draw: {
      readonly distribution: Distribution;
      readonly offset: number;
      readonly scale: number;
      readonly stream: number;
    },
  ): void {
    drawInto(values, draw.distribution, this.seed, this.step, draw.stream);
    const { offset, scale } = draw;
    if (scale === 1 && offset === 0) return;
    const [a, b] = [Math.fround(scale), Math.fround(offset)];
    for (let i = 0; i < values.length; i++) values[i] = Math.fround((values[i] ?? 0) * a) + b;
  }
}
