// Lowerings of convolutions and their gradients, 2-d and 3-d, depthwise too. The gradient to the input is a ConvTranspose; the gradient to
// the filter is a Conv whose batch is the channels and whose filter is the output's gradient (strides and dilations change places).
import { type Emitter, identity, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import { type Graph, sizeOf, type Value } from "../graph.js";
import type { KernelCall } from "../recording.js";
import { blockedFilterGradient, convolveInBlocks } from "./blocked-convolution.js";
import { numbersOf, outputOf } from "./call.js";
import { channelsFirst, convolutionWindow, filterFirst, type Window, windowAttributes } from "./window.js";

function lengths(value: { readonly shape: readonly number[] }, order: readonly number[]): number[] {
  return order.map((axis) => value.shape[axis] ?? 1);
}

export function convolution(
  emit: Emitter,
  x: Lowered,
  filter: Lowered,
  window: Window,
  shape: readonly number[],
): Lowered {
  const order = channelsFirst(shape.length);
  const [images, weights] = [emit.full(x, order), emit.prefer(filter, filterFirst(shape.length))];
  const attributes = windowAttributes(window);
  const blocked = convolveInBlocks(emit, images, weights, attributes, window.output);
  const value =
    blocked ?? emit.graph.node("Conv", [images, weights], lengths({ shape }, order), { ...attributes, group: 1 });
  return { value, shape, order };
}

/** A convolution by phases: the filter at each place of the pool's window, and the window's step as stride. */
interface Phased {
  readonly window: Window;
  readonly phases: readonly [number, number];
  /** Where the filter begins in the grown one, for each phase. */
  readonly starts: readonly (readonly [number, number])[];
}

function phased(window: Window, phases: readonly [number, number]): Phased {
  const [p, q] = phases;
  const [s = 1, t = 1] = window.strides;
  const starts = identity(p * q).map((i) => [s * Math.floor(i / q), t * (i % q)] as const);
  const grown: Window = {
    ...window,
    kernel: [(window.kernel[0] ?? 1) + s * (p - 1), (window.kernel[1] ?? 1) + t * (q - 1)],
    strides: [s * p, t * q],
    output: [(window.output[0] ?? 1) / p, (window.output[1] ?? 1) / q],
    channels: { input: window.channels.input, output: window.channels.output * p * q },
  };
  return { window: grown, phases, starts };
}

/**
 * Where each place of the filter goes in the grown one: [phases, places, grown places], ones and zeros. A product with it is one operator
 * where padding and joining are one a phase and more, which is most of their time.
 */
function placement(emit: Emitter, window: Window, { window: grown, starts }: Phased): Value {
  const [height = 1, width = 1] = window.kernel;
  // The same one for the convolution and for its gradients, so that products with it are made once.
  const made = placements.get(emit.graph) ?? new Map<string, Value>();
  placements.set(emit.graph, made);
  const key = JSON.stringify([window.kernel, grown.kernel, starts]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const columns = grown.kernel[1] ?? 1;
  const places = height * width;
  const grownPlaces = sizeOf(grown.kernel);
  const ones = new Float32Array(starts.length * places * grownPlaces);
  for (const [phase, [row, column]] of starts.entries())
    for (let i = 0; i < places; i++) {
      const place = (row + Math.floor(i / width)) * columns + column + (i % width);
      ones[(phase * places + i) * grownPlaces + place] = 1;
    }
  const constant = emit.graph.constant(ones, [starts.length, places, grownPlaces], "float32");
  made.set(key, constant);
  return constant;
}

const placements = new WeakMap<Graph, Map<string, Value>>();

/** [phases · out, in, grown kernel]. */
function phasedFilter(emit: Emitter, filter: Lowered, window: Window, plan: Phased): Value {
  const weights = emit.prefer(filter, filterFirst(4));
  const [out = 1, channels = 1, ...kernel] = weights.shape;
  const flat = emit.reshapeValue(weights, [out * channels, sizeOf(kernel)]);
  const places = placement(emit, window, plan);
  const [phases = 1, , grownPlaces = 1] = places.shape;
  const placed = emit.graph.node("MatMul", [flat, places], [phases, out * channels, grownPlaces]);
  return emit.reshapeValue(placed, [phases * out, channels, ...plan.window.kernel]);
}

function phasedConvolution(
  emit: Emitter,
  x: Lowered,
  filter: Lowered,
  window: Window,
  shape: readonly number[],
  phases: readonly [number, number],
): Lowered {
  const order = channelsFirst(shape.length);
  const plan = phased(window, phases);
  const [images, weights] = [emit.full(x, order), phasedFilter(emit, filter, window, plan)];
  const stored = [shape[0] ?? 1, plan.window.channels.output, ...plan.window.output];
  const attributes = windowAttributes(plan.window);
  const value =
    convolveInBlocks(emit, images, weights, attributes, plan.window.output) ??
    emit.graph.node("Conv", [images, weights], stored, { ...attributes, group: 1 });
  return { value, shape, order, phases };
}

/** The filter's gradient is the sum of what arrives at each of its places in the grown filter. */
function phasedFilterGradient(
  emit: Emitter,
  x: Lowered,
  dy: Lowered,
  window: Window,
  phases: readonly [number, number],
): Value {
  const plan = phased(window, phases);
  const { input, output } = window.channels;
  const correlated = filterGradient(emit, emit.full(x, channelsFirst(4)), dy.value, plan.window);
  const places = placement(emit, window, plan);
  const [phaseCount = 1, count = 1, grownPlaces = 1] = places.shape;
  // [in, phases · out, grown kernel] → [out · in, phases · grown places]
  const split = emit.reshapeValue(correlated, [input, phaseCount, output, grownPlaces]);
  const flat = emit.reshapeValue(emit.transpose(split, [2, 0, 1, 3]), [output * input, phaseCount * grownPlaces]);
  const back = emit.reshapeValue(emit.transpose(places, [0, 2, 1]), [phaseCount * grownPlaces, count]);
  const summed = emit.graph.node("MatMul", [flat, back], [output * input, count]);
  return emit.reshapeValue(summed, [output, input, ...window.kernel]);
}

/** A depthwise filter [space, channels, multiplier] as ONNX wants it: [channels · multiplier, 1, space]. */
function depthwiseFilter(emit: Emitter, filter: Lowered): Value {
  const rank = filter.shape.length;
  const value = emit.prefer(filter, [rank - 2, rank - 1, ...identity(rank - 2)]);
  const [channels = 1, multiplier = 1, ...space] = value.shape;
  return emit.reshapeValue(value, [channels * multiplier, 1, ...space]);
}

export function depthwise(
  emit: Emitter,
  x: Lowered,
  filter: Lowered,
  window: Window,
  shape: readonly number[],
): Lowered {
  const order = channelsFirst(shape.length);
  const inputs = [emit.full(x, order), depthwiseFilter(emit, filter)];
  const attributes = { ...windowAttributes(window), group: window.channels.input };
  return { value: emit.graph.node("Conv", inputs, lengths({ shape }, order), attributes), shape, order };
}

/** Scatters each element of `dy` through the filter back to where it came from. */
export function transposedConvolution(
  emit: Emitter,
  dy: Lowered,
  filter: Value,
  window: Window,
  shape: readonly number[],
  group: number,
): Lowered {
  const order = channelsFirst(shape.length);
  const after = [...window.after];
  const extra = window.output.map((out, i) => {
    const reach = (out - 1) * (window.strides[i] ?? 1) + (window.dilations[i] ?? 1) * ((window.kernel[i] ?? 1) - 1) + 1;
    const covered = reach - (window.before[i] ?? 0) - (after[i] ?? 0);
    const missing = (window.input[i] ?? 1) - covered;
    if (missing >= 0) return missing;
    after[i] = (after[i] ?? 0) - missing;
    return 0;
  });
  // Input that no window reaches gets zeros; ONNX allows them up to one stride as output_padding, the rest is padded.
  const within = extra.map((missing, i) =>
    Math.min(missing, Math.max(window.strides[i] ?? 1, window.dilations[i] ?? 1) - 1),
  );
  const beyond = extra.map((missing, i) => missing - (within[i] ?? 0));
  const attributes = {
    ...windowAttributes({ ...window, after }),
    output_padding: within,
    group,
  };
  const whole = lengths({ shape }, order);
  const reached = whole.map((length, position) => length - (position < 2 ? 0 : (beyond[position - 2] ?? 0)));
  const value = emit.graph.node("ConvTranspose", [emit.full(dy, order), filter], reached, attributes);
  if (beyond.every((missing) => missing === 0)) return { value, shape, order };
  const amounts = [...new Array<number>(shape.length + 2).fill(0), ...beyond];
  const grown = emit.graph.node("Pad", [value, emit.graph.integers(amounts), emit.graph.scalar(0)], whole, {
    mode: "constant",
  });
  return { value: grown, shape, order };
}

function inputGradient(emit: Emitter, dy: Lowered, filter: Lowered, window: Window, shape: readonly number[]): Lowered {
  if (dy.phases !== undefined) {
    const plan = phased(window, dy.phases);
    // The phases are channels here: dy is taken as it is stored.
    const stored: Lowered = { ...emit.stored(dy.value, dy.order) };
    return transposedConvolution(emit, stored, phasedFilter(emit, filter, window, plan), plan.window, shape, 1);
  }
  const weights = emit.prefer(filter, filterFirst(shape.length));
  return (
    turnedConvolution(emit, dy, weights, window, shape) ?? transposedConvolution(emit, dy, weights, window, shape, 1)
  );
}

/** At stride 1 the gradient to the input is a convolution with the filter turned round; worth it in blocks only. */
function turnedConvolution(
  emit: Emitter,
  dy: Lowered,
  weights: Value,
  window: Window,
  shape: readonly number[],
): Lowered | undefined {
  const before = window.kernel.map((k, i) => k - 1 - (window.before[i] ?? 0));
  const after = window.kernel.map(
    (k, i) => (window.input[i] ?? 1) - (window.output[i] ?? 1) + k - 1 - (before[i] ?? 0),
  );
  const one = [...window.strides, ...window.dilations].every((step) => step === 1);
  const [out = 1, channels = 1, ...kernel] = weights.shape;
  if (!one || kernel.length !== 2 || emit.block === undefined || [...before, ...after].some((amount) => amount < 0))
    return undefined;
  if (out % emit.block !== 0 || channels % emit.block !== 0) return undefined;
  const order = channelsFirst(shape.length);
  const integers = (list: readonly number[]): Value => emit.graph.integers(list);
  const ends = integers([-(2 ** 31), -(2 ** 31)]);
  const cuts = [weights, integers([-1, -1]), ends, integers([2, 3]), integers([-1, -1])];
  const turned = emit.exchange(emit.graph.node("Slice", cuts, weights.shape));
  const attributes = { ...windowAttributes(window), pads: [...before, ...after] };
  const value = convolveInBlocks(emit, emit.full(dy, order), turned, attributes, window.input);
  return value === undefined ? undefined : { value, shape, order };
}

interface Correlation {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

/**
 * The correlation of images with gradients that a filter's gradient is: [in, out, kernel].
 *
 * @param convolve makes it, given the operator's attributes and the shape that comes out.
 */
function correlate(
  emit: Emitter,
  window: Window,
  outputs: readonly [number, number],
  convolve: (attributes: Correlation, shape: readonly number[]) => Value,
): Value {
  const span = window.output.map((length, i) => (window.strides[i] ?? 1) * (length - 1) + 1);
  const missing = window.kernel.map((k, i) => {
    const needed = (window.dilations[i] ?? 1) * (k - 1) + (span[i] ?? 1);
    return needed - (window.input[i] ?? 1) - (window.before[i] ?? 0);
  });
  const after = missing.map((amount) => Math.max(0, amount));
  const found = window.kernel.map((_, i) => {
    const room = (window.input[i] ?? 1) + (window.before[i] ?? 0) + (after[i] ?? 0) - (span[i] ?? 1);
    return Math.floor(room / (window.dilations[i] ?? 1)) + 1;
  });
  const attributes: Correlation = {
    kernel_shape: window.output,
    strides: window.dilations,
    dilations: window.strides,
    pads: [...window.before, ...after],
  };
  const value = convolve(attributes, [...outputs, ...found]);
  if (found.every((length, i) => length === window.kernel[i])) return value;
  // Rows of the input that no window reaches make the correlation longer than the filter; they are cut off.
  const axes = identity(window.kernel.length).map((axis) => axis + 2);
  const inputs = [
    value,
    emit.graph.integers(axes.map(() => 0)),
    emit.graph.integers(window.kernel),
    emit.graph.integers(axes),
    emit.graph.integers(axes.map(() => 1)),
  ];
  return emit.graph.node("Slice", inputs, [...outputs, ...window.kernel]);
}

/** [in, out, kernel] from images [batch, in, space] and gradients [batch, out, space]. */
function filterGradient(emit: Emitter, images: Value, gradients: Value, window: Window): Value {
  const outputs = [images.shape[1] ?? 1, gradients.shape[1] ?? 1] as const;
  return correlate(emit, window, outputs, (attributes, shape) => {
    const blocked = blockedFilterGradient(emit, images, gradients, attributes, shape);
    if (blocked !== undefined) return blocked;
    return emit.graph.node("Conv", [emit.exchange(images), emit.exchange(gradients)], shape, {
      ...attributes,
      group: 1,
    });
  });
}

/** Batch and channels change places: [channels, batch, space]. */
function channelsByBatch(emit: Emitter, tensor: Lowered): Value {
  return emit.exchange(emit.full(tensor, channelsFirst(tensor.shape.length)));
}

const convolutionFilterGradient: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const raw = emit.raw(call, "dy");
  const shape = outputOf(call).shape;
  const rank = shape.length;
  const window = convolutionWindow(call, x.shape, shape);
  if (raw.phases !== undefined)
    return { value: phasedFilterGradient(emit, x, raw, window, raw.phases), shape, order: filterFirst(rank) };
  const dy = emit.gathered(raw);
  const order = channelsFirst(rank);
  const value = filterGradient(emit, emit.full(x, order), emit.full(dy, order), window);
  // [in, out, kernel] → [out, in, kernel], the order in which the filter itself is stored.
  const swapped = emit.transpose(value, [1, 0, ...identity(rank - 2).map((axis) => axis + 2)]);
  return { value: swapped, shape, order: filterFirst(rank) };
};

const depthwiseFilterGradient: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const dy = emit.input(call, "dy");
  const shape = outputOf(call).shape;
  const rank = shape.length;
  const window = convolutionWindow(call, x.shape, shape, true);
  const channels = window.channels.input;
  const images = channelsByBatch(emit, x);
  const joined = emit.reshapeValue(images, [1, sizeOf(images.shape.slice(0, 2)), ...images.shape.slice(2)]);
  const gradients = channelsByBatch(emit, dy);
  const value = correlate(emit, window, [1, window.channels.output], (attributes, found) =>
    emit.graph.node("Conv", [joined, gradients], found, { ...attributes, group: channels }),
  );
  const multiplier = window.channels.output / channels;
  const split = emit.reshapeValue(value, [channels, multiplier, ...window.kernel]);
  return { value: split, shape, order: [rank - 2, rank - 1, ...identity(rank - 2)] };
};

const forward =
  (isDepthwise: boolean): Lowering =>
  (call, emit) => {
    const x = emit.input(call, "x");
    const filter = emit.input(call, "filter");
    const window = convolutionWindow(call, x.shape, filter.shape, isDepthwise);
    const output = outputOf(call);
    const phases = isDepthwise ? undefined : emit.pools.phases.get(output.id);
    if (phases !== undefined) return phasedConvolution(emit, x, filter, window, output.shape, phases);
    return (isDepthwise ? depthwise : convolution)(emit, x, filter, window, outputOf(call).shape);
  };

function checkShape(call: KernelCall, shape: readonly number[]): void {
  const given = call.attributes.inputShape;
  if (Array.isArray(given) && numbersOf(call, "inputShape").join() !== shape.join())
    throw new NotLowerable(`${call.kernel} with another input shape`);
}

const backward =
  (isDepthwise: boolean): Lowering =>
  (call, emit) => {
    const raw = emit.raw(call, "dy");
    const dy = isDepthwise ? emit.gathered(raw) : raw;
    const filter = emit.input(call, "filter");
    const shape = outputOf(call).shape;
    checkShape(call, shape);
    const window = convolutionWindow(call, shape, filter.shape, isDepthwise);
    if (!isDepthwise) return inputGradient(emit, dy, filter, window, shape);
    return transposedConvolution(emit, dy, depthwiseFilter(emit, filter), window, shape, window.channels.input);
  };

export const convolutions: Readonly<Record<string, Lowering>> = {
  Conv2D: forward(false),
  Conv2DBackpropInput: backward(false),
  Conv2DBackpropFilter: convolutionFilterGradient,
  Conv3D: forward(false),
  Conv3DBackpropInputV2: backward(false),
  Conv3DBackpropFilterV2: convolutionFilterGradient,
  DepthwiseConv2dNative: forward(true),
  DepthwiseConv2dNativeBackpropInput: backward(true),
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
};
