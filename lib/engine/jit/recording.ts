// Runs a function of tfjs ops eagerly and writes down every kernel that it runs on the current backend, with the tensors that it
// makes from JavaScript numbers, the random ones among them, and whether it looks at a tensor's values. Called by eager-step.ts and
// inference-graph.ts.
import * as tf from "@tensorflow/tfjs";
import { RandomDraws, type RandomTensor } from "./random-draws.js";
import type { StepRandom } from "./random-source.js";

/** A tensor's values as the backend holds them. */
export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A tensor as a kernel saw it; `id` is the backend's handle of the data, shared by all views of one tensor. */
export interface TensorReference {
  readonly id: object;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

/** One kernel that ran: what went in, with which attributes, and what came out. */
export interface KernelCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TensorReference | readonly TensorReference[]>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TensorReference[];
}

/** What one run did. */
export interface Recording<T> {
  readonly result: T;
  readonly calls: readonly KernelCall[];
  /** Values of tensors made from JavaScript numbers inside the run, and of outside tensors that are no source. */
  readonly constants: ReadonlyMap<object, Numbers>;
  /** Tensors drawn from a random distribution inside the run (dropout's masks among them). */
  readonly random: ReadonlyMap<object, RandomTensor>;
  /** Whether the run drew numbers from a seed of its own: they are among the constants, and the next run's may be others. */
  readonly isSeeded: boolean;
  /** What must hold for the run to count; the caller disposes their tensors. */
  readonly expectations: readonly Expectation[];
  /** Why this run must not be replayed as a graph, or undefined. */
  readonly obstacle: string | undefined;
}

/** That a tensor of one element has a value. */
export interface Expectation {
  readonly tensor: tf.Tensor;
  readonly value: number;
}

export function referenceTo(tensor: { dataId: object; shape: readonly number[]; dtype: tf.DataType }): TensorReference {
  return { id: tensor.dataId, shape: [...tensor.shape], dtype: tensor.dtype };
}

export function isNumbers(values: unknown): values is Numbers {
  return values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array;
}

/** The expectations of each recording that goes on, the innermost last. */
const recordings: Expectation[][] = [];

/** Whether a step is being recorded: then values must not be looked at, not even to check them. */
export function isRecording(): boolean {
  return recordings.length > 0;
}

/**
 * Checks an input's values where they must not be looked at: the number is computed with the step, and where it is another than `value` the
 * step has no effect and the function that called this runs once more, not recorded, to say what is wrong.
 *
 * @param tensor of one element, computed inside the run
 */
export function expectValue(tensor: tf.Tensor, value: number): void {
  recordings.at(-1)?.push({ tensor: tf.keep(tensor.clone()), value });
}

/** Looks whether all hold, and disposes their tensors. */
export function settleExpectations(expectations: readonly Expectation[]): boolean {
  return expectations
    .map(({ tensor, value }) => {
      const found = tensor.dataSync()[0];
      tensor.dispose();
      return found === value;
    })
    .every(Boolean);
}

/**
 * Runs `run` once on the current backend and records it.
 *
 * @param sources handles of the tensors that change from run to run (inputs, variables). What is computed from them must
 *   not be read inside the run; every other tensor counts as a constant.
 * @param random where the numbers of tfjs's random ops come from in this run; default: tfjs's own generators.
 * @throws whatever `run` throws; the backend is left as it was.
 */
export function record<T>(run: () => T, sources: ReadonlySet<object>, random?: StepRandom): Recording<T> {
  const backend = tf.backend();
  const backendName = tf.getBackend();
  const calls: KernelCall[] = [];
  const constants = new Map<object, Numbers>();
  const draws = new RandomDraws(random);
  const changing = new Set<object>(sources);
  const known = new Set<object>(sources);
  let obstacle: string | undefined;
  let isSeeded = false;
  let depth = 0;
  const refuse = (reason: string): void => {
    obstacle ??= reason;
  };

  const readSync = backend.readSync.bind(backend);
  const write = backend.write.bind(backend);
  const read = backend.read.bind(backend);

  const learn = (tensor: TensorReference): void => {
    if (known.has(tensor.id)) return;
    known.add(tensor.id);
    const values = readSync(tensor.id);
    if (isNumbers(values)) constants.set(tensor.id, values.slice());
    else refuse(`the step uses a ${tensor.dtype} tensor`);
  };

  const wrap = (config: tf.KernelConfig): tf.KernelConfig => ({
    ...config,
    kernelFunc: (args) => {
      if (depth > 0) return config.kernelFunc(args);
      const inputs: Record<string, TensorReference | TensorReference[]> = {};
      for (const [name, tensor] of Object.entries(args.inputs)) {
        // An optional input that is absent, or an array of inputs (Concat): both are there at run time, not in the type.
        const given: tf.TensorInfo | tf.TensorInfo[] | null | undefined = tensor;
        if (given === null || given === undefined) continue;
        inputs[name] = Array.isArray(given) ? given.map(referenceTo) : referenceTo(given);
      }
      const all = Object.values(inputs).flat();
      for (const tensor of all) learn(tensor);
      const attributes = { ...(args.attrs ?? {}) };
      depth++;
      let made: tf.TensorInfo | tf.TensorInfo[];
      try {
        made = config.kernelFunc(args);
      } finally {
        depth--;
      }
      const outputs = (Array.isArray(made) ? made : [made]).map(referenceTo);
      const changes = all.some((tensor) => changing.has(tensor.id));
      for (const output of outputs) {
        known.add(output.id);
        if (changes) changing.add(output.id);
      }
      calls.push({ kernel: config.kernelName, inputs, attributes, outputs });
      return made;
    },
  });

  const lookedAt = (id: object): void => {
    if (depth === 0 && changing.has(id))
      refuse(
        "the step reads a tensor's values (data, dataSync, array, print, …), and what follows may depend on them; return the tensor from the loss instead",
      );
  };
  // The backend's own methods are shadowed on the instance, and uncovered again in `finally`.
  const shadow = {
    write: (values: tf.BackendValues, shape: number[], dtype: tf.DataType): object => {
      if (depth > 0) return write(values, shape, dtype);
      // It makes tensors itself, to compare with, and puts the step's own numbers in the place of the values before they are copied.
      depth++;
      const drawn = draws.claim(tf.engine().state.activeScope?.name, values, dtype);
      depth--;
      const id = write(values, shape, dtype);
      known.add(id);
      if (drawn === "seeded") {
        // A constant, as long as the seed is the same; a shape or a choice made of it in JavaScript would not show.
        isSeeded = true;
        changing.add(id);
      }
      if (drawn === "foreign")
        refuse("the step makes a tensor from Math.random(); use tf.randomUniform or tf.randomNormal");
      else if (drawn !== undefined && drawn !== "seeded") {
        draws.tensors.set(id, drawn);
        changing.add(id);
      } else if (isNumbers(values)) constants.set(id, values.slice());
      else refuse(`the step makes a ${dtype} tensor`);
      return id;
    },
    readSync: (id: object): tf.BackendValues => {
      lookedAt(id);
      return readSync(id);
    },
    read: (id: object): Promise<tf.BackendValues> => {
      lookedAt(id);
      return read(id);
    },
  };

  const kernels = tf.getKernelsForBackend(backendName);
  for (const config of kernels) {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel(wrap(config));
  }
  Object.assign(backend, shadow);
  const restoreRandom = draws.watch();
  const expectations: Expectation[] = [];
  recordings.push(expectations);
  try {
    const result = run();
    const leftover = draws.finish();
    if (leftover) refuse("the step calls Math.random()");
    return { result, calls, constants, random: draws.tensors, isSeeded, expectations, obstacle };
  } catch (error) {
    for (const { tensor } of expectations) tensor.dispose();
    throw error;
  } finally {
    recordings.pop();
    restoreRandom();
    for (const name of Object.keys(shadow)) Reflect.deleteProperty(backend, name);
    for (const config of kernels) {
      tf.unregisterKernel(config.kernelName, backendName);
      tf.registerKernel(config);
    }
  }
}
