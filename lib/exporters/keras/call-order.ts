// In which order TensorFlow.js makes the calls of a functional model that it reads: each as soon as what it takes is there, where Keras
// waits for the calls of the same layer before it. So the numbers by which calls are known differ. Used by from-keras.ts.
import { invalid } from "../../engine/invalid.js";

/** One tensor: of which layer, by which of its calls, the how manieth. */
export type Reference = readonly [layer: string, call: number, tensor: number];

export interface CalledLayer {
  readonly name: string;
  /** A model counts the call that made it, too. */
  readonly isModel: boolean;
  readonly isInput: boolean;
  /** What each call takes, in Keras's order. */
  readonly calls: readonly (readonly Reference[])[];
}

/**
 * @returns TensorFlow.js's number of a call by Keras's
 * @throws for calls that wait for each other, or for what is not there
 */
export function callNumbers(layers: readonly CalledLayer[]): (layer: string, call: number) => number {
  const numbers = new Map<string, Map<number, number>>();
  const waiting = new Map<string, number[]>();
  for (const { name, isInput, calls } of layers) {
    if (numbers.has(name)) throw invalid("file", "layers of different names", name);
    numbers.set(name, new Map(isInput ? [[0, 0]] : []));
    waiting.set(name, isInput ? [] : [...calls.keys()]);
  }
  for (let left = -1; left !== 0; ) {
    const before = left;
    left = 0;
    for (const { name, isModel, calls } of layers) {
      const made = numbers.get(name);
      const later = (waiting.get(name) ?? []).filter((call) => {
        const isThere = (calls[call] ?? []).every(([source, index]) => numbers.get(source)?.has(index));
        if (isThere) made?.set(call, made.size + Number(isModel));
        return !isThere;
      });
      waiting.set(name, later);
      left += later.length;
    }
    if (left === before) {
      const stuck = layers.find(({ name }) => waiting.get(name)?.length);
      throw invalid(`calls of layer ${stuck?.name}`, "calls with tensors that are there", stuck?.calls);
    }
  }
  return (layer, call) => {
    const number = numbers.get(layer)?.get(call);
    if (number === undefined) throw invalid("file", "calls of layers that are there", [layer, call]);
    return number;
  };
}
