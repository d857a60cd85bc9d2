// The TensorFlow of a Python on this machine, for the formats that only it writes: one run of a small script, which gets its request as
// a file and leaves its answer in another. Used by saved-model.ts and convert.ts.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cellSignal } from "../engine/cell-signal.js";

const run = promisify(execFile);

export interface TensorflowRequest {
  /** A .keras file, or the folder of a SavedModel. */
  readonly from: string;
  /** A folder for a SavedModel, or a file that ends with .tflite. */
  readonly to: string;
  /** What to ask what was written: batches, of each the values of each input. */
  readonly feeds: readonly (readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[])[];
}

export interface TensorflowAnswer {
  readonly tensorflow: string;
  /** By feed and output. */
  readonly answers: readonly (readonly (readonly number[])[])[];
}

const script = `
import json, sys
with open(sys.argv[1]) as file:
    request = json.load(file)
def answer(**content):
    with open(sys.argv[2], "w") as file:
        json.dump(content, file)
    sys.exit(0)
try:
    import tensorflow as tf, keras, numpy
except ImportError as error:
    answer(missing=error.name or "tensorflow", python=sys.executable)
try:
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError("Keras computes with " + keras.backend.backend())
    source, target = request["from"], request["to"]
    lite = target.endswith(".tflite")
    if source.endswith(".keras"):
        saved = target + ".saved" if lite else target
        keras.saving.load_model(source, compile=False).export(saved, verbose=False)
    else:
        saved = source
    feeds = [[numpy.array(each["values"], "float32").reshape(each["shape"]) for each in feed] for feed in request["feeds"]]
    flat = lambda outputs: [numpy.array(each, "float32").ravel().tolist() for each in tf.nest.flatten(outputs)]
    if lite:
        converter = tf.lite.TFLiteConverter.from_saved_model(saved)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
        content = converter.convert()
        with open(target, "wb") as file:
            file.write(content)
        answers = []
        for feed in feeds:
            interpreter = tf.lite.Interpreter(model_content=content)
            details = interpreter.get_input_details()
            interpreter.resize_tensor_input(details[0]["index"], feed[0].shape)
            interpreter.allocate_tensors()
            interpreter.set_tensor(details[0]["index"], feed[0].astype(details[0]["dtype"]))
            interpreter.invoke()
            answers.append([interpreter.get_tensor(each["index"]).ravel().tolist() for each in interpreter.get_output_details()])
    else:
        loaded = tf.saved_model.load(saved)
        answers = []
        for feed in feeds:
            types = [each.dtype for each in tf.nest.flatten(loaded.serve.input_signature or [])] if hasattr(loaded.serve, "input_signature") else []
            given = [tf.cast(each, types[i]) if i < len(types) else tf.constant(each) for i, each in enumerate(feed)]
            answers.append(flat(loaded.serve(given if len(given) > 1 else given[0])))
    answer(tensorflow=tf.__version__, answers=answers)
except Exception as error:
    answer(failed="%s: %s" % (type(error).__name__, str(error)[:1000]))
`;

/**
 * @param python the command or path of one; default: the active environment's, else the PATH's
 * @throws (rejects) when no Python or no TensorFlow is there, with the command that mends it, and when TensorFlow fails
 */
export async function askTensorflow(request: TensorflowRequest, python?: string): Promise<TensorflowAnswer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "cellgrad-tensorflow-"));
  try {
    const [question, reply] = [path.join(folder, "request.json"), path.join(folder, "answer.json")];
    await writeFile(question, JSON.stringify(request));
    const command = await runScript(pythons(python), [question, reply]);
    const text = await readFile(reply, "utf8").catch(() => {
      throw new Error(`TensorFlow failed: ${command} ended without an answer`);
    });
    const answer = JSON.parse(text) as Partial<TensorflowAnswer> &
      Readonly<Record<"missing" | "python" | "failed", unknown>>;
    if (answer.missing !== undefined)
      throw missing(`${answer.python} -m pip install tensorflow`, `${answer.python} has no ${answer.missing}`);
    if (answer.failed !== undefined) throw new Error(`TensorFlow failed: ${answer.failed}`);
    return { tensorflow: String(answer.tensorflow), answers: answer.answers ?? [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pythons(given: string | undefined): string[] {
  if (given !== undefined) return [given];
  const environment = process.env.VIRTUAL_ENV;
  const [folder, name] = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const active = environment ? [path.join(environment, folder, name)] : [];
  return [...active, ...(process.platform === "win32" ? ["python", "python3"] : ["python3", "python"])];
}

/** @returns the command that was there */
async function runScript(commands: readonly string[], files: readonly string[]): Promise<string> {
  const signal = cellSignal();
  for (const command of commands) {
    try {
      await run(command, ["-c", script, ...files], {
        windowsHide: true,
        maxBuffer: 64 * 2 ** 20,
        env: { ...process.env, KERAS_BACKEND: "tensorflow", TF_CPP_MIN_LOG_LEVEL: "3", PYTHONSAFEPATH: "1" },
        ...(signal ? { signal } : {}),
      });
      return command;
    } catch (error) {
      signal?.throwIfAborted();
      const { code, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
      if (code === "ENOENT") continue;
      throw new Error(`TensorFlow failed: ${command}: ${stderr.trim().split("\n").at(-1) || String(error)}`);
    }
  }
  throw missing("install Python 3, then: python3 -m pip install tensorflow", `found no ${commands.join(" or ")}`);
}

/** By hand: `invalid` cuts long values, and a path that is cut helps nobody. */
function missing(mend: string, found: string): Error {
  return new Error(`invalid python; expected one that has TensorFlow (${mend}): ${found}`);
}
