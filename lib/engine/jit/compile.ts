// `ml.compile`: makes a training step out of a loss and an optimizer. The first two steps of each input shape run eagerly and are recorded;
// where both did the same, the step becomes one ONNX graph (forward, backward, update) that runs from then on. Called by training/fit and users.
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, OptimizerScalars } from "../optimizer.js";
import { type EagerResult, type Loss, OptimizerSlots, runEagerly, runRecorded } from "./eager-step.js";
import { MirroredVariable } from "./mirrored-variable.js";
import { loadRuntime } from "./onnxruntime.js";
import { seededRandom } from "./random-source.js";
import { type Numbers, referenceTo, type TensorReference } from "./recording.js";
import { separateVariables } from "./separate-variables.js";
import { checkInput, type StepInput, type StepMode } from "./step-input.js";
import {
  type Fingerprint,
  fingerprint,
  isSameProgram,
  type RecordedPorts,
  type StepOutput,
  StepProgram,
} from "./step-program.js";

export type { Loss, LossValue } from "./eager-step.js";
export type { RawInput, StepInput, StepMode } from "./step-input.js";
export type { StepOutput } from "./step-program.js";

export interface CompileOptions {
  readonly optimizer: Optimizer;
  /** What is trained; default: every trainable variable that the loss depends on. */
  readonly variables?: readonly tf.Variable[];
  /** Makes dropout and other random draws repeatable; default: another run, other draws. */
  readonly seed?: number;
  /** "compiled" throws where a step can't be compiled, "eager" never compiles; default "auto": compiled where possible. */
  readonly mode?: "auto" | StepMode;
  /** Threads of the compiled step; default: as many as the machine offers. */
  readonly threads?: number;
}

export interface StepResult {
  /** The loss before the update. */
  readonly loss: number;
  /** What the loss function returned besides the loss. */
  readonly outputs: Readonly<Record<string, StepOutput>>;
  readonly mode: StepMode;
  /** Why this step ran eagerly. */
  readonly reason?: string;
}

export interface StepStatus {
  /** How the last step ran ("eager" before the first). */
  readonly mode: StepMode;
  readonly reason?: string;
  /** Updates so far. */
  readonly steps: number;
  /** Shapes that are compiled. */
  readonly graphs: number;
}

/** The optimizer's side of a checkpoint: plain numbers, in tfjs's axis order. */
export interface StepState {
  readonly steps: number;
  readonly slots: Readonly<Record<string, readonly { readonly shape: readonly number[]; readonly values: Numbers }[]>>;
}

export interface CompiledStep {
  /** One update. Inputs are the loss's arguments; a promise, since onnxruntime's session may have to be made. */
  (...inputs: StepInput[]): Promise<StepResult>;
  /** The numbers that the next step uses: learningRate and the optimizer's hyperparameters. A schedule writes them. */
  readonly scalars: { learningRate: number } & Record<string, number>;
  status(): StepStatus;
  /** Brings the weights into the tf variables now. (Looking at a variable does it too.) */
  sync(): void;
  /** The optimizer's state after the last step, or undefined before the first. */
  state(): StepState | undefined;
  /** Goes on from a state that `state()` gave. `variables`: what is trained, when no step has run yet. */
  restore(state: StepState, variables?: readonly tf.Variable[]): void;
  /** Brings the weights back and frees the graphs and the optimizer's state. */
  dispose(): Promise<void>;
}

type Entry =
  | { readonly kind: "recorded"; readonly fingerprint: Fingerprint }
  | { readonly kind: "program"; readonly program: StepProgram }
  | { readonly kind: "eager"; readonly reason: string };

const waiting = "the first two steps of a shape are recorded";

/**
 * Makes a step that computes a loss, its gradients and the optimizer's update.
 *
 * @param loss from a batch's tensors to a scalar, or to `{ loss, …more tensors }`. Any tfjs ops; tensors it closes over are constants.
 * @throws (from a step) when an input has a dtype that can't be, when the loss is no scalar, or with mode "compiled" when the step
 *   can't be compiled; the state stays as after the last step that succeeded.
 */
export function compile(loss: Loss, options: CompileOptions): CompiledStep {
  const stepper = new Stepper(loss, options);
  const step = (...inputs: StepInput[]): Promise<StepResult> => stepper.enqueue(inputs);
  return Object.assign(step, {
    scalars: stepper.scalars,
    status: () => stepper.status(),
    sync: () => stepper.sync(),
    state: () => stepper.state(),
    restore: (state: StepState, variables?: readonly tf.Variable[]) => stepper.restore(state, variables),
    dispose: () => stepper.dispose(),
    [Symbol.for("Jupyter.display")]: () => ({ "text/plain": stepper.describe() }),
  });
}

class Stepper {
  readonly scalars: { learningRate: number } & Record<string, number>;
  private readonly slots: OptimizerSlots;
  private readonly entries = new Map<string, Entry>();
  private readonly seed: number;
  private steps = 0;
  private last: { mode: StepMode; reason?: string } = { mode: "eager", reason: waiting };
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly loss: Loss,
    private readonly options: CompileOptions,
  ) {
    const { optimizer, seed } = options;
    this.slots = new OptimizerSlots(optimizer);
    this.scalars = { ...optimizer.hyperparameters, learningRate: optimizer.learningRate };
    this.seed = seed ?? Math.floor(Math.random() * 2 ** 32);
  }

  /** Steps run one after the other, also when the caller doesn't wait. */
  enqueue(inputs: readonly StepInput[]): Promise<StepResult> {
    const run = this.queue.then(() => this.run(inputs));
    this.queue = run.catch(() => undefined);
    return run;
  }

  private async run(inputs: readonly StepInput[]): Promise<StepResult> {
    for (const [i, input] of inputs.entries()) checkInput(input, i);
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    let entry = this.entries.get(key);
    if (entry?.kind === "program" && !entry.program.isCurrent) {
      await entry.program.dispose();
      this.entries.delete(key);
      entry = undefined;
    }
    const result =
      entry?.kind === "program"
        ? await this.runCompiled(entry.program, inputs)
        : entry?.kind === "eager"
          ? this.runEager(inputs, entry.reason)
          : await this.runFirst(inputs, key, entry?.fingerprint);
    this.last = result.reason === undefined ? { mode: result.mode } : { mode: result.mode, reason: result.reason };
    return result;
  }

  private async runCompiled(program: StepProgram, inputs: readonly StepInput[]): Promise<StepResult> {
    const { loss, outputs } = await program.run(inputs, this.numbers(), this.seed, this.steps + 1);
    this.steps++;
    return { loss, outputs, mode: "compiled" };
  }

  private runEager(inputs: readonly StepInput[], reason: string): StepResult {
    const result = this.eagerly(inputs, (tensors, scalars) =>
      readResult(runEagerly(this.loss, this.slots, tensors, scalars, this.options.variables)),
    );
    this.steps++;
    return { ...result, mode: "eager", reason };
  }

  /** The first two steps of a shape: recorded, compared, compiled. */
  private async runFirst(
    inputs: readonly StepInput[],
    key: string,
    earlier: Fingerprint | undefined,
  ): Promise<StepResult> {
    const refusal = await this.refusal();
    if (refusal !== undefined) {
      this.settle(key, refusal);
      return this.runEager(inputs, refusal);
    }
    const { result, ports, stable } = this.eagerly(inputs, (tensors, scalars) => this.recordStep(tensors, scalars));
    this.steps++;
    // A model that makes its weights at the first call is recorded from the second call on.
    if (stable) await this.learn(key, ports, earlier);
    for (const tensor of [ports.step.result.loss, ...Object.values(ports.step.result.outputs)]) tensor.dispose();
    const settled = this.entries.get(key);
    return { ...result, mode: "eager", reason: settled?.kind === "eager" ? settled.reason : waiting };
  }

  private async learn(key: string, ports: RecordedPorts, earlier: Fingerprint | undefined): Promise<void> {
    const { obstacle } = ports.step.recording;
    if (obstacle !== undefined) return this.settle(key, obstacle);
    const found = fingerprint(ports);
    if (earlier === undefined) {
      this.entries.set(key, { kind: "recorded", fingerprint: found });
      return;
    }
    if (!isSameProgram(earlier, found)) {
      this.settle(
        key,
        "two steps with inputs of the same shapes did not do the same: a number made in JavaScript changes from call to call; make it an input of the loss or a tf.Variable",
      );
      return;
    }
    try {
      this.entries.set(key, {
        kind: "program",
        program: await StepProgram.build(ports, this.slots, this.options.threads),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.settle(
        key,
        error instanceof Error && error.name === "NotLowerable" ? `no lowering for ${message}` : message,
      );
    }
  }

  private settle(key: string, reason: string): void {
    this.entries.set(key, { kind: "eager", reason });
    if (this.options.mode === "compiled") throw new Error(`invalid step; expected one that can be compiled: ${reason}`);
  }

  private async refusal(): Promise<string | undefined> {
    if (this.options.mode === "eager") return "asked for";
    const backend: { isUsingGpuDevice?: boolean } = tf.backend() as tf.KernelBackend & { isUsingGpuDevice?: boolean };
    if (this.options.mode !== "compiled" && backend.isUsingGpuDevice === true) return "the backend runs on a GPU";
    return loadRuntime().then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  private recordStep(tensors: readonly tf.Tensor[], scalars: OptimizerScalars) {
    const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables);
    if (this.slots.ready) separateVariables(registered());
    const references = (): Map<tf.Variable, TensorReference> =>
      new Map(registered().map((variable) => [variable, referenceTo(variable)]));
    const before = references();
    const step = runRecorded(this.loss, this.slots, tensors, scalars, this.options.variables, before);
    const after = references();
    const stable = [...after.keys()].every((variable) => before.has(variable));
    const ports: RecordedPorts = {
      step,
      inputs: tensors.map(referenceTo),
      scalars: new Map(Object.entries(scalars).map(([name, tensor]) => [name, referenceTo(tensor)])),
      before,
      after,
    };
    return { result: readValues(step.result), ports, stable };
  }

  /** Runs `body` with the step's inputs and scalars as tensors, and Math.random seeded. */
  private eagerly<T>(
    inputs: readonly StepInput[],
    body: (tensors: readonly tf.Tensor[], scalars: OptimizerScalars) => T,
  ): T {
    const made: tf.Tensor[] = [];
    const keep = <U extends tf.Tensor>(tensor: U): U => {
      made.push(tensor);
      return tensor;
    };
    const random = Math.random;
    try {
      const tensors = inputs.map((input) =>
        input instanceof tf.Tensor ? input : keep(tf.tensor(input.data, [...input.shape], input.dtype)),
      );
      const scalars: Record<string, tf.Tensor> = {};
      for (const [name, value] of Object.entries(this.numbers())) scalars[name] = keep(tf.scalar(value, "float32"));
      if (this.options.seed !== undefined) Math.random = seededRandom(this.seed, this.steps + 1);
      return body(tensors, scalars as OptimizerScalars);
    } finally {
      Math.random = random;
      for (const tensor of made) tensor.dispose();
    }
  }

  private numbers(): Record<string, number> {
    return { ...this.scalars, step: this.steps + 1 };
  }

  sync(): void {
    for (const variable of Object.values(tf.engine().registeredVariables)) MirroredVariable.sync(variable);
  }

  status(): StepStatus {
    const graphs = [...this.entries.values()].filter(({ kind }) => kind === "program").length;
    return { ...this.last, steps: this.steps, graphs };
  }

  describe(): string {
    const { mode, reason, steps, graphs } = this.status();
    const engine = mode === "compiled" ? `compiled, ${graphs} shape${graphs === 1 ? "" : "s"}` : `eager (${reason})`;
    return `training step: ${this.options.optimizer.name}, ${steps} updates, ${engine}`;
  }

  state(): StepState | undefined {
    if (!this.slots.ready) return undefined;
    const slots: Record<string, { shape: number[]; values: Numbers }[]> = {};
    for (const [name, variables] of Object.entries(this.slots.state))
      slots[name] = variables.map((variable) => ({
        shape: [...variable.shape],
        values: variable.dataSync<"float32" | "int32" | "bool">().slice(),
      }));
    return { steps: this.steps, slots };
  }

  restore(state: StepState, variables: readonly tf.Variable[] | undefined = this.options.variables): void {
    if (!this.slots.ready) {
      if (variables === undefined)
        throw new Error("invalid variables; expected what is trained, since no step has run yet: none");
      this.slots.prepare(variables);
    }
    const own = this.slots.state;
    for (const [name, mine] of Object.entries(own)) {
      const given = state.slots[name];
      if (given === undefined || given.length !== mine.length)
        throw new Error(`invalid state; expected ${mine.length} tensors in slot ${name}: ${given?.length ?? "none"}`);
      for (const [i, variable] of mine.entries()) {
        const { shape, values } = given[i] ?? { shape: [], values: new Float32Array() };
        if (shape.join() !== variable.shape.join())
          throw new Error(
            `invalid state; expected shape [${variable.shape.join()}] in slot ${name}: [${shape.join()}]`,
          );
        tf.tidy(() => variable.assign(tf.tensor(values, [...shape], variable.dtype)));
      }
    }
    this.steps = state.steps;
  }

  async dispose(): Promise<void> {
    await this.queue;
    for (const entry of this.entries.values()) if (entry.kind === "program") await entry.program.dispose();
    this.entries.clear();
    this.slots.dispose();
  }
}

function readValues({ loss, outputs }: EagerResult): Pick<StepResult, "loss" | "outputs"> {
  const read = (tensor: tf.Tensor): StepOutput => ({
    data: tensor.dataSync<"float32" | "int32" | "bool">(),
    shape: [...tensor.shape],
    dtype: tensor.dtype as StepOutput["dtype"],
  });
  return {
    loss: Number(loss.dataSync()[0]),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, read(tensor)])),
  };
}

function readResult(result: EagerResult): Pick<StepResult, "loss" | "outputs"> {
  const values = readValues(result);
  for (const tensor of [result.loss, ...Object.values(result.outputs)]) tensor.dispose();
  return values;
}
