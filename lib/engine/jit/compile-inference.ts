// Makes a fast function out of a model's forward pass: recorded once a shape, with the weights as constants of the graph, so that
// onnxruntime may rearrange them. Called by training (evaluate, predict) and serve.
import * as tf from "@tensorflow/tfjs";
import { elementType } from "./emitter.js";
import { lower } from "./lower.js";
import { encodeModel } from "./onnx-model.js";
import { createSession, loadRuntime, type RuntimeTensor, runtimeTensor, type Session } from "./onnxruntime.js";
import { type Numbers, record, referenceTo } from "./recording.js";
import { checkInput, type StepInput, type StepMode } from "./step-input.js";
import type { StepOutput } from "./step-program.js";

/** From a batch's tensors to predictions; it trains nothing and draws nothing at random. */
export type Prediction = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

export interface InferenceOptions {
  /** "compiled" throws where the function can't be compiled, "eager" never compiles; default "auto". */
  readonly mode?: "auto" | StepMode;
  /** Threads; default: as many as the machine offers. */
  readonly threads?: number;
}

export interface InferenceResult {
  /** One for each tensor that the function returned. */
  readonly outputs: readonly StepOutput[];
  readonly mode: StepMode;
  /** Why it ran eagerly. */
  readonly reason?: string;
}

export interface CompiledInference {
  (...inputs: StepInput[]): Promise<InferenceResult>;
  dispose(): Promise<void>;
}

interface Graph {
  readonly session: Session;
  readonly names: readonly string[];
  readonly types: readonly ("float32" | "int32" | "bool")[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: StepOutput["dtype"] }[];
  /** The weights that are constants of this graph, with the data they had. */
  readonly weights: ReadonlyMap<tf.Variable, object>;
}

type Entry = Graph | { readonly reason: string };

/**
 * Compiles a function from tensors to tensors. Weights may change between calls: the graph is made anew at the next one.
 *
 * @throws (from a call) when an input has a wrong dtype or size, or with mode "compiled" when the function can't be compiled.
 */
export function compileInference(predict: Prediction, options: InferenceOptions = {}): CompiledInference {
  const entries = new Map<string, Entry>();
  let queue: Promise<unknown> = Promise.resolve();
  const run = async (inputs: readonly StepInput[]): Promise<InferenceResult> => {
    for (const [i, input] of inputs.entries()) checkInput(input, i);
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    let entry = entries.get(key);
    if (entry !== undefined && "session" in entry && !isCurrent(entry)) {
      await entry.session.release();
      entry = undefined;
    }
    entry ??= await build(predict, inputs, options);
    entries.set(key, entry);
    if ("session" in entry) return { outputs: await runGraph(entry, inputs), mode: "compiled" };
    if (options.mode === "compiled")
      throw new Error(`invalid function; expected one that can be compiled: ${entry.reason}`);
    return { outputs: runEagerly(predict, inputs), mode: "eager", reason: entry.reason };
  };
  const call = (...inputs: StepInput[]): Promise<InferenceResult> => {
    const result = queue.then(() => run(inputs));
    queue = result.catch(() => undefined);
    return result;
  };
  const dispose = async (): Promise<void> => {
    await queue;
    for (const entry of entries.values()) if ("session" in entry) await entry.session.release();
    entries.clear();
  };
  return Object.assign(call, { dispose });
}

function isCurrent({ weights }: Graph): boolean {
  for (const [variable, id] of weights) if (variable.isDisposed || variable.dataId !== id) return false;
  return true;
}

async function build(predict: Prediction, inputs: readonly StepInput[], options: InferenceOptions): Promise<Entry> {
  const backend: { isUsingGpuDevice?: boolean } = tf.backend() as tf.KernelBackend & { isUsingGpuDevice?: boolean };
  if (options.mode === "eager") return { reason: "asked for" };
  if (options.mode !== "compiled" && backend.isUsingGpuDevice === true) return { reason: "the backend runs on a GPU" };
  const made: tf.Tensor[] = [];
  try {
    await loadRuntime();
    const tensors = toTensors(inputs, made);
    // The weights are no sources: what they hold now becomes constants.
    const recording = record(
      () => tf.tidy(() => [predict(...tensors)].flat() as tf.Tensor[]),
      new Set(tensors.map(({ dataId }) => dataId)),
    );
    const results = recording.result;
    made.push(...results.filter((result) => !(result instanceof tf.Variable) && !tensors.includes(result)));
    if (recording.obstacle !== undefined) return { reason: recording.obstacle };
    if (recording.random.size > 0) return { reason: "the function draws random numbers" };
    const port = (prefix: string) => (tensor: tf.Tensor, i: number) => ({
      name: `${prefix}${i}`,
      tensor: referenceTo(tensor),
    });
    const { graph } = lower(recording, tensors.map(port("input")), results.map(port("output")));
    const used = new Set(recording.constants.keys());
    const weights = Object.values(tf.engine().registeredVariables).filter((variable) => used.has(variable.dataId));
    const session = await createSession(encodeModel(graph), options.threads);
    return {
      session,
      names: session.inputNames,
      types: tensors.map(({ dtype }) => elementType(dtype) as StepOutput["dtype"]),
      outputs: results.map(({ shape, dtype }) => ({ shape: [...shape], dtype: dtype as StepOutput["dtype"] })),
      weights: new Map(weights.map((variable) => [variable, variable.dataId])),
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // What the function itself throws, it will throw eagerly too.
    return { reason: error.name === "NotLowerable" ? `no lowering for ${error.message}` : error.message };
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

function toTensors(inputs: readonly StepInput[], made: tf.Tensor[]): tf.Tensor[] {
  return inputs.map((input) => {
    if (input instanceof tf.Tensor) return input;
    const tensor = tf.tensor(input.data, [...input.shape], input.dtype);
    made.push(tensor);
    return tensor;
  });
}

async function runGraph(entry: Graph, inputs: readonly StepInput[]): Promise<StepOutput[]> {
  const runtime = await loadRuntime();
  const feeds: Record<string, RuntimeTensor> = {};
  for (const [i, input] of inputs.entries()) {
    const name = `input${i}`;
    if (!entry.names.includes(name)) continue;
    const data = input instanceof tf.Tensor ? input.dataSync<"float32" | "int32" | "bool">() : input.data;
    feeds[name] = runtimeTensor(runtime, entry.types[i] ?? "float32", data, input.shape);
  }
  const results = await entry.session.run(feeds);
  return entry.outputs.map(({ shape, dtype }, i) => ({ data: results[`output${i}`]?.data as Numbers, shape, dtype }));
}

function runEagerly(predict: Prediction, inputs: readonly StepInput[]): StepOutput[] {
  return tf.tidy(() => {
    const results = [predict(...toTensors(inputs, []))].flat() as tf.Tensor[];
    return results.map((result) => ({
      data: result.dataSync<"float32" | "int32" | "bool">(),
      shape: [...result.shape],
      dtype: result.dtype as StepOutput["dtype"],
    })) as unknown as tf.Tensor[];
  }) as unknown as StepOutput[];
}
