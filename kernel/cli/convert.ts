// `cellgrad convert IN OUT`: a model file of one format as another. The work is the library's; it is loaded by its path when the command
// runs, since the kernel's code never imports the library's.
import { type Command, Option } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";

interface ConvertModule {
  convert(from: string, to: string, options: { to?: string; python?: string }): Promise<string>;
}

const convertModule = new URL("../../lib/exporters/convert.js", import.meta.url).href;

const help = `
Reads .keras files of Keras 3 and TensorFlow.js's folders (model.json); writes these, .onnx, .safetensors (the weights), SavedModels and
.tflite. A SavedModel becomes .tflite. SavedModel and .tflite need a Python with TensorFlow: python3 -m pip install tensorflow.`;

export function addConvertCommand(program: Command): void {
  program
    .command("convert")
    .description("write a model file in another format, compared with the model before it is there")
    .argument("<in>", "a .keras file, or a folder of TensorFlow.js or TensorFlow")
    .argument("<out>", "what to write; its ending says the format")
    .addOption(new Option("--to <format>", "what a folder becomes").choices(["tfjs", "savedmodel"]))
    .option("--python <command>", "the Python that has TensorFlow (default: the active environment's, else python3)")
    .addHelpText("after", help)
    .action(async (from: string, to: string, options: { to?: string; python?: string }) => {
      const { convert } = (await import(convertModule)) as ConvertModule;
      const text = await convert(from, to, options).catch((error: unknown) => {
        throw failureOf(error instanceof Error ? error.message : String(error));
      });
      process.stdout.write(`${text}\n`);
    });
}

function failureOf(message: string): CommandFailure {
  if (message.startsWith("invalid python;")) return new CommandFailure(message, exitCodes.missing);
  // "invalid export" is no fault of who asked.
  return new CommandFailure(message, /^invalid (?!export)/.test(message) ? exitCodes.usage : exitCodes.failed);
}
