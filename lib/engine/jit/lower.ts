// Turns a recording into a graph: sources become inputs, each kernel call goes through its lowering, sinks become outputs.
// Called by step-program.ts.
import { Emitter, elementType, identity, NotLowerable } from "./emitter.js";
import { fuse } from "./fuse.js";
import { Graph, sameShape, sizeOf } from "./graph.js";
import { lowerings } from "./lowerings/table.js";
import { planPools } from "./phases.js";
import type { KernelCall, Recording, TensorReference } from "./recording.js";

/** A tensor that is given to the graph at every run, or that the graph gives back; stored in `order` (default: tfjs's own). */
export interface Port {
  readonly name: string;
  readonly tensor: TensorReference;
  readonly order?: readonly number[] | undefined;
}

export interface LoweredRecording {
  readonly graph: Graph;
  /** By input name: the order in which the graph would like an input to be stored. */
  readonly wishes: ReadonlyMap<string, readonly number[]>;
  /** Names of the inputs that take random numbers, with the handle of the tensor each stands for. */
  readonly random: ReadonlyMap<string, object>;
}

/**
 * @param block channels in a block of blocked convolutions (see block-length.ts); none are used without it.
 * @throws NotLowerable with the kernel's name when the step has to run eagerly.
 */
export function lower(
  recording: Recording<unknown>,
  sources: readonly Port[],
  sinks: readonly Port[],
  block?: number,
): LoweredRecording {
  const emit = new Emitter(new Graph(), planPools(recording), block);
  const { graph } = emit;
  for (const { name, tensor, order = identity(tensor.shape.length) } of sources) {
    const stored = order.map((axis) => tensor.shape[axis] ?? 1);
    emit.define(tensor.id, { value: graph.input(name, stored, elementType(tensor.dtype)), shape: tensor.shape, order });
  }
  const random = new Map<string, object>();
  const shapes = firstSeen(recording);
  for (const [id, constant] of recording.constants) {
    const seen = shapes.get(id);
    if (seen === undefined || emit.has(id)) continue;
    const type = elementType(seen.dtype);
    const [first] = constant;
    if (first !== undefined && constant.length > 1 && constant.every((value) => value === first))
      emit.define(id, emit.splat(first, seen.shape, type));
    else emit.define(id, emit.plain(graph.constant(constant, seen.shape, type)));
  }
  for (const [id, { offset, scale }] of recording.random) {
    const seen = shapes.get(id);
    if (seen === undefined) continue;
    const name = `random${random.size}`;
    random.set(name, id);
    let value = graph.input(name, seen.shape, "float32");
    if (scale !== 1) value = graph.node("Mul", [value, graph.scalar(scale)], seen.shape);
    if (offset !== 0) value = graph.node("Add", [value, graph.scalar(offset)], seen.shape);
    emit.define(id, emit.plain(value));
  }
  for (const call of neededCalls(recording, sinks)) {
    // A view of a tensor that is there already (Reshape, Identity): the handle is the same.
    if (call.outputs.every((output) => emit.has(output.id))) continue;
    if (call.outputs.some((output) => sizeOf(output.shape) === 0))
      throw new NotLowerable(`${call.kernel} with an empty result`);
    const lowering = lowerings[call.kernel];
    if (lowering === undefined) throw new NotLowerable(`kernel ${call.kernel}`);
    const results = [lowering(call, emit)].flat();
    for (const [i, output] of call.outputs.entries()) {
      const result = results[i];
      if (result === undefined || !sameShape(result.shape, output.shape))
        throw new NotLowerable(`kernel ${call.kernel} (its result's shape)`);
      emit.define(output.id, result);
    }
  }
  for (const { name, tensor, order = identity(tensor.shape.length) } of sinks)
    graph.output(name, emit.full(emit.resolve(tensor), order));
  fuse(emit);
  const wishes = new Map([...emit.wishes].map(([value, order]) => [value.name, order] as const));
  return { graph, wishes, random };
}

/** The calls that the sinks depend on: what a step computes for nobody need not be lowerable. */
function neededCalls(recording: Recording<unknown>, sinks: readonly Port[]): readonly KernelCall[] {
  const needed = new Set<object>(sinks.map((sink) => sink.tensor.id));
  const calls: KernelCall[] = [];
  for (const call of [...recording.calls].reverse()) {
    if (!call.outputs.some((output) => needed.has(output.id))) continue;
    calls.push(call);
    for (const input of Object.values(call.inputs).flat() as TensorReference[]) needed.add(input.id);
  }
  return calls.reverse();
}

/** The shape under which each tensor was first used by a kernel. */
function firstSeen(recording: Recording<unknown>): ReadonlyMap<object, TensorReference> {
  const seen = new Map<object, TensorReference>();
  for (const call of recording.calls)
    for (const tensor of Object.values(call.inputs).flat() as TensorReference[])
      if (!seen.has(tensor.id)) seen.set(tensor.id, tensor);
  return seen;
}
