// `cellgrad convert` as a shell starts it: the formats by their endings, and what it says where TensorFlow is missing or fails. Stand-ins for
// Python show the errors only; what TensorFlow writes is compared with the model in each run of the command.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Workplace } from "./command.js";

const model = fileURLToPath(new URL("../../../../test/fixtures/exporters/keras-words.keras", import.meta.url));

/** A Python that answers as the real one does; it is given ["-c", script, request, answer]. */
const standIn = (answer: string) => `
  const fs = require("node:fs");
  const [, , , , request, reply] = process.argv;
  fs.copyFileSync(request, "request.json");
  const answer = ${answer};
  if (answer) fs.writeFileSync(reply, JSON.stringify(answer));
`;

describe("cellgrad convert", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  async function converted(args: string[], env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await workplace.run(["convert", ...args], env);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async function refused(args: string[], code: number, message: RegExp, env: Record<string, string> = {}) {
    const ended = await workplace.run(["convert", ...args], env);
    assert.match(ended.stderr, message);
    assert.equal(ended.code, code);
    assert.equal(ended.stdout, "");
  }

  it("writes what the ending says, and reads its own files again", async () => {
    assert.match(
      await converted([model, "words.keras"]),
      /^file +words\.keras\nsize .*\nlargest difference +0\.0e\+0 on 8 samples/s,
    );
    assert.match(await converted(["words.keras", "words", "--to", "tfjs"]), /^words: [\d,]+ bytes, files: 2\n$/);
    assert.match(
      await converted(["words", "words.onnx"]),
      /largest difference +\d\.\de[+-]\d+ on 8 samples, onnxruntime/,
    );
    assert.match(
      await converted([path.join("words", "model.json"), "words.safetensors"]),
      /^words\.safetensors: .*tensors: 6/,
    );
    assert.deepEqual(
      readdirSync(workplace.folder)
        .filter((name) => name.startsWith("words"))
        .toSorted(),
      ["words", "words.keras", "words.onnx", "words.safetensors"],
    );
  });

  it("refuses what it can't read or write, with a word", async () => {
    await refused([model, "words"], 2, /invalid OUT; expected a file that ends with .*, or a folder and --to: "words"/);
    await refused(
      [model, "words.onnx", "--to", "tfjs"],
      2,
      /invalid --to; expected no --to where the file's ending says it/,
    );
    await refused(
      ["nothing.keras", "words.onnx"],
      2,
      /invalid IN; expected a file or folder that is there: "nothing\.keras"/,
    );
    writeFileSync(workplace.path("model.onnx"), "");
    await refused(
      ["model.onnx", "words.keras"],
      2,
      /invalid IN; expected a \.keras file, or a folder with TensorFlow\.js's/,
    );
    mkdirSync(workplace.path("saved"));
    writeFileSync(workplace.path("saved", "saved_model.pb"), "");
    await refused(
      ["saved", "words.onnx"],
      2,
      /invalid OUT; expected a \.tflite file, which is what a SavedModel can become/,
    );
    await refused([model, "words", "--to", "hdf5"], 2, /Allowed choices are tfjs, savedmodel/);
  });

  it("says which command installs TensorFlow where it is missing", async () => {
    mkdirSync(workplace.path("bin"));
    workplace.program("bin", "python3", standIn('{ missing: "tensorflow", python: "/opt/bin/python3" }'));
    const without =
      /invalid python; expected one that has TensorFlow \(\/opt\/bin\/python3 -m pip install tensorflow\): \/opt\/bin\/python3 has no tensorflow/;
    const python = workplace.path("bin", "python3");
    await refused([model, "saved", "--to", "savedmodel", "--python", python], 3, without);
    await refused([model, "words.tflite", "--python", python], 3, without);
    const { from, to, feeds } = JSON.parse(readFileSync(workplace.path("request.json"), "utf8")) as {
      from: string;
      to: string;
      feeds: { shape: number[] }[][];
    };
    assert.deepEqual([path.basename(from), path.basename(to)], ["model.keras", "model.tflite"]);
    assert.deepEqual(
      feeds.map(([input]) => input?.shape),
      [
        [1, 5],
        [2, 5],
        [5, 5],
      ],
    );
    const nowhere =
      /invalid python; expected one that has TensorFlow \(install Python 3, then: python3 -m pip install tensorflow\): found no no-such-python/;
    await refused([model, "saved", "--to", "savedmodel", "--python", "no-such-python"], 3, nowhere);
    assert.ok(!existsSync(workplace.path("saved")));
    assert.ok(!existsSync(workplace.path("words.tflite")));
  });

  it("keeps the old folder when TensorFlow fails, ends early, or answers otherwise than the model", async () => {
    mkdirSync(workplace.path("saved"));
    writeFileSync(workplace.path("saved", "of-before"), "");
    const ask = (name: string, answer: string, message: RegExp) => {
      mkdirSync(workplace.path("bin"), { recursive: true });
      workplace.program("bin", name, standIn(answer));
      const python = workplace.path("bin", name);
      return refused([model, "saved", "--to", "savedmodel", "--python", python], 1, message);
    };
    await ask("failing", '{ failed: "ValueError: no such layer" }', /TensorFlow failed: ValueError: no such layer/);
    await ask("silent", "undefined", /TensorFlow failed: .*silent ended without an answer/);
    await ask(
      "wrong",
      '{ tensorflow: "2", answers: [[[9, 9]]] }',
      /invalid export; expected answers within 0\.0001 of the/,
    );
    assert.deepEqual(readdirSync(workplace.path("saved")), ["of-before"]);
  });
});
