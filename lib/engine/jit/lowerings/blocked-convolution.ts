// Convolutions in onnxruntime's own blocked storage (domain com.microsoft.nchwc: channels in blocks that fill a vector register), which need
// no im2col: 1.4 to 1.7 times faster for gradients. Used by convolution.ts where the lengths fit; block-length.ts finds the block.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
import type { Emitter } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";

const domain = "com.microsoft.nchwc";

interface ConvolutionAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

/** onnxruntime reorders channels in fours. */
const channelStep = 4;

/** Zeros that fill blocks up may at most double the work. */
const worstFill = 2;

function filled(length: number, block: number): number {
  return Math.ceil(length / block) * block;
}

/** [N, C, H, W] → blocks of channels; C is filled up with zeros. */
function intoBlocks(emit: Emitter, value: Value, block: number): Value {
  const [batch = 1, channels = 1, ...space] = value.shape;
  return emit.graph.node(
    "ReorderInput",
    [value],
    [batch, filled(channels, block), ...space],
    { channels_last: 0 },
    "float32",
    domain,
  );
}

function outOfBlocks(emit: Emitter, value: Value, channels: number): Value {
  const [batch = 1, , ...space] = value.shape;
  return emit.graph.node("ReorderOutput", [value], [batch, channels, ...space], { channels }, "float32", domain);
}

function blockedConvolution(
  emit: Emitter,
  images: Value,
  kernels: Value,
  attributes: ConvolutionAttributes,
  space: readonly number[],
): Value {
  const shape = [images.shape[0] ?? 1, kernels.shape[0] ?? 1, ...space];
  return emit.graph.node(
    "Conv",
    [images, kernels],
    shape,
    { ...attributes, group: 1, auto_pad: "NOTSET" },
    "float32",
    domain,
  );
}

/** Weights [out, in, kernel] as the operator stores them: blocks of out, blocks of in, kernel, in, out. */
function blockedFilter(emit: Emitter, weights: Value, block: number): Value {
  const [out = 1, channels = 1, ...kernel] = weights.shape;
  const split = emit.reshapeValue(weights, [out / block, block, channels / block, block, sizeOf(kernel)]);
  return emit.reshapeValue(emit.transpose(split, [0, 2, 4, 3, 1]), weights.shape);
}

/** The same for fewer channels than a block has, which are not in blocks: blocks of out, in, kernel, out. Out is filled up with zeros. */
function filterOfFewChannels(emit: Emitter, weights: Value, block: number): Value {
  const [out = 1, ...rest] = weights.shape;
  const filters = filled(out, block);
  const shape = [filters, ...rest];
  const amounts = emit.graph.integers([0, 0, 0, 0, filters - out, 0, 0, 0]);
  const whole =
    filters === out
      ? weights
      : emit.graph.node("Pad", [weights, amounts, emit.graph.scalar(0)], shape, { mode: "constant" });
  const split = emit.reshapeValue(whole, [filters / block, block, sizeOf(rest)]);
  return emit.reshapeValue(emit.transpose(split, [0, 2, 1]), shape);
}

/**
 * The filter's gradient as a convolution in blocks of the batch.
 *
 * @param images [N, C, H, W], `kernels` [N, out, …] the output's gradient; `found` what comes out: [C, out, …].
 * @returns undefined where the lengths do not fit.
 */
export function blockedFilterGradient(
  emit: Emitter,
  images: Value,
  kernels: Value,
  attributes: ConvolutionAttributes,
  found: readonly number[],
): Value | undefined {
  const block = emit.block;
  const [batch = 1, out = 1, ...space] = kernels.shape;
  if (block === undefined || space.length !== 2 || batch % channelStep !== 0 || out % channelStep !== 0)
    return undefined;
  const [rows, columns] = [filled(batch, block), filled(out, block)];
  if ((rows / batch) * (columns / out) > worstFill) return undefined;
  let blocked = intoBlocks(emit, kernels, block);
  if (rows !== batch) {
    const amounts = emit.graph.integers([0, 0, 0, 0, rows - batch, 0, 0, 0]);
    blocked = emit.graph.node("Pad", [blocked, amounts, emit.graph.scalar(0)], [rows, columns, ...space], {
      mode: "constant",
    });
  }
  // [N/b, b, out/b, space, b] → [out/b, N/b, space, b, b]: what was the batch is the input channel of the filter now. Two transposes that
  // move one axis each take a third of the time of one that moves both.
  const split = emit.reshapeValue(blocked, [rows / block, block, columns / block, sizeOf(space), block]);
  const inner = emit.transpose(split, [0, 2, 3, 1, 4]);
  const joined = emit.reshapeValue(inner, [rows / block, columns / block, sizeOf(space) * block * block]);
  const filter = emit.reshapeValue(emit.exchange(joined), [columns, rows, ...space]);
  const exchanged = intoBlocks(emit, emit.exchange(bordered(emit, images, attributes.pads)), block);
  const unpadded = { ...attributes, pads: [0, 0, 0, 0] };
  const result = blockedConvolution(emit, exchanged, filter, unpadded, found.slice(2));
  return outOfBlocks(emit, result, out);
}

/**
 * The images with their padding written out. The operator makes outputs that reach into its own padding one by one, and of a filter's
 * gradient these are most: 2 to 3 times the time.
 */
function bordered(emit: Emitter, images: Value, pads: readonly number[]): Value {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  if (top + left + bottom + right === 0) return images;
  const [batch = 1, channels = 1, height = 1, width = 1] = images.shape;
  const amounts = emit.graph.integers([0, 0, top, left, 0, 0, bottom, right]);
  const shape = [batch, channels, height + top + bottom, width + left + right];
  return emit.graph.node("Pad", [images, amounts, emit.graph.scalar(0)], shape, { mode: "constant" });
}

/** Products for one output from which on a convolution of few channels is faster so than by matrices (measured; at 27 it is not). */
const worthBlocks = 36;

/** Convolves [N, in, H, W] with weights [out, in, kernel]; undefined where the channels are not whole blocks, or too few to be worth it. */
export function convolveInBlocks(
  emit: Emitter,
  images: Value,
  weights: Value,
  attributes: ConvolutionAttributes,
  space: readonly number[],
): Value | undefined {
  const block = emit.block;
  const [out = 1, channels = 1, ...kernel] = weights.shape;
  if (block === undefined || space.length !== 2) return undefined;
  if (channels < block) {
    if (filled(out, block) > worstFill * out || channels * sizeOf(kernel) < worthBlocks) return undefined;
    const filter = filterOfFewChannels(emit, weights, block);
    return outOfBlocks(emit, blockedConvolution(emit, images, filter, attributes, space), out);
  }
  if (out % block !== 0 || channels % block !== 0) return undefined;
  const blocked = intoBlocks(emit, images, block);
  return outOfBlocks(
    emit,
    blockedConvolution(emit, blocked, blockedFilter(emit, weights, block), attributes, space),
    out,
  );
}
