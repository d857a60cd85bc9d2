// Loads the native backend, where the user installed one: @tensorflow/tfjs-node-gpu, else @tensorflow/tfjs-node (optional
// peer dependencies, or what `cellgrad backend build` made). Each failure is kept as a sentence. Called by backend.ts.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { registerTensorflowKernels } from "./tensorflow-kernels.js";

/** The native packages, in the order in which they are tried. */
export const NATIVE_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** One of {@link NATIVE_PACKAGES}. */
export type NativePackage = (typeof NATIVE_PACKAGES)[number];

/** Where a native package was found, or undefined for one that is not installed. */
export interface NativeInstallation {
  readonly name: NativePackage;
  /** The folder of its package.json. */
  readonly directory: string;
  readonly version: string;
}

/** The native backend as it runs. */
export interface TensorflowBackendInfo {
  /** The version of the TensorFlow library. */
  readonly tensorflow: string;
  readonly gpu: boolean;
}

const require = createRequire(import.meta.url);

/**
 * The folder in which `cellgrad backend build` keeps the backend it made: the environment variable
 * `CELLGRAD_NATIVE_DIRECTORY`, else `cellgrad/native` among the user's data.
 */
export function nativeBackendDirectory(): string {
  const own = process.env.CELLGRAD_NATIVE_DIRECTORY;
  if (own !== undefined && own !== "") return own;
  const data = process.env.XDG_DATA_HOME;
  return join(data !== undefined && data !== "" ? data : join(homedir(), ".local", "share"), "cellgrad", "native");
}

/**
 * Looks for a native package: beside cellgrad, in the current folder's project, then where `cellgrad backend build` put it.
 */
export function findNativePackage(name: NativePackage): NativeInstallation | undefined {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), "x.js")), join(nativeBackendDirectory(), "x.js")];
  for (const place of places) {
    for (const folder of createRequire(place).resolve.paths(name) ?? []) {
      const directory = join(folder, name);
      const manifest = join(directory, "package.json");
      if (!existsSync(manifest)) continue;
      const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
      return { name, directory, version };
    }
  }
  return undefined;
}

/**
 * Loads a native package and makes its backend, "tensorflow", tfjs's current one.
 * Throws with a sentence that says why it cannot be, and what to do.
 */
export async function startTensorflowBackend(installation: NativeInstallation): Promise<TensorflowBackendInfo> {
  if (installation.version !== tf.version.tfjs) {
    throw new Error(
      `its version is ${installation.version}, TensorFlow.js's is ${tf.version.tfjs}: npm install ${installation.name}@${tf.version.tfjs}`,
    );
  }
  if (tf.engine().registryFactory.tensorflow === undefined) {
    restoreRemovedUtilities();
    // Otherwise TensorFlow logs its instruction sets and devices to stderr at every start.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    shareTensorflowJs(installation);
    const ownRequire = createRequire(join(installation.directory, "package.json"));
    ownRequire(installation.directory);
  }
  if (!(await tf.setBackend("tensorflow"))) throw new Error("tfjs could not start its tensorflow backend");
  registerTensorflowKernels();
  const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
  return { tensorflow: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice };
}

/** Node 23 removed functions of node:util that tfjs-node 4.22 calls in its kernels; they are put back, if missing. */
export function restoreRemovedUtilities(): void {
  const util = require("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

// A native package elsewhere would load a TensorFlow.js of its own beside it. Both would share one engine, but each
// would register all kernels again (a page of warnings) and keep its own file:// routes.
function shareTensorflowJs(installation: NativeInstallation): void {
  const ours = require.resolve("@tensorflow/tfjs");
  require(ours);
  let theirs: string;
  try {
    theirs = createRequire(join(installation.directory, "package.json")).resolve("@tensorflow/tfjs");
  } catch {
    throw new Error(`it is not installed whole (no @tensorflow/tfjs beside it): ${dirname(installation.directory)}`);
  }
  const loaded = require.cache[ours];
  if (theirs !== ours && loaded !== undefined) require.cache[theirs] ??= loaded;
}
