// Runs a function of tensors eagerly and as a lowered graph in onnxruntime, and compares the results: its value, and its gradients under a
// random cotangent. Used by the tests of the lowerings.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { elementType } from "../../../../lib/engine/jit/emitter.js";
import type { Graph } from "../../../../lib/engine/jit/graph.js";
import { lower } from "../../../../lib/engine/jit/lower.js";
import { encodeModel } from "../../../../lib/engine/jit/onnx-model.js";
import {
  createSession,
  loadRuntime,
  type RuntimeTensor,
  runtimeTensor,
} from "../../../../lib/engine/jit/onnxruntime.js";
import { record, referenceTo } from "../../../../lib/engine/jit/recording.js";

/** A repeatable stream of numbers in [0, 1): the sequence of Lehmer, multiplier 48271. */
export function lehmer(seed: number): () => number {
  let state = seed % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A float tensor with elements from −scale to scale; distinct, so that maxima are unique. */
export function randomTensor(shape: readonly number[], seed = 1, scale = 2): tf.Tensor {
  const random = lehmer(seed * 7919 + 17);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => (2 * random() - 1) * scale),
    [...shape],
  );
}

export function randomIntegers(shape: readonly number[], below: number, seed = 1): tf.Tensor {
  const random = lehmer(seed * 104729 + 3);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, () => Math.floor(random() * below)),
    [...shape],
    "int32",
  );
}

/** Runs `f` as a graph; `f` may return several tensors. */
async function runLowered(
  f: (...inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: readonly tf.Tensor[],
  block: number | undefined,
) {
  const runtime = await loadRuntime();
  const recording = record(() => f(...inputs), new Set(inputs.map((tensor) => tensor.dataId)));
  assert.equal(recording.obstacle, undefined);
  const expected = recording.result;
  const ports = (tensors: readonly tf.Tensor[], prefix: string) =>
    tensors.map((tensor, i) => ({ name: `${prefix}${i}`, tensor: referenceTo(tensor) }));
  const { graph } = lower(recording, ports(inputs, "in"), ports(expected, "out"), block);
  const session = await createSession(encodeModel(graph), 1);
  const feeds: Record<string, RuntimeTensor> = {};
  for (const [i, tensor] of inputs.entries())
    if (session.inputNames.includes(`in${i}`))
      feeds[`in${i}`] = runtimeTensor(runtime, elementType(tensor.dtype), tensor.dataSync<"float32">(), tensor.shape);
  const results = await session.run(feeds);
  await session.release();
  return { expected, results, graph };
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length, what);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) {
    const value = Math.abs(expected[i] ?? 0);
    if (Number.isFinite(value)) scale = Math.max(scale, value);
  }
  for (let i = 0; i < expected.length; i++) {
    const [a = 0, b = 0] = [actual[i], expected[i]];
    const same = Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * scale;
    assert.ok(same, `${what}[${i}]: ${a}, eager ${b}`);
  }
}

export interface Comparison {
  /** Operators are returned only where their result has such a shape; default: all. */
  readonly counted?: (shape: readonly number[]) => boolean;
  /** Inputs whose gradients are compared; default: all float inputs. None: forward only. */
  readonly gradients?: readonly number[];
  readonly tolerance?: number;
  /** Channels in a block of onnxruntime's blocked convolutions; default: they are not used. */
  readonly block?: number | undefined;
}

/**
 * Checks a function's value and gradients against eager.
 *
 * @returns the operators of the graph with the gradients, for tests that look at its quality.
 */
export async function assertLowers(
  f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputs: readonly tf.Tensor[],
  { gradients, tolerance = 1e-5, block, counted = () => true }: Comparison = {},
): Promise<string[]> {
  const forward = (...given: tf.Tensor[]): tf.Tensor[] => [f(...given)].flat();
  const value = await runLowered(forward, inputs, block);
  for (const [i, tensor] of value.expected.entries()) {
    const result = value.results[`out${i}`];
    assert.deepEqual(result?.dims, tensor.shape);
    assertClose(result?.data as Float32Array, tensor.dataSync(), tolerance, `output ${i}`);
  }
  const wanted = gradients ?? inputs.flatMap((tensor, i) => (tensor.dtype === "float32" ? [i] : []));
  const operatorsOf = (graph: Graph): string[] =>
    graph.live().flatMap(({ operator, outputs }) => (outputs.some(({ shape }) => counted(shape)) ? [operator] : []));
  let operators = operatorsOf(value.graph);
  if (wanted.length > 0) {
    const weights = value.expected.map((tensor, i) => randomTensor(tensor.shape, 91 + i));
    const scalar = (...given: tf.Tensor[]): tf.Scalar => {
      const terms = forward(...given).map((tensor, i) => tf.sum(tf.mul(tensor, weights[i] ?? 1)));
      return tf.addN(terms).asScalar();
    };
    // Only the wanted inputs are differentiated, as a step differentiates only its variables.
    const gradient = (...given: tf.Tensor[]): tf.Tensor[] =>
      tf.grads((...some: tf.Tensor[]) => scalar(...given.map((tensor, i) => some[wanted.indexOf(i)] ?? tensor)))(
        wanted.map((i) => given[i] ?? tf.scalar(0)),
      );
    const found = await runLowered(gradient, inputs, block);
    for (const [i, tensor] of found.expected.entries()) {
      const result = found.results[`out${i}`];
      assert.deepEqual(result?.dims, tensor.shape);
      assertClose(result?.data as Float32Array, tensor.dataSync(), tolerance, `gradient ${wanted[i]}`);
    }
    operators = operatorsOf(found.graph);
  }
  return operators;
}
