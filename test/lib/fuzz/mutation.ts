// Bad input out of good: one value in the arguments (an argument, an option, an element of a list) is replaced, taken away,
// or given under a misspelt name.
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";

/** Values that are wrong nearly everywhere, each in its own way. Tensors are made anew, as calls may dispose them. */
const wrong: readonly (() => unknown)[] = [
  ...[undefined, null, true, false, "", "abc", "0.5", "toString", "__proto__", 10n, Symbol("s"), new Date(0)],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, -1, 0.5, 1, 2, 3, 1.5, -2.5],
  ...[1e-300, 1e300, 1e39, 2 ** 31, 2 ** 32, 2 ** 53, Number.MIN_VALUE, Number.MAX_VALUE],
  ...[[], [Number.NaN], [[]], [[1, 2], [3]], [undefined], [null], [0, 1], [1, 0], [-1, 2], ["a", "b"], [1e300, -1e300]],
  ...[[0.5, 0.5], [[0.5, 0.5]], [1, 2, 3, 4, 5, 6, 7], new Array(3), {}, { length: 3 }, { xs: 1, ys: 2 }],
  ...[
    new Float32Array(0),
    new Float32Array(4),
    new Uint8Array(6),
    new Int32Array([5, -1]),
    new DataView(new ArrayBuffer(8)),
  ],
  ...[new Float32Array([Number.NaN, 1]), new BigInt64Array(2), new Map(), /x/, new Proxy({}, {}), Object.create(null)],
  ...[() => 1, () => Number.NaN, () => undefined, Math.max],
  async () => 1,
].map((value) => () => value);

const tensors: readonly (() => tf.Tensor)[] = [
  () => tf.scalar(1),
  () => tf.tensor1d([0, 1, 2, 1], "int32"),
  () => tf.tensor1d([]),
  () => tf.zeros([0, 3]),
  () => tf.ones([4, 3]),
  () => tf.tensor2d([[Number.NaN, 1, 2]]),
  () => tf.fill([4, 3], 1e38),
  () => tf.zeros([2, 6, 7, 3]),
  () => tf.tensor1d(["a", "b", "c", "d"]),
  () => tf.tensor1d([true, false, true, false], "bool"),
  () => {
    const gone = tf.ones([4, 3]);
    gone.dispose();
    return gone;
  },
];

export interface Mutation {
  /** Which of the places in the arguments; counted modulo their number. */
  readonly place: number;
  readonly kind: "replace" | "tensor" | "number" | "delete" | "misspell" | "extra";
  readonly choice: number;
  readonly number: number;
}

const one: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom<Mutation["kind"]>(
    ...["replace" as const, "replace" as const, "replace" as const, "tensor" as const],
    ...["number" as const, "delete" as const, "misspell" as const, "extra" as const],
  ),
  choice: fc.nat(),
  number: fc.oneof(fc.double(), fc.integer({ min: -3, max: 40 }), fc.constantFrom(0.1, 0.9, 1e6)),
});

/** Good arguments as they are in one call of ten, changed in one place in most, in two or three in others. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 7, arbitrary: fc.tuple(one) },
  { weight: 2, arbitrary: fc.array(one, { minLength: 2, maxLength: 3 }) },
);

type Holder = Record<PropertyKey, unknown>;

interface Place {
  /** Whether it is an argument, which stays in its place when it is taken away. */
  readonly argument: boolean;
  readonly holder: Holder;
  readonly key: string | number;
}

/** The arguments, copied as far as they are plain and changed as the mutations say. */
export function mutate(args: readonly unknown[], changes: readonly Mutation[], fixed: readonly string[]): unknown[] {
  const changed = copy(args) as unknown[];
  for (const change of changes) {
    const places = placesIn(changed, fixed);
    const place = places[change.place % Math.max(1, places.length)];
    if (place !== undefined) apply(place, change);
  }
  return changed;
}

function apply({ holder, key, argument }: Place, { kind, choice, number }: Mutation): void {
  if (kind === "replace") holder[key] = wrong[choice % wrong.length]?.();
  else if (kind === "tensor") holder[key] = tensors[choice % tensors.length]?.();
  else if (kind === "number") holder[key] = number;
  else if (kind === "extra" && !Array.isArray(holder)) holder.verbos = 1;
  else if (kind === "misspell" && typeof key === "string" && key.length > 3) {
    holder[misspelt(key)] = holder[key];
    delete holder[key];
  } else if (argument) holder[key] = undefined;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** As people misspell: an underscore for the capital letter, or a letter forgotten. */
export function misspelt(key: string): string {
  const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return snake === key ? key.slice(0, -2) + key.slice(-1) : snake;
}

function placesIn(holder: object, fixed: readonly string[], depth = 0): Place[] {
  const entries = Array.isArray(holder)
    ? holder.slice(0, 8).map((value, i) => [i, value] as const)
    : Object.entries(holder);
  return entries.flatMap(([key, value]) => {
    if (fixed.includes(String(key))) return [];
    const own: Place = { holder: holder as Holder, key, argument: depth === 0 };
    return isPlain(value) && depth < 4 ? [own, ...placesIn(value, fixed, depth + 1)] : [own];
  });
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]));
}

export function isPlain(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
  );
}
