// `ml.compile`: makes a training step out of a loss and an optimizer. The first step of each input shape is recorded as it runs in tfjs; what
// it does becomes one ONNX graph (forward, backward, update), which runs all steps. The second one and few later ones are recorded too, to see
// that they do the same. Called by training/fit and users.
import type * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../optimizer.js";
import { checkCompile } from "./check-compile.js";
import type { Loss } from "./eager-step.js";
import type { Numbers } from "./recording.js";
import type { StepInput, StepMode } from "./step-input.js";
import type { StepOutput } from "./step-output.js";
import { Stepper } from "./stepper.js";

export type { Loss, LossValue } from "./eager-step.js";
export type { RawInput, StepInput, StepMode } from "./step-input.js";
export type { StepOutput } from "./step-output.js";

export interface CompileOptions {
  /** One of `ml.optimizers`. */
  readonly optimizer: Optimizer;
  /** What is trained; default: every trainable variable that the loss depends on. */
  readonly variables?: readonly tf.Variable[];
  /** Makes dropout and other random draws repeatable; default: another run, other draws. */
  readonly seed?: number;
  /** "compiled" throws where a step can't be compiled, "eager" never compiles; default "auto": compiled where possible. */
  readonly mode?: "auto" | StepMode;
  /** Threads of the compiled step at most; default: as many as the machine offers. A step too small to share uses one. */
  readonly threads?: number;
  /**
   * How many batches make one update, as Lightning's `accumulate_grad_batches`; a whole number, 1 by default. The update uses the mean of
   * their gradients, each batch counted by its samples (the first input's first axis): for a loss that is a mean over samples, and without
   * batch norm, n batches of b equal one of n·b. `flush` ends a group that is not full.
   */
  readonly accumulateGradBatches?: number;
}

export interface StepResult {
  /** The loss before the update. Where it is not finite, no update is made: the weights and the optimizer's state stay as they were. */
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
  /** Batches so far: as many as updates, unless gradients are accumulated. */
  readonly batches: number;
  /** Shapes that are compiled. */
  readonly graphs: number;
}

/** The optimizer's side of a checkpoint: plain numbers, in tfjs's axis order. */
export interface StepState {
  /** Updates so far. */
  readonly steps: number;
  /** Batches so far, where they are not as many. */
  readonly batches?: number;
  /** What has been collected for the next update; its sums of gradients are slot "gradientSum". */
  readonly collected?: { readonly batches: number; readonly samples: number } | undefined;
  readonly slots: Readonly<Record<string, readonly { readonly shape: readonly number[]; readonly values: Numbers }[]>>;
}

export interface CompiledStep {
  /** One update. Inputs are the loss's arguments; a promise, since onnxruntime's session may have to be made. */
  (...inputs: StepInput[]): Promise<StepResult>;
  /** The numbers that the next step uses: learningRate and the optimizer's hyperparameters. A schedule writes them. */
  readonly scalars: { learningRate: number } & Record<string, number>;
  status(): StepStatus;
  /** With `accumulateGradBatches`: makes the update with the batches collected so far, if there are any. */
  flush(): Promise<void>;
  /** Brings the weights into the tf variables now. (Looking at a variable does it too.) */
  sync(): void;
  /** The optimizer's state after the last step, or undefined before the first. */
  state(): StepState | undefined;
  /** What draws its random numbers: the seed that was given, or the one that was made up. */
  readonly seed: number;
  /** Goes on from a state that `state()` gave. `variables`: what is trained, when no step has run yet. */
  restore(state: StepState, variables?: readonly tf.Variable[]): void;
  /** Brings the weights back and frees the graphs and the optimizer's state. */
  dispose(): Promise<void>;
}

/**
 * Makes a step that computes a loss, its gradients and the optimizer's update. Eight shapes of inputs have their graph at a time; where more
 * take turns, the others run eagerly, and a shape that is not used any more makes room.
 *
 * @param loss from a batch's tensors to a scalar, or to `{ loss, …more tensors }`. Any tfjs ops; tensors it closes over are constants.
 * @throws when an option is wrong; (from a step) when an input has a dtype that can't be, when the loss is no scalar, or with mode "compiled" when the step
 *   can't be compiled; the state stays as after the last step that succeeded.
 */
export function compile(loss: Loss, options: CompileOptions): CompiledStep {
  checkCompile(loss, options);
  const stepper = new Stepper(loss, options);
  const step = (...inputs: StepInput[]): Promise<StepResult> => stepper.enqueue(inputs);
  return Object.assign(step, {
    scalars: stepper.scalars,
    seed: stepper.seed,
    flush: () => stepper.flush(),
    status: () => stepper.status(),
    sync: () => stepper.sync(),
    state: () => stepper.state(),
    restore: (state: StepState, variables?: readonly tf.Variable[]) => stepper.restore(state, variables),
    dispose: () => stepper.dispose(),
    [Symbol.for("Jupyter.display")]: () => ({ "text/plain": stepper.describe() }),
  });
}
