// A model that ends in softmax or sigmoid, as Keras's do, has scores too: what goes into that activation. Losses of classes work on scores,
// and probabilities are made of them once. Called by training and by plots that look inside a model.
import * as tf from "@tensorflow/tfjs";

/** What the last layer of a model makes of its scores. */
export type LastActivation = "softmax" | "sigmoid";

export interface Answers {
  /** What the model itself answers. */
  readonly outputs: tf.Tensor;
  /** The scores before its last softmax or sigmoid; the outputs where it has none. */
  readonly scores: tf.Tensor;
}

type Layer = tf.layers.Layer;

interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
  getClassName(): string;
}

/** What tfjs keeps of a model's graph: https://github.com/tensorflow/tfjs, engine/container.ts. */
interface Container {
  readonly layers: readonly Layer[];
  readonly outputs: readonly tf.SymbolicTensor[];
  readonly nodesByDepth?: Readonly<Record<string, readonly { readonly outboundLayer: Layer }[]>>;
}

interface Ending {
  readonly name: LastActivation;
  /** Whether the layer runs once in the model: only then it can be left out at the model's end. */
  readonly once: boolean;
  readonly apply: (scores: tf.Tensor) => tf.Tensor;
  /** Runs with the activation left out. */
  readonly without: <T>(run: () => T) => T;
}

/** What tfjs makes of "linear": it has no class of its own to be made. */
const { activation: linear } = tf.layers.activation({ activation: "linear" }) as unknown as { activation: Activation };

/** Which of the two a model with one output ends in, if in one of them. */
export function lastActivation(model: tf.LayersModel): LastActivation | undefined {
  return endingOf(model)?.name;
}

/** Runs with the model's last softmax or sigmoid left out, so that it answers with scores. */
export function withScores<T>(model: tf.LayersModel, run: () => T): T {
  const ending = endingOf(model);
  return ending === undefined ? run() : ending.without(run);
}

/**
 * The outputs and the scores of one call.
 *
 * @param apply calls the model
 */
export function answersOf(model: tf.LayersModel, apply: () => tf.Tensor): Answers {
  const ending = endingOf(model);
  if (ending?.once) {
    const scores = ending.without(apply);
    return { outputs: ending.apply(scores), scores };
  }
  const outputs = apply();
  if (ending === undefined) return { outputs, scores: outputs };
  // The layer has a say inside the model too: scores are what would give these probabilities.
  const log = (x: tf.Tensor): tf.Tensor => tf.log(tf.maximum(x, tf.scalar(1e-38)));
  const scores = ending.name === "softmax" ? log(outputs) : tf.sub(log(outputs), log(tf.sub(tf.scalar(1), outputs)));
  return { outputs, scores };
}

function endingOf(model: tf.LayersModel): Ending | undefined {
  const last = lastLayer(model as unknown as Container);
  if (last === undefined) return undefined;
  const { layer, once } = last;
  if (layer.getClassName() === "Softmax") return softmaxLayer(layer, once);
  const holder = layer as unknown as { activation?: Activation; cell?: unknown };
  const { activation } = holder;
  const name = activation?.getClassName?.();
  // In a recurrent layer an activation has another place.
  if (activation === undefined || holder.cell !== undefined || (name !== "softmax" && name !== "sigmoid"))
    return undefined;
  return {
    name,
    once,
    apply: (scores) => activation.apply(scores),
    without: (run) => {
      holder.activation = linear;
      try {
        return run();
      } finally {
        holder.activation = activation;
      }
    },
  };
}

function softmaxLayer(layer: Layer, once: boolean): Ending | undefined {
  const { axis = -1 } = layer as unknown as { axis?: number };
  const rank = (layer.outputShape as readonly unknown[]).length;
  if (axis !== -1 && axis !== rank - 1) return undefined;
  return {
    name: "softmax",
    once,
    apply: (scores) => tf.softmax(scores),
    without: (run) => {
      const own = Object.getOwnPropertyDescriptor(layer, "call");
      layer.call = (inputs) => (Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs);
      try {
        return run();
      } finally {
        if (own) Object.defineProperty(layer, "call", own);
        else Reflect.deleteProperty(layer, "call");
      }
    },
  };
}

/** The layer that gives the model's output, also of a model that is a layer. */
function lastLayer(model: Container): { readonly layer: Layer; readonly once: boolean } | undefined {
  const layer = model.outputs?.[0]?.sourceLayer;
  if (layer === undefined) return undefined;
  const nodes = Object.values(model.nodesByDepth ?? {}).flat();
  const runs = nodes.length > 0 ? nodes.map(({ outboundLayer }) => outboundLayer) : model.layers;
  const once = runs.filter((other) => other === layer).length === 1;
  const inner = layer as unknown as Partial<Container>;
  if (!Array.isArray(inner.layers)) return { layer, once };
  const last = lastLayer(layer as unknown as Container);
  return last && { layer: last.layer, once: once && last.once };
}
