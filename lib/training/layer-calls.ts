// The layers of a model in the order in which they run, each with the shapes that go in and come out. Read by summary() and
// multiplyAdds(); tfjs itself knows only the shapes that a model was built with.
import type * as tf from "@tensorflow/tfjs";

export type Layer = tf.layers.Layer;
/** Batch first; null where a size is known only at run time. */
export type Shape = readonly (number | null)[];

/** One call of a layer: a layer that is used twice has two. */
export interface LayerCall {
  readonly layer: Layer;
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
  /** The layers whose outputs come in. */
  readonly from: readonly Layer[];
}

/** What tfjs keeps of a functional model's graph: https://github.com/tensorflow/tfjs, engine/container.ts. */
interface Container {
  readonly layers: readonly Layer[];
  readonly inputs: readonly tf.SymbolicTensor[];
  readonly outputs: readonly tf.SymbolicTensor[];
  readonly nodesByDepth?: Readonly<Record<string, readonly Node[]>>;
}

interface Node {
  readonly outboundLayer: Layer;
  readonly inboundLayers: readonly Layer[];
  readonly inputTensors: readonly tf.SymbolicTensor[];
  readonly outputTensors: readonly tf.SymbolicTensor[];
}

/** Whether a layer is a model: functional or sequential. */
export function isContainer(layer: Layer): boolean {
  return Array.isArray((layer as unknown as { layers?: unknown }).layers);
}

/** Whether this is a model of TensorFlow.js, also one of another copy of the package. */
export function isModel(value: unknown): value is tf.LayersModel {
  return typeof value === "object" && value !== null && "getClassName" in value && isContainer(value as Layer);
}

/** Whether its layers run one after the other. */
function isSequential(layer: Layer): boolean {
  return layer.getClassName() === "Sequential";
}

/** The shapes of a model's inputs, or undefined for a sequential model that does not know its own yet. */
export function inputShapesOf(model: Layer): readonly Shape[] | undefined {
  const inputs = (model as unknown as Container).inputs ?? [];
  return inputs.length ? inputs.map(({ shape }) => shape) : undefined;
}

/** @param inputShapes one an input of the model */
export function layerCalls(model: Layer, inputShapes: readonly Shape[]): LayerCall[] {
  const container = model as unknown as Container;
  return isSequential(model) ? chain(container.layers, inputShapes) : graph(container, inputShapes);
}

function chain(layers: readonly Layer[], inputShapes: readonly Shape[]): LayerCall[] {
  let shapes = inputShapes;
  let from: readonly Layer[] = [];
  return layers.map((layer) => {
    const call = { layer, inputShapes: shapes, outputShapes: outputShapesOf(layer, shapes), from };
    shapes = call.outputShapes;
    from = [layer];
    return call;
  });
}

function graph({ layers, inputs, nodesByDepth = {} }: Container, inputShapes: readonly Shape[]): LayerCall[] {
  const shapes = new Map<number, Shape>(inputs.map(({ id, shape }, i) => [id, inputShapes[i] ?? shape]));
  const known = (tensor: tf.SymbolicTensor): Shape => shapes.get(tensor.id) ?? tensor.shape;
  // Depth counts from the outputs; within a depth, layers in the order in which the model lists them.
  const depths = Object.keys(nodesByDepth)
    .map(Number)
    .sort((a, b) => b - a);
  const position = new Map(layers.map((layer, i) => [layer, i]));
  const place = ({ outboundLayer }: Node) => position.get(outboundLayer) ?? layers.length;
  return depths
    .flatMap((depth) => [...(nodesByDepth[depth] ?? [])].sort((a, b) => place(a) - place(b)))
    .map(({ outboundLayer: layer, inboundLayers: from, inputTensors, outputTensors }) => {
      if (layer.getClassName() === "InputLayer") {
        const own = outputTensors.map(known);
        return { layer, inputShapes: own, outputShapes: own, from: [] };
      }
      const incoming = inputTensors.map(known);
      const outgoing = outputShapesOf(layer, incoming);
      outputTensors.forEach(({ id, shape }, i) => {
        shapes.set(id, outgoing[i] ?? shape);
      });
      return { layer, inputShapes: incoming, outputShapes: outgoing, from };
    });
}

/** For a model, those of its own outputs, by the shapes that its layers pass on. */
function outputShapesOf(layer: Layer, inputShapes: readonly Shape[]): readonly Shape[] {
  const given = inputShapes.map((shape) => [...shape]);
  const first = given[0];
  const shape = layer.computeOutputShape(given.length === 1 && first ? first : given);
  return isListOfShapes(shape) ? shape : [shape];
}

function isListOfShapes(shape: (number | null)[] | (number | null)[][]): shape is (number | null)[][] {
  return Array.isArray(shape[0]);
}
