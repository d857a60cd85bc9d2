// Builds the native backend: compiles the addon of @tensorflow/tfjs-node against the TensorFlow library inside a
// Python's tensorflow package, instead of the TensorFlow 2.9.1 that tfjs-node downloads. `cellgrad backend build` calls
// it; backend.ts then finds the result by itself.
import { type ChildProcess, spawn } from "node:child_process";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { nativeBackendDirectory } from "./tensorflow-backend.js";

/** What can be chosen about a build. */
export interface NativeBuildOptions {
  /** The Python whose tensorflow (or tensorflow-cpu) is used. Default `python3`. */
  readonly python?: string;
  /** Where the backend is put. Default: where {@link nativeBackendDirectory} says, so that it is found again. */
  readonly directory?: string;
  /** Hears what happens, a line at a time. */
  readonly log?: (line: string) => void;
  /** Stops the build. */
  readonly signal?: AbortSignal;
}

/** A finished build. */
export interface NativeBuild {
  readonly directory: string;
  /** The version of TensorFlow that it runs on. */
  readonly tensorflow: string;
  /** Whether this TensorFlow can use a GPU (is built with CUDA), and whether it found one. */
  readonly cuda: boolean;
  readonly gpu: boolean;
  readonly seconds: number;
}

/** Where a Python keeps its TensorFlow. */
interface PythonTensorflow {
  readonly version: string;
  readonly directory: string;
}

// Newest Node-API headers as an npm package, so that no Node headers need to be downloaded or installed.
const HEADERS = "node-api-headers@1.9.0";
// What tfjs-node requires of TensorFlow.js (the second without declaring it): both are cellgrad's own.
const SHARED = ["@tensorflow/tfjs", "@tensorflow/tfjs-core"] as const;
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/**
 * Builds the native backend and starts it once in a process of its own. Needs Linux, a C++17 compiler (`$CXX`, else
 * `g++`), npm, and a Python with TensorFlow 2.
 *
 * @throws Error `cannot build …` with what is missing and how to get it
 */
export async function buildNativeBackend(options: NativeBuildOptions = {}): Promise<NativeBuild> {
  const { python = "python3", directory = nativeBackendDirectory(), log = () => undefined, signal } = options;
  const started = performance.now();
  if (process.platform !== "linux") {
    throw new Error(
      `cannot build the native backend on ${process.platform}: TensorFlow's library is linked for Linux only`,
    );
  }
  const run: Run = (command, args, more) => runCommand(command, args, { ...more, log, signal });
  const tensorflow = await findTensorflow(run, python);
  log(`TensorFlow ${tensorflow.version} of ${python}: ${tensorflow.directory}`);
  const packages = await installPackages(run, directory);
  await compile(run, packages, tensorflow.directory);
  const { version, gpu } = await tryBackend(run, directory);
  const seconds = (performance.now() - started) / 1000;
  const cuda = await isBuiltWithCuda(tensorflow.directory);
  log(`The tensorflow backend runs on TensorFlow ${version}${gpu ? " with a GPU" : ""}: ${directory}`);
  return { directory, tensorflow: version, cuda, gpu, seconds };
}

async function findTensorflow(run: Run, python: string): Promise<PythonTensorflow> {
  // Importing TensorFlow takes seconds; where it is and which, can be asked without.
  const script = [
    "import importlib.metadata as m, importlib.util as u, json, os",
    "s = u.find_spec('tensorflow')",
    "names = ['tensorflow', 'tensorflow-cpu', 'tensorflow_cpu', 'tf-nightly']",
    "versions = [d.version for d in m.distributions() if d.metadata['Name'] in names]",
    "print(json.dumps(None if s is None else {'directory': os.path.dirname(s.origin), 'version': (versions or ['unknown'])[0]}))",
  ].join("\n");
  const help = `${python} -m pip install tensorflow-cpu (or 'tensorflow[and-cuda]' for an NVIDIA GPU)`;
  let found: PythonTensorflow | null;
  try {
    found = JSON.parse(
      (await run(python, ["-c", script], { quiet: true })).trim().split("\n").at(-1) ?? "null",
    ) as PythonTensorflow | null;
  } catch (error) {
    throw new Error(`cannot build the native backend without Python: ${message(error)}`);
  }
  if (found === null) throw new Error(`cannot build the native backend: ${python} has no TensorFlow; ${help}`);
  for (const library of LIBRARIES) {
    if (!(await exists(join(found.directory, library)))) {
      throw new Error(
        `cannot build the native backend: TensorFlow ${found.version} of ${python} has no ${library}; ${help}`,
      );
    }
  }
  return found;
}

/** Installs tfjs-node without its download and without a second TensorFlow.js; gives the folder of node_modules. */
async function installPackages(run: Run, directory: string): Promise<string> {
  const version = tf.version.tfjs;
  const own = createRequire(createRequire(import.meta.url).resolve("@tensorflow/tfjs"));
  const dependencies: Record<string, string> = {};
  for (const name of SHARED) {
    const folder = `shared-${name.replace("@tensorflow/", "")}`;
    const shared = join(directory, folder);
    await mkdir(shared, { recursive: true });
    await writeFile(join(shared, "package.json"), JSON.stringify({ name, version, main: "index.js" }));
    await writeFile(join(shared, "index.js"), `module.exports = require(${JSON.stringify(own.resolve(name))});\n`);
    dependencies[name] = `file:${folder}`;
  }
  const overrides = Object.fromEntries(SHARED.map((name) => [name, `$${name}`]));
  const manifest = { private: true, dependencies: { ...dependencies, "@tensorflow/tfjs-node": version }, overrides };
  await writeFile(join(directory, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", HEADERS], {
    cwd: directory,
  });
  return join(directory, "node_modules");
}

async function compile(run: Run, packages: string, tensorflow: string): Promise<void> {
  const addon = join(packages, "@tensorflow", "tfjs-node");
  const output = join(addon, "lib", "napi-v8");
  await mkdir(output, { recursive: true });
  const compiler = process.env.CXX ?? "g++";
  const args = [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8", "-DBUILDING_NODE_EXTENSION"],
    "-DNODE_GYP_MODULE_NAME=tfjs_binding",
    `-I${join(packages, "node-api-headers", "include")}`,
    `-I${join(tensorflow, "include")}`,
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(addon, "binding", file)),
    ...LIBRARIES.map((file) => join(tensorflow, file)),
    `-Wl,-rpath,${tensorflow}`,
    ...["-o", join(output, "tfjs_binding.node")],
  ];
  try {
    await run(compiler, args, {});
  } catch (error) {
    throw new Error(
      `cannot build the native backend: ${compiler} failed (on Debian: apt-get install g++): ${message(error)}`,
    );
  }
}

/** Multiplies two matrices on the new backend, in a process of its own. */
async function tryBackend(run: Run, directory: string): Promise<{ version: string; gpu: boolean }> {
  const script = `
    import { useBackend } from ${JSON.stringify(new URL("./backend.js", import.meta.url).href)};
    import * as tf from ${JSON.stringify(import.meta.resolve("@tensorflow/tfjs"))};
    const backend = await useBackend({ backend: "tensorflow" });
    const [four] = tf.matMul(tf.ones([1, 4]), tf.ones([4, 1])).dataSync();
    console.log(JSON.stringify({ version: four === 4 ? backend.tensorflow : "", gpu: backend.gpu }));`;
  const file = join(directory, "try.mjs");
  await writeFile(file, script);
  const env = { CELLGRAD_NATIVE_DIRECTORY: directory };
  const output = await run(process.execPath, [file], { quiet: true, env, cwd: directory });
  const result = JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as { version: string; gpu: boolean };
  if (result.version === "") throw new Error("cannot build the native backend: it starts, but computes wrong numbers");
  return result;
}

async function isBuiltWithCuda(tensorflow: string): Promise<boolean> {
  const file = join(tensorflow, "python", "platform", "build_info.py");
  return (await exists(file)) && /is_cuda_build\W+True/.test(await readFile(file, "utf8"));
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps the command's output from the log. */
  readonly quiet?: boolean;
}

type Run = (command: string, args: readonly string[], options: RunOptions) => Promise<string>;

/** Runs a command and gives what it printed; throws with the end of its errors when it fails. */
function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly log: (line: string) => void; readonly signal: AbortSignal | undefined },
): Promise<string> {
  const { cwd, env, quiet = false, log, signal } = options;
  if (!quiet) log(`${command} ${args.slice(0, 3).join(" ")} …`);
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(`${command} ended with ${code}: ${(errors || output).trim().split("\n").slice(-8).join("\n")}`),
        );
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
