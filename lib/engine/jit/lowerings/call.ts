// Typed access to a recorded kernel call: its outputs, and attributes whose types the recording does not know. Used by the lowerings.
import { NotLowerable } from "../emitter.js";
import type { KernelCall, TensorReference } from "../recording.js";

export function outputOf(call: KernelCall): TensorReference {
  const [output] = call.outputs;
  if (output === undefined) throw new NotLowerable(`${call.kernel} without an output`);
  return output;
}

export function numberOf(call: KernelCall, name: string, fallback?: number): number {
  const value = call.attributes[name] ?? fallback;
  if (typeof value !== "number") throw new NotLowerable(`${call.kernel} with ${name} = ${String(value)}`);
  return value;
}

export function flagOf(call: KernelCall, name: string): boolean {
  return call.attributes[name] === true;
}

export function numbersOf(call: KernelCall, name: string): number[] {
  const value = call.attributes[name];
  if (typeof value === "number") return [value];
  if (!Array.isArray(value)) throw new NotLowerable(`${call.kernel} with ${name} = ${String(value)}`);
  return value.map(Number);
}

/** A list of pairs, as paddings and crops are given. */
export function pairsOf(call: KernelCall, name: string): (readonly [number, number])[] {
  const value = call.attributes[name];
  if (!Array.isArray(value)) throw new NotLowerable(`${call.kernel} with ${name} = ${String(value)}`);
  return value.map((pair: readonly unknown[]) => [Number(pair[0]), Number(pair[1])] as const);
}

/** An axis or a list of axes, negative ones counted from the end; all axes when it is absent. */
export function axesOf(call: KernelCall, name: string, rank: number): number[] {
  const value = call.attributes[name];
  if (value === undefined || value === null) return Array.from({ length: rank }, (_, axis) => axis);
  return numbersOf(call, name).map((axis) => (axis < 0 ? axis + rank : axis));
}
