// What a release is: its folder, and the manifest that says what belongs in it. Written by drafts.ts as the last file of a release, read
// by everything that handles releases.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { invalid } from "../engine/invalid.js";
import type { OutputKind } from "../serve/model-file.js";

/** What a model takes or answers: [batch, …], "batch" for any length. */
export interface ReleaseTensor {
  readonly name: string;
  /** As onnxruntime says it: "float32", "uint8", "int32". */
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** What was measured before a release was made. */
export interface ReleaseMetrics {
  /** The share of right answers, in [0, 1], with its 95 % interval; undefined where nothing was tested on. */
  readonly accuracy?: { readonly value: number; readonly low: number; readonly high: number; readonly samples: number };
  /** Milliseconds that one input takes in the model, with a thread of its own. */
  readonly latency: { readonly median: number; readonly p95: number };
  /** Bytes of model.onnx. */
  readonly size: number;
  /** The largest difference between the file's answers and the model's; undefined for a model that was a file already. */
  readonly maxDifference?: number;
}

/** The content of a release's manifest.json. */
export interface Manifest {
  /** Of the manifest's own format. */
  readonly format: 1;
  readonly version: string;
  /** When the release was made: ISO 8601, in UTC. */
  readonly created: string;
  /** The version that was live then; null for the first. */
  readonly parent: string | null;
  readonly input: ReleaseTensor;
  readonly output: ReleaseTensor;
  /** "scores" become probabilities by softmax, "values" are no classes. */
  readonly outputs: OutputKind;
  /** In the order of the outputs; null for a model of no classes. */
  readonly classNames: readonly string[] | null;
  readonly metrics: ReleaseMetrics;
  /** Every other file of the folder. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** A version of a model, in a folder of its own. */
export interface Release {
  readonly version: string;
  /** The folder's absolute path. */
  readonly folder: string;
  /** The absolute path of the model in it. */
  readonly model: string;
  readonly manifest: Manifest;
}

/** File names of a release. */
export const names = {
  model: "model.onnx",
  manifest: "manifest.json",
  metrics: "metrics.json",
  transform: "transform.json",
  labels: "labels.txt",
  reference: "reference.json",
} as const;

export async function fingerprint(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest("hex") };
}

/** @throws when the folder has no manifest of this version */
export async function readRelease(folder: string, version: string): Promise<Release> {
  const text = await readFile(join(folder, names.manifest), "utf8").catch((error: Error) => {
    throw invalid("release", `a folder with ${names.manifest}`, folder, error);
  });
  const manifest = parse(text);
  if (manifest?.format !== 1 || manifest.version !== version || typeof manifest.files?.[names.model] !== "object")
    throw invalid("release", `${names.manifest} of version ${version}`, folder);
  // Files of the folder itself: a manifest must not reach what is elsewhere.
  const foreign = Object.keys(manifest.files).find((name) => !/^\w[\w.-]*$/.test(name));
  if (foreign !== undefined) throw invalid(`release ${version}`, "files in its own folder", foreign);
  return { version, folder, model: join(folder, names.model), manifest };
}

/** Says for each file that is missing or changed what is wrong with it; empty for a release that is whole. */
export async function damages({ folder, manifest }: Release): Promise<string[]> {
  const found = Object.entries(manifest.files).map(async ([name, expected]) => {
    const is = await fingerprint(join(folder, name)).catch(() => undefined);
    if (is === undefined) return `${name} can't be read`;
    if (is.bytes !== expected.bytes) return `${name} has ${is.bytes} bytes instead of ${expected.bytes}`;
    return is.sha256 === expected.sha256 ? [] : `${name} has another SHA-256`;
  });
  return (await Promise.all(found)).flat();
}

/** @throws when a file of the release is missing or changed */
export async function checkWhole(release: Release): Promise<void> {
  const [damage] = await damages(release);
  if (damage !== undefined) throw invalid(`release ${release.version}`, "files as its manifest says", damage);
}

function parse(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}
