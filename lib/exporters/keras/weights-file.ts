// The weights of a .keras file: HDF5 (https://docs.hdfgroup.org), numbers under paths such as layers/dense/vars/0. The HDF5 library is
// WebAssembly with a file system of its own in memory: no file of this machine is seen by it. Used by keras.ts.
import type { Dataset, File, Group } from "h5wasm";
import { invalid } from "../../engine/invalid.js";

/** The weights of one layer, or of a part of it. */
export interface WeightGroup {
  /** "layers/dense"; "" for the model itself. */
  readonly path: string;
  readonly name: string;
  readonly arrays: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[];
}

export interface WeightsFile {
  /** How many weights are under a path. */
  count(path: string): number;
  /** @throws when it is not there, or has another shape or type */
  values(path: string, index: number, shape: readonly number[]): Float32Array;
}

let files = 0;

async function library() {
  const { default: hdf5 } = await import("h5wasm");
  const module = await hdf5.ready;
  // Else what is wrong is printed on standard error, and goes on.
  module.activate_throwing_error_handler();
  return { hdf5, system: module.FS };
}

/** The bytes of a file. */
export async function encodeWeights(groups: readonly WeightGroup[]): Promise<Uint8Array> {
  const { hdf5, system } = await library();
  const place = `write-${files++}.h5`;
  const file = new hdf5.File(place, "w");
  try {
    for (const { path, name, arrays } of groups) {
      const vars = groupAt(file, `${path}/vars`);
      vars.create_attribute("name", name);
      for (const [i, { shape, values }] of arrays.entries())
        vars.create_dataset({ name: String(i), data: values, shape: [...shape], dtype: "<f" });
    }
    file.close();
    return system.readFile(place);
  } finally {
    system.unlink(place);
  }
}

function groupAt(file: File, path: string): Group {
  let group: Group = file;
  for (const name of path.split("/").filter((part) => part !== "")) {
    group = (group.keys().includes(name) ? group.get(name) : group.create_group(name)) as Group;
  }
  return group;
}

/**
 * Opens a file for as long as `use` runs.
 * @throws when the bytes are no HDF5 file, and what `use` throws
 */
export async function withWeights<T>(bytes: Uint8Array, use: (weights: WeightsFile) => T): Promise<T> {
  const { hdf5, system } = await library();
  const place = `read-${files++}.h5`;
  system.writeFile(place, bytes);
  try {
    const file = new hdf5.File(place, "r");
    const result = use(new OpenWeights(file, hdf5.Group, hdf5.Dataset));
    file.close();
    return result;
  } catch (error) {
    const message = String(error instanceof Error ? error.message : error);
    if (message.startsWith("invalid ")) throw error;
    // The library's own errors are pages long; where a file is broken, they come from anywhere.
    throw invalid("file", "weights in HDF5", message.split("\n", 2).join(" "));
  } finally {
    system.unlink(place);
  }
}

class OpenWeights implements WeightsFile {
  constructor(
    private readonly file: File,
    private readonly group: typeof Group,
    private readonly dataset: typeof Dataset,
  ) {}

  count(path: string): number {
    return this.at(path)?.keys().length ?? 0;
  }

  values(path: string, index: number, shape: readonly number[]): Float32Array {
    const name = `${path}/vars/${index}`;
    const found = this.at(path)?.get(String(index));
    if (!(found instanceof this.dataset)) throw invalid("file", `weights ${name}`, "nothing there");
    const { dtype } = found;
    // The shape first: a file can claim more numbers than it holds.
    if (found.shape?.join() !== shape.join())
      throw invalid(`${name} in file`, `shape [${shape.join(", ")}]`, `[${found.shape?.join(", ")}]`);
    if (dtype !== "<f" && dtype !== "<d") throw invalid(`${name} in file`, "float32", dtype);
    return Float32Array.from(found.value as Float32Array | Float64Array);
  }

  /** The group of a layer's own weights, found name by name: links could lead anywhere. */
  private at(path: string): Group | undefined {
    let group: Group = this.file;
    for (const name of `${path}/vars`.split("/").filter((part) => part !== "")) {
      const next = group.keys().includes(name) ? group.get(name) : undefined;
      if (!(next instanceof this.group)) return undefined;
      group = next;
    }
    return group;
  }
}
