// Makes a fast function out of a model's forward pass: recorded once a shape and run by onnxruntime from then on. Called by training
// (evaluate, predict, fit's validation) and serve.
import * as tf from "@tensorflow/tfjs";
import { checkChoice, checkOptions, checkWhole, invalid } from "../invalid.js";
import { type Draft, type InferenceGraph, recordPrediction, runEagerly } from "./inference-graph.js";
import { crowded, ShapeCache } from "./shape-cache.js";
import { checkInput, MOST_THREADS, type StepInput, type StepMode } from "./step-input.js";
import type { StepOutput } from "./step-output.js";

/** From a batch's tensors to predictions; it trains nothing and draws nothing at random. */
export type Prediction = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

export interface InferenceOptions {
  /** "compiled" throws where the function can't be compiled, "eager" never compiles; default "auto". */
  readonly mode?: "auto" | StepMode;
  /** Threads at most; default: as many as the machine offers. What is too small to share uses one. */
  readonly threads?: number;
  /**
   * "constants", the default: the graph holds the weights, which onnxruntime rearranges; when they change, it is made anew at the next
   * call. "inputs": it reads them at every call, which is slower for a call and faster where weights change all the time.
   */
  readonly weights?: "constants" | "inputs";
  /**
   * When a shape's graph is made: at its "first" call, the default, or at its "second": for shapes that may come only once (a last
   * batch), whose only call is then answered by tfjs, as a graph costs more than it brings there.
   */
  readonly compileAt?: "first" | "second";
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
  /** Frees the graphs. */
  dispose(): Promise<void>;
}

type Opened =
  | { readonly kind: "graph"; readonly graph: InferenceGraph }
  | { readonly kind: "eager"; readonly reason: string };

type Entry = Opened | { readonly kind: "draft"; readonly draft: Draft };

const waiting = "the first call of a shape is recorded";

/**
 * Compiles a function from tensors to tensors. Weights may change between calls: each call uses those of its time.
 *
 * @throws (from a call) when an input has a wrong dtype or size, what the function throws, or with mode "compiled" when the function can't
 *   be compiled.
 */
export function compileInference(predict: Prediction, options: InferenceOptions = {}): CompiledInference {
  if (typeof predict !== "function") throw invalid("predict", "a function from tensors to tensors", predict);
  checkOptions("options", options, ["mode", "threads", "compileAt", "weights"]);
  const { compileAt = "first", weights = "constants" } = options;
  checkChoice("mode", options.mode ?? "auto", ["auto", "compiled", "eager"]);
  checkChoice("compileAt", compileAt, ["first", "second"]);
  checkChoice("weights", weights, ["constants", "inputs"]);
  if (options.threads !== undefined) checkWhole("threads", options.threads, 1, MOST_THREADS);
  const entries = new ShapeCache<Entry>(
    ({ kind }) => kind !== "eager",
    async (entry) => {
      if (entry.kind === "graph") await entry.graph.dispose();
    },
  );
  let queue: Promise<unknown> = Promise.resolve();

  const run = async (inputs: readonly StepInput[]): Promise<InferenceResult> => {
    for (const [i, input] of inputs.entries()) checkInput(input, i);
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    let entry = entries.use(key);
    if (entry?.kind === "graph" && !entry.graph.isCurrent) {
      entries.delete(key);
      await entry.graph.dispose();
      entry = undefined;
    }
    if (entry === undefined || (entry.kind === "draft" && !entry.draft.isCurrent)) {
      const isFirst = entry === undefined;
      if (isFirst && options.mode !== "eager" && !(await entries.makeRoom(key, options.mode === "compiled")))
        return { outputs: runEagerly(predict, inputs), mode: "eager", reason: crowded };
      const refusal = refuse(options);
      if (refusal !== undefined) entry = { kind: "eager", reason: refusal };
      else {
        const { answer, draft } = await recordPrediction(predict, inputs, weights).catch(noRuntime);
        entry = typeof draft === "string" ? { kind: "eager", reason: draft } : { kind: "draft", draft };
        entries.set(key, entry);
        if (answer !== undefined && entry.kind === "draft" && isFirst && compileAt === "second")
          return { outputs: answer, mode: "eager", reason: waiting };
        if (answer !== undefined && entry.kind === "eager" && options.mode !== "compiled")
          return { outputs: answer, mode: "eager", reason: entry.reason };
      }
    }
    const opened: Opened = entry.kind === "draft" ? await open(entry.draft, options.threads) : entry;
    entries.set(key, opened);
    if (opened.kind === "graph") return { outputs: await opened.graph.run(inputs), mode: "compiled" };
    if (options.mode === "compiled")
      throw new Error(`invalid function; expected one that can be compiled: ${opened.reason}`);
    return { outputs: runEagerly(predict, inputs), mode: "eager", reason: opened.reason };
  };

  const call = (...inputs: StepInput[]): Promise<InferenceResult> => {
    const result = queue.then(() => run(inputs));
    queue = result.catch(() => undefined);
    return result;
  };
  const dispose = async (): Promise<void> => {
    await queue;
    await entries.clear();
  };
  return Object.assign(call, { dispose });
}

function open(draft: Draft, threads: number | undefined): Promise<Opened> {
  return draft.build(threads).then(
    (graph) => ({ kind: "graph", graph }),
    // onnxruntime doesn't take the graph: its message says why.
    (error: Error) => ({ kind: "eager", reason: error.message }),
  );
}

function refuse({ mode }: InferenceOptions): string | undefined {
  if (mode === "eager") return "asked for";
  const backend: { isUsingGpuDevice?: boolean } = tf.backend() as tf.KernelBackend & { isUsingGpuDevice?: boolean };
  return mode !== "compiled" && backend.isUsingGpuDevice === true ? "the backend runs on a GPU" : undefined;
}

/** Without onnxruntime everything runs eagerly; what the function itself throws goes on to the caller. */
function noRuntime(error: Error): { answer: undefined; draft: string } {
  if (error.message.startsWith("onnxruntime-node could not be loaded"))
    return { answer: undefined, draft: error.message };
  throw error;
}
