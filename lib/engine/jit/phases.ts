// Decides which convolutions compute the positions of the max pool behind them as separate channels ("phases"). A 2×2 pool then is the
// maximum of 4 planes, its gradient needs no indices, and the convolution's im2col shrinks by the stride. Called by lower.ts.
import type { KernelCall, Recording, TensorReference } from "./recording.js";

/** What may stand between the convolution and the pool without leaving the phases. */
const elementwise = new Set([
  "Add",
  "Relu",
  "Relu6",
  "Elu",
  "LeakyRelu",
  "Sigmoid",
  "Tanh",
  "Selu",
  "Softplus",
  "FusedBatchNorm",
  "Identity",
]);

/**
 * A phased convolution multiplies more zeros: filter lengths grow from k to k + s·(p − 1). This bounds the extra products for one
 * output; above it they cost more than the pool with indices (measured: 5 ns an element; products run at some 25 a ns).
 */
const extraProducts = 100;

function isPairOfEqual(value: unknown, other: unknown): value is readonly [number, number] {
  return Array.isArray(value) && Array.isArray(other) && value.length === 2 && value.join() === other.join();
}

function square(value: unknown): readonly [number, number] {
  if (Array.isArray(value)) return [Number(value[0] ?? 1), Number(value[1] ?? value[0] ?? 1)];
  const length = typeof value === "number" ? value : 1;
  return [length, length];
}

function single(given: TensorReference | readonly TensorReference[] | undefined): TensorReference | undefined {
  return given === undefined || Array.isArray(given) ? undefined : (given as TensorReference);
}

/** How a recording's max pools are made. */
export interface PoolPlan {
  /** Pool lengths by the handle of the convolution's output: its positions are computed as phases. */
  readonly phases: ReadonlyMap<object, readonly [number, number]>;
  /** Handles of the inputs of max pools that have a gradient. */
  readonly differentiated: ReadonlySet<object>;
}

export function planPools(recording: Recording<unknown>): PoolPlan {
  const producers = new Map<object, KernelCall>();
  for (const call of recording.calls)
    for (const output of call.outputs) if (!producers.has(output.id)) producers.set(output.id, call);
  // Without a gradient a plain pool is the fastest.
  const originals = new Set(
    recording.calls
      .filter(({ kernel }) => kernel === "MaxPoolGrad" || kernel === "MaxPool3DGrad")
      .map(({ inputs }) => original(single(inputs.input), producers)?.id),
  );
  const phases = new Map<object, readonly [number, number]>();
  const differentiated = new Set<object>();
  for (const call of recording.calls) {
    if (call.kernel !== "MaxPool" && call.kernel !== "MaxPool3D") continue;
    const pooled = single(call.inputs.x);
    if (pooled === undefined || !originals.has(original(pooled, producers)?.id)) continue;
    differentiated.add(pooled.id);
    if (call.kernel !== "MaxPool") continue;
    const window = call.attributes.filterSize;
    const size = square(window);
    const strides = square(call.attributes.strides);
    const output = call.outputs[0];
    if (output === undefined || !isPairOfEqual(size, strides) || size[0] * size[1] < 2) continue;
    const [, height = 0, width = 0] = pooled.shape;
    // Whole windows only, so that nothing is padded and nothing is dropped.
    if (height !== size[0] * (output.shape[1] ?? 0) || width !== size[1] * (output.shape[2] ?? 0)) continue;
    const convolution = convolutionBehind(pooled, producers);
    if (convolution === undefined || !isWorthwhile(convolution, size)) continue;
    const [result] = convolution.outputs;
    if (result !== undefined) phases.set(result.id, size);
  }
  return { phases, differentiated };
}

/** What a tensor is a copy of: tfjs keeps copies for the gradient. */
function original(
  tensor: TensorReference | undefined,
  producers: ReadonlyMap<object, KernelCall>,
): TensorReference | undefined {
  let current = tensor;
  for (;;) {
    const call = current === undefined ? undefined : producers.get(current.id);
    const source = call?.kernel === "Identity" ? single(call.inputs.x) : undefined;
    if (source === undefined || source.id === current?.id) return current;
    current = source;
  }
}

function convolutionBehind(
  tensor: TensorReference,
  producers: ReadonlyMap<object, KernelCall>,
): KernelCall | undefined {
  let current: TensorReference | undefined = tensor;
  while (current !== undefined) {
    const call = producers.get(current.id);
    if (call === undefined || current.shape.join() !== tensor.shape.join()) return undefined;
    if (call.kernel === "Conv2D") return call;
    if (!elementwise.has(call.kernel)) return undefined;
    const [first, second] = [single(call.inputs.x ?? call.inputs.a), single(call.inputs.b)];
    // The other operand of an addition is a bias: it has no space axes.
    if (second?.shape.slice(0, -1).some((length) => length !== 1)) return undefined;
    current = first;
  }
  return undefined;
}

function isWorthwhile(call: KernelCall, size: readonly [number, number]): boolean {
  const filter = single(call.inputs.filter);
  if (filter === undefined || square(call.attributes.dilations ?? 1).some((dilation) => dilation !== 1)) return false;
  const strides = square(call.attributes.strides);
  const [height = 1, width = 1, channels = 1] = filter.shape;
  const grown = (height + strides[0] * (size[0] - 1)) * (width + strides[1] * (size[1] - 1));
  return channels * (grown - height * width) <= extraProducts;
}
