// A model's forward pass for one set of input shapes: recorded and lowered (a draft), then a session that runs it. Its weights are
// constants of the graph or inputs of it. Called by compile-inference.ts.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";
import { blockLength } from "./block-length.js";
import type { Prediction } from "./compile-inference.js";
import { elementType, identity } from "./emitter.js";
import type { Graph } from "./graph.js";
import { type LoweredRecording, lower, type Port } from "./lower.js";
import { MirroredVariable } from "./mirrored-variable.js";
import { encodeModel } from "./onnx-model.js";
import {
  createSession,
  loadRuntime,
  type RuntimeTensor,
  runSession,
  runtimeTensor,
  type Session,
} from "./onnxruntime.js";
import { type Numbers, type Recording, record, referenceTo, settleExpectations } from "./recording.js";
import { separateVariables } from "./separate-variables.js";
import type { StepInput } from "./step-input.js";
import type { StepOutput } from "./step-output.js";
import { threadsFor } from "./threads.js";

/**
 * Whether a graph holds the weights of its recording ("constants": onnxruntime may rearrange them, new weights need a new graph) or reads
 * them at every run ("inputs": for weights that change between batches).
 */
export type WeightUse = "constants" | "inputs";

/** What a graph depends on besides its inputs. */
interface Weight {
  readonly variable: tf.Variable;
  /** The data that it had when it was recorded. */
  readonly id: object;
  /** Its input of the graph, and the order it is stored in there; none where it is a constant. */
  readonly port: { readonly name: string; readonly order: readonly number[] } | undefined;
}

/** A recorded prediction: what it answered (where nothing is left to be checked), and its graph, or why there is none. */
export interface Recorded {
  readonly answer: readonly StepOutput[] | undefined;
  readonly draft: Draft | string;
}

/** A prediction that can become a session. */
export class Draft {
  constructor(
    private readonly graph: Graph,
    private readonly inputs: readonly ("float32" | "int32" | "bool")[],
    private readonly outputs: readonly Pick<StepOutput, "shape" | "dtype">[],
    private readonly weights: readonly Weight[],
  ) {}

  /** False when a weight that is a constant of the graph has changed, or a model was disposed. */
  get isCurrent(): boolean {
    return areCurrent(this.weights);
  }

  async build(threads: number | undefined): Promise<InferenceGraph> {
    const session = await createSession(encodeModel(this.graph), threadsFor(this.graph, threads));
    const mirrors = new Map<string, MirroredVariable>();
    for (const { variable, port } of this.weights)
      if (port !== undefined && session.inputNames.includes(port.name))
        mirrors.set(port.name, await MirroredVariable.of(variable, port.order));
    return new InferenceGraph(session, this.inputs, this.outputs, this.weights, mirrors);
  }
}

export class InferenceGraph {
  constructor(
    private readonly session: Session,
    private readonly inputs: readonly ("float32" | "int32" | "bool")[],
    private readonly outputs: readonly Pick<StepOutput, "shape" | "dtype">[],
    private readonly weights: readonly Weight[],
    private readonly mirrors: ReadonlyMap<string, MirroredVariable>,
  ) {}

  get isCurrent(): boolean {
    return areCurrent(this.weights);
  }

  async run(inputs: readonly StepInput[]): Promise<StepOutput[]> {
    const runtime = await loadRuntime();
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [i, input] of inputs.entries()) {
      const name = `input${i}`;
      if (!this.session.inputNames.includes(name)) continue;
      const data = input instanceof tf.Tensor ? input.dataSync<"float32" | "int32" | "bool">() : input.data;
      feeds[name] = runtimeTensor(runtime, this.inputs[i] ?? "float32", data, input.shape);
    }
    for (const [name, mirror] of this.mirrors) feeds[name] = mirror.value();
    const results = await runSession(this.session, feeds);
    return this.outputs.map(({ shape, dtype }, i) => ({ data: results[`output${i}`]?.data as Numbers, shape, dtype }));
  }

  async dispose(): Promise<void> {
    for (const mirror of this.mirrors.values()) mirror.release();
    await this.session.release();
  }
}

function areCurrent(weights: readonly Weight[]): boolean {
  return weights.every(
    ({ variable, id, port }) => !variable.isDisposed && (port !== undefined || variable.dataId === id),
  );
}

/** Runs the prediction once, and says what its graph is. @throws what the prediction throws, and when onnxruntime can't be loaded. */
export async function recordPrediction(
  predict: Prediction,
  inputs: readonly StepInput[],
  use: WeightUse,
): Promise<Recorded> {
  await loadRuntime();
  // Blocks are for weights that onnxruntime can't rearrange by itself.
  const block = use === "inputs" ? await blockLength() : undefined;
  const made: tf.Tensor[] = [];
  try {
    const tensors = toTensors(inputs, made);
    const variables = Object.values(tf.engine().registeredVariables);
    if (use === "inputs") separateVariables(variables);
    const ids = new Map(variables.map((variable) => [variable, variable.dataId as object]));
    const recording = record(
      () => tf.tidy(() => answersOf(predict, tensors)),
      new Set([...tensors.map(({ dataId }) => dataId), ...(use === "inputs" ? ids.values() : [])]),
    );
    const results = recording.result;
    made.push(...results.filter((result) => !(result instanceof tf.Variable) && !tensors.includes(result)));
    const answer = results.map(readOutput);
    if (recording.expectations.length > 0) {
      settleExpectations(recording.expectations);
      return { answer: undefined, draft: "the function checks the values of its inputs" };
    }
    if (recording.obstacle !== undefined) return { answer, draft: recording.obstacle };
    if (recording.random.size > 0 || recording.isSeeded) return { answer, draft: "the function draws random numbers" };
    try {
      return { answer, draft: draftOf(recording, tensors, use === "inputs" ? ids : undefined, block) };
    } catch (error) {
      if (!(error instanceof Error && error.name === "NotLowerable")) throw error;
      return { answer, draft: `no lowering for ${error.message}` };
    }
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** @param ids the variables that are inputs of the graph, with their data; none: weights are constants */
function draftOf(
  recording: Recording<readonly tf.Tensor[]>,
  tensors: readonly tf.Tensor[],
  ids: ReadonlyMap<tf.Variable, object> | undefined,
  block: number | undefined,
): Draft {
  const results = recording.result;
  const port = (prefix: string) => (tensor: tf.Tensor, i: number) => ({
    name: `${prefix}${i}`,
    tensor: referenceTo(tensor),
  });
  const lowerWith = (sources: readonly Port[]): LoweredRecording =>
    lower(recording, [...tensors.map(port("input")), ...sources], results.map(port("output")), block);
  const types = tensors.map(({ dtype }) => elementType(dtype) as StepOutput["dtype"]);
  const shapes = results.map(({ shape, dtype }) => ({ shape: [...shape], dtype: dtype as StepOutput["dtype"] }));
  if (ids === undefined) {
    const weights = Object.values(tf.engine().registeredVariables)
      .filter((variable) => recording.constants.has(variable.dataId))
      .map((variable) => ({ variable, id: variable.dataId, port: undefined }));
    return new Draft(lowerWith([]).graph, types, shapes, weights);
  }
  const read = new Set(recording.calls.flatMap(({ inputs }) => Object.values(inputs).flat().map(idOf)));
  const used = [...ids].filter(([, id]) => read.has(id));
  const weightPort = ([variable, id]: [tf.Variable, object], i: number, order?: readonly number[]) => ({
    name: `weight${i}`,
    tensor: { id, shape: [...variable.shape], dtype: variable.dtype },
    order: MirroredVariable.orderOf(variable) ?? order ?? identity(variable.shape.length),
  });
  const { wishes } = lowerWith(used.map((weight, i) => weightPort(weight, i)));
  const ports = used.map((weight, i) => weightPort(weight, i, wishes.get(`weight${i}`)));
  const weights = used.map(([variable, id], i) => ({ variable, id, port: ports[i] }));
  return new Draft(lowerWith(ports).graph, types, shapes, weights);
}

function idOf({ id }: { readonly id: object }): object {
  return id;
}

function toTensors(inputs: readonly StepInput[], made: tf.Tensor[]): tf.Tensor[] {
  return inputs.map((input) => {
    if (input instanceof tf.Tensor) return input;
    const tensor = tf.tensor(input.data, [...input.shape], input.dtype);
    made.push(tensor);
    return tensor;
  });
}

/** @throws unless the prediction gives a tensor, or a list of them */
function answersOf(predict: Prediction, tensors: readonly tf.Tensor[]): tf.Tensor[] {
  const answers: unknown[] = [predict(...tensors)].flat();
  return answers.map((answer) => {
    checkTensor("result of predict", answer, "a tensor, or a list of tensors");
    return answer;
  });
}

function readOutput(tensor: tf.Tensor): StepOutput {
  return {
    data: tensor.dataSync<"float32" | "int32" | "bool">(),
    shape: [...tensor.shape],
    dtype: tensor.dtype as StepOutput["dtype"],
  };
}

export function runEagerly(predict: Prediction, inputs: readonly StepInput[]): StepOutput[] {
  let answer: StepOutput[] = [];
  tf.tidy(() => {
    answer = answersOf(predict, toTensors(inputs, [])).map(readOutput);
  });
  return answer;
}
