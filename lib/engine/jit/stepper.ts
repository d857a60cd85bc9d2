// The life of one compiled step: which shapes are recorded, compiled or eager, in which order steps run. What a step does in tfjs is in
// tfjs-step.ts, as a graph in step-program.ts, how far it has come in step-counts.ts. Made by compile.ts.
import * as tf from "@tensorflow/tfjs";
import type { CompileOptions, StepResult, StepState, StepStatus } from "./compile.js";
import type { Loss, Phase } from "./eager-step.js";
import { MirroredVariable } from "./mirrored-variable.js";
import { loadRuntime } from "./onnxruntime.js";
import { OptimizerSlots } from "./optimizer-slots.js";
import { crowded, ShapeCache } from "./shape-cache.js";
import { StepCounts } from "./step-counts.js";
import { checkInput, type StepInput, type StepMode } from "./step-input.js";
import { type Fingerprint, fingerprint, isSameProgram, StepProgram } from "./step-program.js";
import { type StepRequest, TfjsStep } from "./tfjs-step.js";

interface Compiled {
  readonly kind: "program";
  readonly program: StepProgram;
  /** What the first step did: some later ones must be found to do the same. */
  readonly recorded: Fingerprint;
  /** How often it was run, the recorded first step included. */
  runs: number;
  /** How many variables had been trained by then: gradients are summed for all of them. */
  readonly trained: number;
}

type Entry = Compiled | { readonly kind: "eager"; readonly reason: string };

const waiting = "the model makes its weights at the first step";
const changing =
  "two steps with inputs of the same shapes did not do the same: a number made in JavaScript changes from call to call; make it an input of the loss or a tf.Variable";

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
  private readonly counts: StepCounts;
  private readonly tfjs: TfjsStep;
  private readonly entries = new ShapeCache<Entry>(
    ({ kind }) => kind === "program",
    async (entry) => {
      if (entry.kind === "program") await entry.program.dispose();
    },
  );
  private last: { mode: StepMode; reason?: string } = { mode: "eager", reason: "no step has run yet" };
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    loss: Loss,
    private readonly options: CompileOptions,
  ) {
    const { optimizer, variables, seed, accumulateGradBatches = 1 } = options;
    this.counts = new StepCounts(accumulateGradBatches);
    this.slots = new OptimizerSlots(optimizer, accumulateGradBatches > 1);
    this.scalars = { ...optimizer.hyperparameters, learningRate: optimizer.learningRate };
    this.seed = seed ?? Math.floor(Math.random() * 2 ** 32);
    this.tfjs = new TfjsStep(loss, {
      slots: this.slots,
      variables,
      seed: this.seed,
      seedsMathRandom: seed !== undefined,
    });
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
    if (this.counts.batchesPerUpdate === 1) {
      const result = this.remember(await this.run("update", inputs, 1));
      if (Number.isFinite(result.loss)) this.counts.countUpdate();
      return result;
    }
    const samples = inputs[0]?.shape[0] ?? 1;
    const result = this.remember(await this.run("collect", inputs, samples));
    if (!Number.isFinite(result.loss)) return result;
    this.counts.countBatch(samples);
    if (this.counts.isFull) await this.apply();
    return result;
  }

  private remember(result: StepResult): StepResult {
    this.last = result.reason === undefined ? { mode: result.mode } : { mode: result.mode, reason: result.reason };
    return result;
  }

  private async apply(): Promise<void> {
    if (!this.counts.isCollecting) return;
    await this.run("apply", [], 0);
    this.counts.countApplied();
  }

  private async run(phase: Phase, inputs: readonly StepInput[], samples: number): Promise<StepResult> {
    const key = `${phase} ${inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join()}`;
    const numbers = { ...this.scalars, ...this.counts.numbers(samples) };
    const request: StepRequest = { phase, inputs, numbers, batch: this.counts.batches + 1 };
    const entry = this.entries.use(key);
    if (entry?.kind === "program" && !this.isCurrent(entry)) {
      this.entries.delete(key);
      await entry.program.dispose();
    } else if (entry?.kind === "eager") return this.runEager(request, entry.reason);
    else if (entry?.kind === "program") {
      entry.runs++;
      const other = isChecked(entry.runs) ? await this.verify(request, key, entry) : undefined;
      return other ?? this.runProgram(entry.program, request);
    }
    if (!(await this.entries.makeRoom(key, this.options.mode === "compiled"))) return this.runEager(request, crowded);
    if (phase !== "apply" && this.options.variables === undefined) this.tfjs.makeWeights(request);
    return this.runFirst(request, key);
  }

  private isCurrent({ program, trained }: Compiled): boolean {
    return program.isCurrent && (this.counts.batchesPerUpdate === 1 || trained === this.slots.trained.length);
  }

  private async runProgram(program: StepProgram, request: StepRequest): Promise<StepResult> {
    const { loss, outputs, holds } = await program.run(request.inputs, request.numbers, this.seed, request.batch);
    if (!holds) throw this.tfjs.explain(request);
    return { loss, outputs, mode: "compiled" };
  }

  private runEager(request: StepRequest, reason: string): StepResult {
    return { ...this.tfjs.run(request), mode: "eager", reason };
  }

  /**
   * The first step of a shape: recorded as it runs in tfjs, undone, compiled, and run again by the graph. So that a run which starts here
   * computes the same as one which came from far, to the last bit.
   */
  private async runFirst(request: StepRequest, key: string): Promise<StepResult> {
    const refusal = await this.refusal();
    if (refusal !== undefined) {
      this.settle(key, refusal);
      return this.runEager(request, refusal);
    }
    const { result, ports, stable } = this.tfjs.record(request, ({ ports: found, stable: isStable }) => {
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
      return this.runEager(request, reason);
    }
    const trained = this.slots.trained.length;
    this.entries.set(key, { kind: "program", program, recorded: fingerprint(ports), runs: 1, trained });
    return this.runProgram(program, request);
  }

  /** The second step of a shape, and some later ones: recorded too. Where one does something else, its result stands, and no graph is used. */
  private async verify(
    request: StepRequest,
    key: string,
    { program, recorded }: Compiled,
  ): Promise<StepResult | undefined> {
    let reason: string | undefined;
    const { result } = this.tfjs.record(request, ({ ports }) => {
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

  sync(): void {
    for (const variable of Object.values(tf.engine().registeredVariables)) MirroredVariable.sync(variable);
  }

  status(): StepStatus {
    const graphs = this.entries.graphs.filter((key) => !key.startsWith("apply")).length;
    const { steps, batches } = this.counts;
    return { ...this.last, steps, batches, graphs };
  }

  describe(): string {
    const { mode, reason, steps, graphs } = this.status();
    const engine = mode === "compiled" ? `compiled, ${graphs} shape${graphs === 1 ? "" : "s"}` : `eager (${reason})`;
    return `training step: ${this.options.optimizer.name}, ${steps} updates, ${engine}`;
  }

  state(): StepState | undefined {
    return this.slots.ready ? this.counts.save(this.slots) : undefined;
  }

  restore(state: StepState, variables: readonly tf.Variable[] | undefined = this.options.variables): void {
    if (!this.slots.ready) {
      if (variables === undefined)
        throw new Error("invalid variables; expected what is trained, since no step has run yet: none");
      this.slots.prepare(variables);
    }
    this.counts.restore(this.slots, state);
  }

  async dispose(): Promise<void> {
    await this.queue;
    await this.entries.clear();
    this.slots.dispose();
  }
}
