// A training step as it runs in tfjs: for its result, or to be recorded. What must leave no trace (a recording, a step that failed) is undone.
// Used by stepper.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../invalid.js";
import type { OptimizerScalars } from "../optimizer.js";
import type { StepResult } from "./compile.js";
import { withRandom } from "./eager-random.js";
import {
  disposeResult,
  type EagerResult,
  type Loss,
  type Phase,
  runEagerly,
  runRecorded,
  type StepContext,
} from "./eager-step.js";
import { watchNewVariables } from "./new-variables.js";
import type { OptimizerSlots } from "./optimizer-slots.js";
import { StepRandom, seededRandom } from "./random-source.js";
import { referenceTo, settleExpectations, type TensorReference } from "./recording.js";
import { separateVariables } from "./separate-variables.js";
import { Snapshot } from "./snapshot.js";
import type { StepInput } from "./step-input.js";
import type { StepOutput } from "./step-output.js";
import type { RecordedPorts } from "./step-program.js";

/** One run of a step: what for, on what. */
export interface StepRequest {
  readonly phase: Phase;
  readonly inputs: readonly StepInput[];
  /** What a step takes besides its batch: the learning rate, the optimizer's numbers, the step's own. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Which batch it is, from 1: its random numbers depend on it. */
  readonly batch: number;
}

type Values = Pick<StepResult, "loss" | "outputs">;

export interface Recorded {
  readonly result: Values;
  readonly ports: RecordedPorts;
  /** False for a model that made its weights in this step. */
  readonly stable: boolean;
}

export interface TfjsStepOptions {
  /** The optimizer's moments, which the compiled step shares. */
  readonly slots: OptimizerSlots;
  /** What is trained; undefined: every trainable variable that the loss depends on. */
  readonly variables: readonly tf.Variable[] | undefined;
  /** Where the draws of dropout and the like begin; a whole number. */
  readonly seed: number;
  /** Whether Math.random draws from the seed too. */
  readonly seedsMathRandom: boolean;
}

const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables);

export class TfjsStep {
  constructor(
    private readonly loss: Loss,
    private readonly options: TfjsStepOptions,
  ) {}

  /** Runs the step; where it fails, or its loss is not finite, the variables stay as they were. */
  run(request: StepRequest): Values {
    const snapshot = new Snapshot();
    let done = false;
    try {
      snapshot.keep(registered());
      const result = this.within(request, (context) => readResult(runEagerly(context)));
      done = Number.isFinite(result.loss);
      return result;
    } finally {
      // Batch norm's averages change with the forward pass already.
      if (!done) snapshot.restore();
      snapshot.dispose();
    }
  }

  /** Runs the step and records it; the variables get their values back where `undo` says so, and when it or its loss fails. */
  record(request: StepRequest, undo: (recorded: Recorded) => boolean): Recorded {
    const { slots } = this.options;
    const snapshot = new Snapshot();
    let [done, holds] = [false, true];
    try {
      const made = this.within(request, (context) => {
        separateVariables(registered());
        snapshot.keep(registered());
        const references = (): Map<tf.Variable, TensorReference> =>
          new Map(registered().map((variable) => [variable, referenceTo(variable)]));
        const before = references();
        const step = runRecorded(context, before, () => snapshot.keep(slots.all));
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
      if (!holds) throw this.explain(request);
      return made;
    } finally {
      if (!done || !holds) snapshot.restore();
      snapshot.dispose();
    }
  }

  /** Calls the loss once for nothing, so that a model which makes its weights in its first call has them when gradients are taken. */
  makeWeights(request: StepRequest): void {
    this.withoutTrace(request, ({ loss, inputs, random }, snapshot) => {
      const keep = (variable: tf.Variable): void => snapshot.keep([variable]);
      withRandom(random, () => tf.tidy(() => void watchNewVariables(keep, () => loss(...inputs))));
    });
  }

  /** What the loss itself says of inputs that it does not take, when it may look at their values. */
  explain(request: StepRequest): unknown {
    try {
      this.withoutTrace(request, ({ loss, inputs }) => tf.tidy(() => void loss(...inputs)));
      return invalid("inputs", "values that the loss takes", "others");
    } catch (error) {
      return error;
    }
  }

  /** Gives the variables their values back afterwards: batch norm's averages move with the forward pass. */
  private withoutTrace(request: StepRequest, body: (context: StepContext, snapshot: Snapshot) => void): void {
    const snapshot = new Snapshot();
    try {
      snapshot.keep(registered());
      this.within(request, (context) => body(context, snapshot));
    } finally {
      snapshot.restore();
      snapshot.dispose();
    }
  }

  /** Runs `body` with the step's inputs and scalars as tensors, and Math.random seeded. */
  private within<T>({ phase, inputs, numbers, batch }: StepRequest, body: (context: StepContext) => T): T {
    const { slots, variables, seed, seedsMathRandom } = this.options;
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
      if (seedsMathRandom) Math.random = seededRandom(seed, batch);
      return body({
        phase,
        loss: this.loss,
        slots,
        inputs: tensors,
        scalars: scalars as OptimizerScalars,
        variables,
        random: new StepRandom(seed, batch),
      });
    } finally {
      Math.random = mathRandom;
      for (const tensor of made) tensor.dispose();
    }
  }
}

function readValues({ loss, outputs }: EagerResult): Values {
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

function readResult(result: EagerResult): Values {
  const values = readValues(result);
  disposeResult(result);
  return values;
}
