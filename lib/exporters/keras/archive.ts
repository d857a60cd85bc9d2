// A .keras file as its three parts: a zip archive, as https://keras.io/guides/serialization_and_saving says. Files may come from
// anywhere: whatever they claim is checked. Used by keras.ts.
import { strFromU8, strToU8, unzipSync, type ZippableFile, zipSync } from "fflate";
import { invalid } from "../../engine/invalid.js";

export interface KerasArchive {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly config: unknown;
  /** HDF5. */
  readonly weights: Uint8Array;
}

const names = { metadata: "metadata.json", config: "config.json", weights: "model.weights.h5" } as const;

/** More than any model's description; a small file can claim to hold much more. */
const mostTextBytes = 64 * 2 ** 20;
/** What the sizes in a zip archive without extensions hold is twice this. */
const mostWeightBytes = 2 ** 31 - 1;

/** The bytes of a file: the same for the same parts. @throws for more weights than the archive can hold */
export function encodeArchive({ metadata, config, weights }: KerasArchive): Uint8Array {
  if (weights.length > mostWeightBytes) throw invalid("model", "weights of less than 2 GiB", `${weights.length} bytes`);
  // Stored, as Keras does: weights are noise, which no compression makes smaller.
  const stored = (data: Uint8Array): ZippableFile => [data, { level: 0, mtime: new Date(1980, 0, 1) }];
  return zipSync({
    [names.metadata]: stored(strToU8(JSON.stringify(metadata))),
    [names.config]: stored(strToU8(JSON.stringify(config))),
    [names.weights]: stored(weights),
  });
}

/** @throws when the bytes are no .keras file of Keras 3 */
export function decodeArchive(bytes: Uint8Array): KerasArchive {
  const entries = entriesOf(bytes);
  const metadata = jsonOf(entries, names.metadata);
  const version = (metadata as { keras_version?: unknown } | null)?.keras_version;
  if (typeof version !== "string" || !version.startsWith("3."))
    throw invalid("file", "a model that Keras 3 saved", version);
  const config = jsonOf(entries, names.config);
  const weights = entries[names.weights];
  if (weights === undefined) throw wrong(`${names.weights} in it`, Object.keys(entries).join(", "));
  return { metadata: metadata as Record<string, unknown>, config, weights };
}

function entriesOf(bytes: Uint8Array): Record<string, Uint8Array> {
  const wanted: readonly string[] = Object.values(names);
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!wanted.includes(name)) return false;
        if (originalSize <= (name === names.weights ? mostWeightBytes : mostTextBytes)) return true;
        throw new Error(`${originalSize} bytes of ${name}`);
      },
    });
  } catch (error) {
    throw wrong("a zip archive of its parts", error instanceof Error ? error.message : error);
  }
}

function jsonOf(entries: Record<string, Uint8Array>, name: string): unknown {
  const entry = entries[name];
  if (entry === undefined) throw wrong(`${name} in it`, Object.keys(entries).join(", "));
  try {
    return JSON.parse(strFromU8(entry));
  } catch (error) {
    throw wrong(`JSON in ${name}`, error instanceof Error ? error.message : error);
  }
}

function wrong(rule: string, value: unknown): Error {
  return invalid("file", `a .keras file with ${rule}`, value);
}
