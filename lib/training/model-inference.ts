// A model's answers to batches of any size, compiled where it can be. Used by evaluate, predict and fit's validation.
import type * as tf from "@tensorflow/tfjs";
import { type CompiledInference, compileInference } from "../engine/jit/compile-inference.js";
import type { StepInput, StepMode } from "../engine/jit/step-input.js";
import type { StepOutput } from "../engine/jit/step-output.js";
import { forward } from "./forward.js";

export type InferenceMode = "auto" | StepMode;

export class ModelInference {
  private readonly predict: CompiledInference;

  /** @param weights "constants" for one pass over the data, "inputs" where the model is trained between passes */
  constructor(
    readonly model: tf.LayersModel,
    mode: InferenceMode,
    weights: "constants" | "inputs",
  ) {
    if (mode !== "auto" && mode !== "compiled" && mode !== "eager")
      throw new Error(`invalid mode; expected "auto", "compiled" or "eager": ${JSON.stringify(mode)}`);
    // Where the model is trained between passes, all batches are computed in one way, so that a resumed run sees the same numbers;
    // else a shape that comes once (a last batch) is not worth a graph.
    const compileAt = mode === "compiled" || weights === "inputs" ? "first" : "second";
    const predict = (xs: tf.Tensor | undefined) => {
      const { outputs, scores } = forward(model, xs as tf.Tensor);
      return scores === outputs ? outputs : [outputs, scores];
    };
    this.predict = compileInference(predict, { mode, weights, compileAt });
  }

  /** The outputs [batch, …] of one batch, and the scores behind them: the same where the model ends in scores. */
  async run(xs: StepInput): Promise<{ readonly outputs: StepOutput; readonly scores: StepOutput }> {
    const [outputs, scores = outputs] = (await this.predict(xs)).outputs;
    if (outputs === undefined || scores === undefined) throw new Error("invalid model; expected one output: none");
    return { outputs, scores };
  }

  dispose(): Promise<void> {
    return this.predict.dispose();
  }
}
