// The life of one compiled step: which shapes are recorded, compiled or eager, how many updates were made, what is collected for the next
// one. Made by compile.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../invalid.js";
import type { OptimizerScalars } from "../optimizer.js";
import type { CompileOptions, StepResult, StepState, StepStatus } from "./compile.js";
import { withRandom } from "./eager-random.js";
import {
  collecting,
  disposeResult,
  type EagerResult,
  type Loss,
  type Phase,
  runEagerly,
  runRecorded,
  type StepContext,
} from "./eager-step.js";
import { MirroredVariable } from "./mirrored-variable.js";
import { watchNewVariables } from "./new-variables.js";
import { loadRuntime } from "./onnxruntime.js";
import { OptimizerSlots } from "./optimizer-slots.js";
import { StepRandom, seededRandom } from "./random-source.js";
import { type Numbers, referenceTo, settleExpectations, type TensorReference } from "./recording.js";
import { separateVariables } from "./separate-variables.js";
import { crowded, ShapeCache } from "./shape-cache.js";
import { Snapshot } from "./snapshot.js";
import { checkInput, type StepInput, type StepMode } from "./step-input.js";
import type { StepOutput } from "./step-output.js";
import { type Fingerprint, fingerprint, isSameProgram, type RecordedPorts, StepProgram } from "./step-program.js";

type Entry =
  | {
      readonly kind: "program";
      readonly program: StepProgram;
      /** What the first step did: some later ones must be found to do the same. */
      readonly recorded: Fingerprint;
      /** How often it was run, the recorded first step included. */
      runs: number;
      /** How many variables had been trained by then: gradients are summed for all of them. */
      readonly trained: number;
    }
  | { readonly kind: "eager"; readonly reason: string };

interface Recorded {
  readonly result: Pick<StepResult, "loss" | "outputs">;
  readonly ports: RecordedPorts;
  /** False for a model that made its weights in this step. */
  readonly stable: boolean;
}

const waiting = "the model makes its weights at the first step";
const changing =
  "two steps with inputs of the same shapes did not do the same: a number made in JavaScript changes from call to call; make it an input of the loss or a tf.Variable";
const gradientSum = "gradientSum";

/**
 * The runs of a graph in which the step is recorded once more: the 2nd, 16th, 128th, … A number made in JavaScript may be the same twice by
 * chance; so seldom, it costs next to nothing to look again.
 */
function isChecked(run: number): boolean {
  return (Math.log2(run) - 1) % 3 === 0;
}

export class Stepper {
  readonly scalars: { learningRate: number } & Record<string, number>;
  readonly seed: number;
  private readonly slots: OptimizerSlots;
  private readonly entries = new ShapeCache<Entry>(
    ({ kind }) => kind === "program",
    async (entry) => {
      if (entry.kind === "program") await entry.program.dispose();
    },
  );
  private readonly batchesPerUpdate: number;
  private steps = 0;
  private batches = 0;
  private collected = { batches: 0, samples: 0 };
  private last: { mode: StepMode; reason?: string } = { mode: "eager", reason: "no step has run yet" };
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly loss: Loss,
    private readonly options: CompileOptions,
  ) {
    const { optimizer, seed, accumulateGradBatches = 1 } = options;
    this.batchesPerUpdate = accumulateGradBatches;
    this.slots = new OptimizerSlots(optimizer, accumulateGradBatches > 1);
    this.scalars = { ...optimizer.hyperparameters, learningRate: optimizer.learningRate };
    this.seed = seed ?? Math.floor(Math.random() * 2 ** 32);
  }

  /** Steps run one after the other, also when the caller doesn't wait. */
  enqueue(inputs: readonly StepInput[]): Promise<StepResult> {
    return this.inTurn(() => this.step(inputs));
  }

  flush(): Promise<void> {
    return this.inTurn(() => this.apply());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.queue.then(work);
    this.queue = run.catch(() => undefined);
    return run;
  }

  private async step(inputs: readonly StepInput[]): Promise<StepResult> {
    for (const [i, input] of inputs.entries()) checkInput(input, i);
    if (this.batchesPerUpdate === 1) {
      const result = await this.run("update", inputs, 1);
      if (!Number.isFinite(result.loss)) return this.remember(result);
      this.steps++;
      this.batches++;
      return this.remember(result);
    }
    const samples = inputs[0]?.shape[0] ?? 1;
    const result = await this.run("collect", inputs, samples);
    if (!Number.isFinite(result.loss)) return this.remember(result);
    this.batches++;
    this.collected = { batches: this.collected.batches + 1, samples: this.collected.samples + samples };
    this.remember(result);
    if (this.collected.batches === this.batchesPerUpdate) await this.apply();
    return result;
  }

  private remember(result: StepResult): StepResult {
    this.last = result.reason === undefined ? { mode: result.mode } : { mode: result.mode, reason: result.reason };
    return result;
  }

  private async apply(): Promise<void> {
    if (this.collected.batches === 0) return;
    await this.run("apply", [], 0);
    this.steps++;
    this.collected = { batches: 0, samples: 0 };
  }

  private async run(phase: Phase, inputs: readonly StepInput[], samples: number): Promise<StepResult> {
    const key = `${phase} ${inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join()}`;
    const numbers = this.numbers(samples);
    const entry = this.entries.use(key);
    if (entry?.kind === "program" && !this.isCurrent(entry)) {
      this.entries.delete(key);
      await entry.program.dispose();
    } else if (entry?.kind === "eager") return this.runEager(phase, inputs, numbers, entry.reason);
    else if (entry?.kind === "program") {
      entry.runs++;
      const other = isChecked(entry.runs) ? await this.verify(phase, inputs, numbers, key, entry) : undefined;
      return other ?? this.runProgram(entry.program, inputs, numbers);
    }
    if (!(await this.entries.makeRoom(key, this.options.mode === "compiled")))
      return this.runEager(phase, inputs, numbers, crowded);
    if (phase !== "apply" && this.options.variables === undefined) this.makeWeights(inputs, numbers);
    return this.runFirst(phase, inputs, numbers, key);
  }

  /** Calls the loss once for nothing, so that a model which makes its weights in its first call has them when gradients are taken. */
  private makeWeights(inputs: readonly StepInput[], numbers: Readonly<Record<string, number>>): void {
    const snapshot = new Snapshot();
    try {
      snapshot.keep(Object.values(tf.engine().registeredVariables));
      const keep = (variable: tf.Variable): void => snapshot.keep([variable]);
      this.eagerly("update", inputs, numbers, ({ loss, inputs: given, random }) =>
        withRandom(random, () => tf.tidy(() => void watchNewVariables(keep, () => loss(...given)))),
      );
    } finally {
      // Batch norm's averages have moved.
      snapshot.restore();
      snapshot.dispose();
    }
  }

  private isCurrent({ program, trained }: { readonly program: StepProgram; readonly trained: number }): boolean {
    return program.isCurrent && (this.batchesPerUpdate === 1 || trained === this.slots.trained.length);
  }

  private async runProgram(
    program: StepProgram,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
  ): Promise<StepResult> {
    const { loss, outputs, holds } = await program.run(inputs, numbers, this.seed, this.batches + 1);
    if (!holds) throw this.explain(inputs, numbers);
    return { loss, outputs, mode: "compiled" };
  }

  /** What the loss itself says of inputs that it does not take, when it may look at their values. */
  private explain(inputs: readonly StepInput[], numbers: Readonly<Record<string, number>>): unknown {
    const snapshot = new Snapshot();
    try {
      snapshot.keep(Object.values(tf.engine().registeredVariables));
      this.eagerly("update", inputs, numbers, ({ loss, inputs: given }) => tf.tidy(() => void loss(...given)));
      return invalid("inputs", "values that the loss takes", "others");
    } catch (error) {
      return error;
    } finally {
      snapshot.restore();
      snapshot.dispose();
    }
  }

  private runEager(
    phase: Phase,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
    reason: string,
  ): StepResult {
    const snapshot = new Snapshot();
    let done = false;
    try {
      snapshot.keep(Object.values(tf.engine().registeredVariables));
      const result = this.eagerly(phase, inputs, numbers, (context) => readResult(runEagerly(context)));
      done = Number.isFinite(result.loss);
      return { ...result, mode: "eager", reason };
    } finally {
      // Batch norm's averages change with the forward pass already.
      if (!done) snapshot.restore();
      snapshot.dispose();
    }
  }

  /**
   * The first step of a shape: recorded as it runs in tfjs, undone, compiled, and run again by the graph. So that a run which starts here
   * computes the same as one which came from far, to the last bit.
   */
  private async runFirst(
    phase: Phase,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
    key: string,
  ): Promise<StepResult> {
    const refusal = await this.refusal();
    if (refusal !== undefined) {
      this.settle(key, refusal);
      return this.runEager(phase, inputs, numbers, refusal);
    }
    const { result, ports, stable } = this.recordStep(phase, inputs, numbers, ({ ports: found, stable: isStable }) => {
      const { obstacle } = found.step.recording;
      if (obstacle !== undefined) this.settle(key, obstacle);
      return isStable && obstacle === undefined;
    });
    const { obstacle } = ports.step.recording;
    // A model that makes its weights at the first call is recorded from the second call on.
    if (obstacle !== undefined || !stable) return { ...result, mode: "eager", reason: obstacle ?? waiting };
    let program: StepProgram;
    try {
      program = await StepProgram.build(ports, this.slots, this.options.threads);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = error instanceof Error && error.name === "NotLowerable" ? `no lowering for ${message}` : message;
      this.settle(key, reason);
      return this.runEager(phase, inputs, numbers, reason);
    }
    const trained = this.slots.trained.length;
    this.entries.set(key, { kind: "program", program, recorded: fingerprint(ports), runs: 1, trained });
    return this.runProgram(program, inputs, numbers);
  }

  /** The second step of a shape, and some later ones: recorded too. Where one does something else, its result stands, and no graph is used. */
  private async verify(
    phase: Phase,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
    key: string,
    { program, recorded }: { readonly program: StepProgram; readonly recorded: Fingerprint },
  ): Promise<StepResult | undefined> {
    let reason: string | undefined;
    const { result } = this.recordStep(phase, inputs, numbers, ({ ports }) => {
      const { obstacle } = ports.step.recording;
      reason = obstacle ?? (isSameProgram(recorded, fingerprint(ports)) ? undefined : changing);
      return reason === undefined || this.options.mode === "compiled";
    });
    if (reason === undefined) return undefined;
    this.entries.delete(key);
    await program.dispose();
    this.settle(key, reason);
    return { ...result, mode: "eager", reason };
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

  /** Runs a step in tfjs and records it; the variables get their values back where `undo` says so, and when it or its loss fails. */
  private recordStep(
    phase: Phase,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
    undo: (recorded: Recorded) => boolean,
  ): Recorded {
    const snapshot = new Snapshot();
    let [done, holds] = [false, true];
    try {
      const made = this.eagerly(phase, inputs, numbers, (context) => {
        const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables);
        separateVariables(registered());
        snapshot.keep(registered());
        const references = (): Map<tf.Variable, TensorReference> =>
          new Map(registered().map((variable) => [variable, referenceTo(variable)]));
        const before = references();
        const step = runRecorded(context, before, () => snapshot.keep(this.slots.all));
        const after = references();
        const ports: RecordedPorts = {
          step,
          inputs: context.inputs.map(referenceTo),
          scalars: new Map(Object.entries(context.scalars).map(([name, tensor]) => [name, referenceTo(tensor)])),
          before,
          after,
        };
        const recorded = {
          result: readValues(step.result),
          ports,
          stable: [...after.keys()].every((variable) => before.has(variable)),
        };
        try {
          done = !undo(recorded) && Number.isFinite(recorded.result.loss);
        } finally {
          disposeResult(step.result);
          holds = settleExpectations(step.recording.expectations);
        }
        return recorded;
      });
      if (!holds) throw this.explain(inputs, numbers);
      return made;
    } finally {
      if (!done || !holds) snapshot.restore();
      snapshot.dispose();
    }
  }

  /** Runs `body` with the step's inputs and scalars as tensors, and Math.random seeded. */
  private eagerly<T>(
    phase: Phase,
    inputs: readonly StepInput[],
    numbers: Readonly<Record<string, number>>,
    body: (context: StepContext) => T,
  ): T {
    const made: tf.Tensor[] = [];
    const keep = <U extends tf.Tensor>(tensor: U): U => {
      made.push(tensor);
      return tensor;
    };
    const mathRandom = Math.random;
    try {
      const tensors = inputs.map((input) =>
        input instanceof tf.Tensor ? input : keep(tf.tensor(input.data, [...input.shape], input.dtype)),
      );
      const scalars: Record<string, tf.Tensor> = {};
      for (const [name, value] of Object.entries(numbers)) scalars[name] = keep(tf.scalar(value, "float32"));
      if (this.options.seed !== undefined) Math.random = seededRandom(this.seed, this.batches + 1);
      return body({
        phase,
        loss: this.loss,
        slots: this.slots,
        inputs: tensors,
        scalars: scalars as OptimizerScalars,
        variables: this.options.variables,
        random: new StepRandom(this.seed, this.batches + 1),
      });
    } finally {
      Math.random = mathRandom;
      for (const tensor of made) tensor.dispose();
    }
  }

  /** The numbers that a step takes besides its batch. */
  private numbers(samples: number): Record<string, number> {
    const numbers = { ...this.scalars, step: this.steps + 1 };
    if (this.batchesPerUpdate === 1) return numbers;
    return {
      ...numbers,
      [collecting.carry]: this.collected.batches === 0 ? 0 : 1,
      [collecting.weight]: samples,
      [collecting.total]: this.collected.samples,
    };
  }

  sync(): void {
    for (const variable of Object.values(tf.engine().registeredVariables)) MirroredVariable.sync(variable);
  }

  status(): StepStatus {
    const graphs = this.entries.graphs.filter((key) => !key.startsWith("apply")).length;
    return { ...this.last, steps: this.steps, batches: this.batches, graphs };
  }

  describe(): string {
    const { mode, reason, steps, graphs } = this.status();
    const engine = mode === "compiled" ? `compiled, ${graphs} shape${graphs === 1 ? "" : "s"}` : `eager (${reason})`;
    return `training step: ${this.options.optimizer.name}, ${steps} updates, ${engine}`;
  }

  state(): StepState | undefined {
    if (!this.slots.ready) return undefined;
    const { steps, batches, collected } = this;
    const isCollecting = collected.batches > 0;
    const slots: Record<string, { shape: number[]; values: Numbers }[]> = {};
    for (const [name, variables] of Object.entries({
      ...this.slots.state,
      ...(isCollecting ? { [gradientSum]: this.slots.sums } : {}),
    }))
      slots[name] = variables.map((variable) => ({
        shape: [...variable.shape],
        values: variable.dataSync<"float32" | "int32" | "bool">().slice(),
      }));
    return { steps, ...(batches === steps ? {} : { batches }), ...(isCollecting ? { collected } : {}), slots };
  }

  restore(state: StepState, variables: readonly tf.Variable[] | undefined = this.options.variables): void {
    if (!this.slots.ready) {
      if (variables === undefined)
        throw new Error("invalid variables; expected what is trained, since no step has run yet: none");
      this.slots.prepare(variables);
    }
    const collected = this.batchesPerUpdate > 1 ? state.collected : undefined;
    const own = { ...this.slots.state, ...(collected ? { [gradientSum]: this.slots.sums } : {}) };
    for (const [name, mine] of Object.entries(own)) {
      const given = state.slots[name];
      if (given === undefined || given.length !== mine.length)
        throw new Error(`invalid state; expected ${mine.length} tensors in slot ${name}: ${given?.length ?? "none"}`);
      for (const [i, variable] of mine.entries()) {
        const shape = given[i]?.shape ?? [];
        if (shape.join() !== variable.shape.join())
          throw new Error(
            `invalid state; expected shape [${variable.shape.join()}] in slot ${name}: [${shape.join()}]`,
          );
      }
    }
    for (const [name, mine] of Object.entries(own))
      for (const [i, variable] of mine.entries()) {
        const { shape, values } = state.slots[name]?.[i] ?? { shape: [], values: new Float32Array() };
        tf.tidy(() => variable.assign(tf.tensor(values, [...shape], variable.dtype)));
      }
    this.steps = state.steps;
    this.batches = state.batches ?? state.steps;
    this.collected = collected ? { ...collected } : { batches: 0, samples: 0 };
  }

  async dispose(): Promise<void> {
    await this.queue;
    await this.entries.clear();
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
  disposeResult(result);
  return values;
}
