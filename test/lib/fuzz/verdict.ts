// One call of the fuzz, judged: it gives a result without NaN or an error in the library's form, within a second of the
// processor's time (or what its subject says), and leaves no tensor behind.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../lib/index.js";
import type { Subject } from "./subject.js";

/** @returns what the call threw, if it did; @throws an AssertionError that says what the call did wrong */
export async function judge(subject: Subject, args: readonly unknown[]): Promise<unknown> {
  const given = tensorsIn(args);
  const wild = given.some((tensor) => !tensor.isDisposed && isWild(tensor)) || (subject.float32 && hasLarge(args));
  const before = tf.memory().numTensors;
  const start = process.cpuUsage();
  let result: unknown;
  let error: unknown;
  try {
    result = await invoke(subject.name, args);
    if (subject.use !== undefined) result = await (subject.use as (...all: unknown[]) => unknown)(result, args);
  } catch (thrown) {
    error = thrown;
  }
  const { user, system } = process.cpuUsage(start);
  // What is freed when the caller has had its turn.
  await new Promise((resolve) => setImmediate(resolve));
  const kept = new Set(tensorsIn(result).filter((tensor) => !tensor.isDisposed && !given.includes(tensor)));
  const more = tf.memory().numTensors - before - kept.size;
  const nan = error === undefined && !subject.nan && !wild ? pathOfNaN(result) : undefined;
  for (const tensor of kept) tensor.dispose();
  assert.equal(more, 0, `${more} tensors are left${error === undefined ? "" : ` after ${String(error)}`}`);
  assert.ok(user + system < (subject.seconds ?? 1) * 1e6, `the call takes ${(user + system) / 1e6} s`);
  assert.equal(nan, undefined, `NaN in silence at result${nan}`);
  if (error !== undefined) {
    assert.ok(error instanceof Error, `throws ${String(error)}`);
    assert.match(
      error.message,
      /^(invalid [^;]+; expected .+: .*|cannot download .*|the loss became .*)$/s,
      error.stack,
    );
  }
  return error;
}

/** Calls it by its name in a cell; classes are constructed. */
export function invoke(name: string, args: readonly unknown[]): unknown {
  const [, ...path] = name.split(".");
  const target = path.reduce<unknown>((holder, key) => (holder as Record<string, unknown>)[key], ml);
  assert.equal(typeof target, "function", name);
  if (/^[A-Z]/.test(path.at(-1) ?? "")) return Reflect.construct(target as () => unknown, args);
  return (target as (...all: readonly unknown[]) => unknown)(...args);
}

/** Values whose squares or sums overflow give NaN by the rules of floating point. */
function isWild(tensor: tf.Tensor): boolean {
  if (tensor.dtype === "string" || tensor.dtype === "complex64") return false;
  return tensor.dataSync().some((value) => !(Math.abs(value) < 1e18));
}

function hasLarge(value: unknown): boolean {
  if (typeof value === "number") return !(Math.abs(value) < 1e18);
  if (ArrayBuffer.isView(value)) return value instanceof Float32Array && value.some((one) => hasLarge(one));
  return [...inside(value)].some(([, one]) => hasLarge(one));
}

function* inside(value: unknown): Generator<readonly [string, unknown]> {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof tf.Tensor || value instanceof ml.data.Dataset || value instanceof AbortSignal) return;
  if (value instanceof Map) yield* Array.from(value, ([key, one]) => [`.${String(key)}`, one] as const);
  else if (value instanceof tf.LayersModel) yield* value.weights.map((weight) => [weight.name, weight.read()] as const);
  else yield* Object.entries(value).map(([key, one]) => [`.${key}`, one] as const);
}

/** All tensors that it holds, the weights of models too. */
export function tensorsIn(value: unknown, seen = new Set<unknown>()): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (seen.has(value)) return [];
  seen.add(value);
  return [...inside(value)].flatMap(([, one]) => tensorsIn(one, seen));
}

function pathOfNaN(value: unknown, seen = new Set<unknown>()): string | undefined {
  if (typeof value === "number") return Number.isNaN(value) ? "" : undefined;
  if (value instanceof tf.Tensor)
    return value.isDisposed || !value.dataSync().some(Number.isNaN) ? undefined : " (a tensor)";
  if (value instanceof Float32Array || value instanceof Float64Array)
    return value.some(Number.isNaN) ? " (an array)" : undefined;
  if (seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, one] of inside(value)) {
    const path = pathOfNaN(one, seen);
    if (path !== undefined) return key + path;
  }
  return undefined;
}
