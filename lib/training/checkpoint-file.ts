// A checkpoint on disk: weights, the optimizer's state, the history, and where the random numbers stand. One binary file
// for the numbers, one JSON file that describes them; both are written beside and moved into place, so that a crash leaves
// the last whole one.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepState } from "../engine/jit/compile.js";
import type { PartialEpoch } from "./epoch-progress.js";
import type { EpochLogs } from "./history.js";
import type { NamedValues } from "./named-values.js";
import type { RunSettings } from "./run-settings.js";

/** What a callback needs to go on in a resumed run: JSON, and tensors where it keeps some. */
export interface CallbackState {
  readonly values?: unknown;
  readonly tensors?: readonly NamedValues[];
}

export interface Checkpoint {
  /** Epochs that are done. */
  readonly epochs: readonly EpochLogs[];
  /** The epoch in which the run was interrupted; undefined at an epoch's end. */
  readonly partial: PartialEpoch | undefined;
  readonly weights: readonly NamedValues[];
  /** Undefined before the first step. */
  readonly optimizer: StepState | undefined;
  /** The state of a schedule that watches training. */
  readonly schedule: unknown;
  /** Of dropout and other draws, also where nobody chose one. */
  readonly seed: number | undefined;
  /** What the run was trained with. */
  readonly settings: RunSettings;
  /** Of each callback that has a state, in their order. */
  readonly callbacks: readonly (CallbackState & { readonly name: string })[];
}

interface Entry extends Omit<NamedValues, "values"> {
  readonly offset: number;
  readonly length: number;
}

interface Description {
  format: 1;
  epochs: readonly EpochLogs[];
  schedule: unknown;
  seed: number | null;
  settings?: RunSettings;
  steps: number | null;
  /** Batches so far; absent where each made an update. */
  batches?: number;
  /** What is collected for the next update. */
  collected?: StepState["collected"];
  partial?: Omit<PartialEpoch, "metrics"> & { readonly metrics: Entry[] };
  weights: Entry[];
  slots: Record<string, Entry[]>;
  callbacks?: { name: string; values?: unknown; tensors: Entry[] }[];
  data: string;
}

const description = "checkpoint.json";

export async function writeCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(directory, { recursive: true });
  const parts: Uint8Array[] = [];
  let offset = 0;
  const add = (it: NamedValues): Entry => {
    const { values } = it;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    parts.push(bytes);
    const entry = { name: it.name, shape: it.shape, dtype: it.dtype, offset, length: bytes.length };
    offset += bytes.length;
    return entry;
  };
  const weights = checkpoint.weights.map(add);
  const slots: Record<string, Entry[]> = {};
  for (const [name, tensors] of Object.entries(checkpoint.optimizer?.slots ?? {}))
    slots[name] = tensors.map(({ shape, values }, i) =>
      add({ name: `${name}/${i}`, shape, dtype: dtypeOf(values), values: values as NamedValues["values"] }),
    );
  const callbacks = checkpoint.callbacks.map(({ name, values, tensors = [] }) => ({
    name,
    values,
    tensors: tensors.map(add),
  }));
  const { partial, optimizer } = checkpoint;
  const interrupted = partial && { ...partial, metrics: partial.metrics.map(add) };
  // The description names its data file, so that the two can't be of different steps.
  const data = `weights-${checkpoint.epochs.length}${partial ? `-${partial.batches}` : ""}.bin`;
  const text: Description = {
    format: 1,
    epochs: checkpoint.epochs,
    schedule: checkpoint.schedule ?? null,
    seed: checkpoint.seed ?? null,
    settings: checkpoint.settings,
    steps: optimizer?.steps ?? null,
    ...(optimizer?.batches === undefined ? {} : { batches: optimizer.batches }),
    ...(optimizer?.collected === undefined ? {} : { collected: optimizer.collected }),
    ...(interrupted ? { partial: interrupted } : {}),
    weights,
    slots,
    ...(callbacks.length ? { callbacks } : {}),
    data,
  };
  await replace(join(directory, data), Buffer.concat(parts));
  await replace(join(directory, description), JSON.stringify(text));
  for (const name of await readdir(directory))
    if (/^weights-\d+(-\d+)?\.bin$/.test(name) && name !== data) await rm(join(directory, name), { force: true });
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** @throws when there is no checkpoint in this folder, or when it is damaged */
export async function readCheckpoint(directory: string): Promise<Checkpoint> {
  const path = join(directory, description);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new Error(`invalid resume; expected a folder with a checkpoint: ${directory}`);
    throw error;
  });
  const read = JSON.parse(text) as Description;
  if (read.format !== 1) throw new Error(`invalid checkpoint ${path}; expected format 1: ${String(read.format)}`);
  const data = await readFile(join(directory, read.data));
  const values = (entry: Entry): NamedValues => {
    const bytes = data.subarray(entry.offset, entry.offset + entry.length);
    if (bytes.length !== entry.length)
      throw new Error(`invalid checkpoint ${path}; expected ${read.data} to be whole: it is cut`);
    const copy = new Uint8Array(bytes).buffer;
    const { name, shape, dtype } = entry;
    const typed =
      dtype === "float32" ? new Float32Array(copy) : dtype === "int32" ? new Int32Array(copy) : new Uint8Array(copy);
    return { name, shape, dtype, values: typed };
  };
  const slots = Object.fromEntries(Object.entries(read.slots).map(([name, entries]) => [name, entries.map(values)]));
  return {
    epochs: read.epochs,
    partial: read.partial && { ...read.partial, metrics: read.partial.metrics.map(values) },
    weights: read.weights.map(values),
    optimizer:
      read.steps === null
        ? undefined
        : {
            steps: read.steps,
            ...(read.batches === undefined ? {} : { batches: read.batches }),
            ...(read.collected === undefined ? {} : { collected: read.collected }),
            slots,
          },
    schedule: read.schedule ?? undefined,
    seed: read.seed ?? undefined,
    settings: read.settings ?? {},
    callbacks: (read.callbacks ?? []).map(({ name, values: own, tensors }) => ({
      name,
      values: own,
      tensors: tensors.map(values),
    })),
  };
}

function dtypeOf(values: unknown): NamedValues["dtype"] {
  if (values instanceof Float32Array) return "float32";
  return values instanceof Int32Array ? "int32" : "bool";
}
