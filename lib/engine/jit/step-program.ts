// One compiled step for one set of input shapes: the lowered recording as an onnxruntime session, and the variables that it reads and
// writes. Called by stepper.ts.
import * as tf from "@tensorflow/tfjs";
import { blockLength } from "./block-length.js";
import type { RecordedStep } from "./eager-step.js";
import { elementType, identity } from "./emitter.js";
import { sizeOf } from "./graph.js";
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
import type { OptimizerSlots } from "./optimizer-slots.js";
import { type Distribution, drawInto } from "./random-source.js";
import { type Numbers, referenceTo, type TensorReference } from "./recording.js";
import type { StepInput } from "./step-input.js";
import type { StepOutput } from "./step-output.js";
import { threadsFor } from "./threads.js";

export interface ProgramResult {
  readonly loss: number;
  readonly outputs: Readonly<Record<string, StepOutput>>;
  /** False where an expectation of the recording failed: then nothing was updated. */
  readonly holds: boolean;
}

/** What was in place when a step was recorded: who had which data before and after. */
export interface RecordedPorts {
  readonly step: RecordedStep;
  readonly inputs: readonly TensorReference[];
  readonly scalars: ReadonlyMap<string, TensorReference>;
  readonly before: ReadonlyMap<tf.Variable, TensorReference>;
  readonly after: ReadonlyMap<tf.Variable, TensorReference>;
}

interface RandomInput {
  readonly name: string;
  readonly distribution: Distribution;
  readonly stream: number;
  readonly elements: Float32Array;
  readonly tensor: RuntimeTensor;
}

const inputName = (i: number): string => `input${i}`;
const scalarName = (name: string): string => `scalar ${name}`;
const variableName = (i: number): string => `variable${i}`;
const nextName = (i: number): string => `next${i}`;
const outputName = (name: string): string => `output ${name}`;
const expectationName = (i: number): string => `expectation${i}`;

/**
 * What a recording does, without handles: as text, and the parameters of its random draws. All constants are part of it, also those that no
 * kernel uses (what JavaScript made of them may have become a shape), so that a number which changes from run to run shows.
 */
export interface Fingerprint {
  readonly text: string;
  readonly draws: readonly number[];
}

/** True when two recordings are of the same program; draws' parameters were measured, so they agree only nearly. */
export function isSameProgram(a: Fingerprint, b: Fingerprint): boolean {
  return (
    a.text === b.text &&
    a.draws.every((value, i) => Math.abs(value - (b.draws[i] ?? Number.NaN)) <= 1e-4 * (1 + Math.abs(value)))
  );
}

export function fingerprint({ step, inputs, scalars, before, after }: RecordedPorts): Fingerprint {
  const names = new Map<object, string>();
  for (const [i, tensor] of inputs.entries()) names.set(tensor.id, inputName(i));
  for (const [name, tensor] of scalars) names.set(tensor.id, scalarName(name));
  for (const [variable, tensor] of before) names.set(tensor.id, `variable ${variable.name}`);
  const { recording } = step;
  const nameOf = ({ id, shape }: TensorReference): string => {
    let name = names.get(id);
    if (name === undefined) {
      const constant = recording.constants.get(id);
      const random = recording.random.get(id);
      name =
        constant !== undefined
          ? `constant ${hash(constant)}`
          : random !== undefined
            ? `random ${random.distribution}`
            : `?`;
      names.set(id, name);
    }
    return `${name}[${shape.join()}]`;
  };
  const lines = recording.calls.map((call, i) => {
    const text = Object.entries(call.inputs).map(
      ([name, given]) =>
        `${name}=${[given]
          .flat()
          .map((tensor: TensorReference) => nameOf(tensor))
          .join("+")}`,
    );
    for (const [j, output] of call.outputs.entries()) if (!names.has(output.id)) names.set(output.id, `${i}.${j}`);
    return `${call.kernel}(${text.join()})${JSON.stringify(call.attributes)}`;
  });
  const results = { loss: step.result.loss, ...step.result.outputs };
  for (const [name, tensor] of Object.entries(results)) lines.push(`${name}: ${nameOf(referenceTo(tensor))}`);
  for (const [variable, tensor] of after)
    if (before.get(variable)?.id !== tensor.id) lines.push(`next ${variable.name}: ${nameOf(tensor)}`);
  for (const [id, values] of recording.constants) lines.push(names.get(id) ?? `constant ${hash(values)}`);
  const draws = [...recording.random.values()].flatMap(({ offset, scale }) => [offset, scale]);
  return { text: lines.join("\n"), draws };
}

/** FNV-1a over the bytes. */
function hash(values: Numbers): string {
  let h = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    h = Math.imul(h ^ byte, 0x01000193);
  return `${values.length}:${h >>> 0}`;
}

function toNumbers(data: RuntimeTensor["data"]): Numbers {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data;
  throw new Error(`invalid result; expected float32, int32 or bool elements: ${data.constructor.name}`);
}

export class StepProgram {
  private constructor(
    private readonly session: Session,
    private readonly usedInputs: ReadonlySet<string>,
    private readonly inputTypes: readonly TensorReference[],
    private readonly mirrors: ReadonlyMap<string, MirroredVariable>,
    private readonly updates: ReadonlyMap<string, MirroredVariable>,
    private readonly random: readonly RandomInput[],
    private readonly outputs: ReadonlyMap<string, TensorReference>,
    private readonly expected: readonly number[],
    private readonly flags: ReadonlyMap<tf.Variable, boolean>,
    /** Nodes of the graph, before onnxruntime's own rewriting. */
    readonly nodes: number,
  ) {}

  /** @throws NotLowerable, or an Error of onnxruntime; both say what is missing. */
  static async build(ports: RecordedPorts, slots: OptimizerSlots, threads: number | undefined): Promise<StepProgram> {
    const runtime = await loadRuntime();
    const block = await blockLength();
    const { step, inputs, scalars, before, after } = ports;
    const variables = [...before.keys()];
    const changed = variables.filter((variable) => after.get(variable)?.id !== before.get(variable)?.id);
    const lowerWith = (orders: ReadonlyMap<tf.Variable, readonly number[]>): LoweredRecording => {
      const sources: Port[] = [
        ...inputs.map((tensor, i) => ({ name: inputName(i), tensor })),
        ...[...scalars].map(([name, tensor]) => ({ name: scalarName(name), tensor })),
        ...variables.map((variable, i) => ({
          name: variableName(i),
          tensor: referenceOf(before, variable),
          order: orders.get(variable),
        })),
      ];
      const sinks: Port[] = [
        { name: "loss", tensor: referenceTo(step.result.loss) },
        ...Object.entries(step.result.outputs).map(([name, tensor]) => ({
          name: outputName(name),
          tensor: referenceTo(tensor),
        })),
        ...step.recording.expectations.map(({ tensor }, i) => ({
          name: expectationName(i),
          tensor: referenceTo(tensor),
        })),
        ...changed.map((variable) => ({
          name: nextName(variables.indexOf(variable)),
          tensor: referenceOf(after, variable),
          order: orders.get(variable),
        })),
      ];
      return lower(step.recording, sources, sinks, block);
    };
    const orders = new Map<tf.Variable, readonly number[]>();
    for (const variable of variables)
      orders.set(variable, MirroredVariable.orderOf(variable) ?? identity(variable.shape.length));
    const wishes = lowerWith(orders).wishes;
    for (const [i, variable] of variables.entries()) {
      const owner = slots.ownerOf(variable) ?? variable;
      const wish = wishes.get(variableName(owner === variable ? i : variables.indexOf(owner)));
      if (wish !== undefined) orders.set(variable, MirroredVariable.orderOf(variable) ?? wish);
    }
    const { graph, random } = lowerWith(orders);
    const session = await createSession(encodeModel(graph), threadsFor(graph, threads));

    const used = graph.uses();
    const usedInputs = new Set(graph.inputs.filter((value) => used.has(value)).map((value) => value.name));
    const mirrors = new Map<string, MirroredVariable>();
    const updates = new Map<string, MirroredVariable>();
    for (const [i, variable] of variables.entries()) {
      const isRead = usedInputs.has(variableName(i));
      const isWritten = changed.includes(variable);
      if (!isRead && !isWritten) continue;
      const mirror = await MirroredVariable.of(variable, orders.get(variable) ?? identity(variable.shape.length));
      if (isRead) mirrors.set(variableName(i), mirror);
      if (isWritten) updates.set(nextName(i), mirror);
    }
    const randomInputs: RandomInput[] = [];
    for (const value of graph.inputs) {
      const id = random.get(value.name);
      const draw = id === undefined ? undefined : step.recording.random.get(id);
      if (draw === undefined || !usedInputs.has(value.name)) continue;
      const elements = new Float32Array(sizeOf(value.shape));
      const tensor = runtimeTensor(runtime, "float32", elements, value.shape);
      randomInputs.push({ ...draw, name: value.name, elements, tensor });
    }
    const outputs = new Map(
      Object.entries(step.result.outputs).map(([name, tensor]) => [name, referenceTo(tensor)] as const),
    );
    const flags = new Map(
      variables
        .filter((variable) => [...mirrors.values(), ...updates.values()].some((m) => m.variable === variable))
        .map((v) => [v, v.trainable] as const),
    );
    return new StepProgram(
      session,
      usedInputs,
      inputs,
      mirrors,
      updates,
      randomInputs,
      outputs,
      step.recording.expectations.map(({ value }) => value),
      flags,
      graph.live().length,
    );
  }

  /** False when a variable was frozen, unfrozen or disposed since the recording. */
  get isCurrent(): boolean {
    for (const [variable, trainable] of this.flags)
      if (variable.isDisposed || variable.trainable !== trainable) return false;
    return true;
  }

  /** Runs the step; the variables change only if it succeeds, its expectations hold, and the loss is finite. */
  async run(
    inputs: readonly StepInput[],
    scalars: Readonly<Record<string, number>>,
    seed: number,
    count: number,
  ): Promise<ProgramResult> {
    const runtime = await loadRuntime();
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [i, expected] of this.inputTypes.entries()) {
      const name = inputName(i);
      const input = inputs[i];
      if (input === undefined || !this.usedInputs.has(name)) continue;
      const data = input instanceof tf.Tensor ? input.dataSync<"float32" | "int32" | "bool">() : input.data;
      feeds[name] = runtimeTensor(runtime, elementType(expected.dtype), data, expected.shape);
    }
    for (const [name, value] of Object.entries(scalars))
      if (this.usedInputs.has(scalarName(name)))
        feeds[scalarName(name)] = runtimeTensor(runtime, "float32", Float32Array.of(value), []);
    for (const { name, distribution, stream, elements, tensor } of this.random) {
      drawInto(elements, distribution, seed, count, stream);
      feeds[name] = tensor;
    }
    for (const [name, mirror] of this.mirrors) feeds[name] = mirror.value();
    const fetches: Record<string, RuntimeTensor | null> = { loss: null };
    for (const name of this.outputs.keys()) fetches[outputName(name)] = null;
    for (const i of this.expected.keys()) fetches[expectationName(i)] = null;
    for (const [name, mirror] of this.updates) fetches[name] = mirror.next();
    const results = await runSession(this.session, feeds, fetches);
    const loss = Number(results.loss?.data[0]);
    const holds = this.expected.every((value, i) => Number(results[expectationName(i)]?.data[0]) === value);
    if (holds && Number.isFinite(loss)) for (const mirror of this.updates.values()) mirror.advance();
    const outputs: Record<string, StepOutput> = {};
    for (const [name, { shape, dtype }] of this.outputs) {
      const result = results[outputName(name)];
      if (result !== undefined)
        outputs[name] = { data: toNumbers(result.data), shape, dtype: dtype as StepOutput["dtype"] };
    }
    return { loss, outputs, holds };
  }

  async dispose(): Promise<void> {
    // Once each, also those that are read and written: other programs may use them too.
    for (const mirror of new Set([...this.mirrors.values(), ...this.updates.values()])) mirror.release();
    // With profiling on, the trace is written now.
    this.session.endProfiling();
    await this.session.release();
  }
}

function referenceOf(map: ReadonlyMap<tf.Variable, TensorReference>, variable: tf.Variable): TensorReference {
  const found = map.get(variable);
  if (found === undefined)
    throw new Error(`invalid variable; expected one that was there when the step was recorded: ${variable.name}`);
  return found;
}
