// `cellgrad backend build`: TensorFlow.js on the TensorFlow that a Python has. The work is the library's; it is loaded by
// its path when the command runs, since the kernel's code never imports the library's.
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";

interface NativeBuildModule {
  buildNativeBackend(options: {
    python?: string;
    log: (line: string) => void;
  }): Promise<{ directory: string; tensorflow: string; seconds: number }>;
}

const nativeBuild = new URL("../../lib/engine/native-build.js", import.meta.url).href;

export function addBackendCommand(program: Command): void {
  const backend = program.command("backend").description("the engine that computes TensorFlow.js's operations");
  backend
    .command("build")
    .description("compile TensorFlow.js's native backend against the TensorFlow of a Python (Linux; needs g++)")
    .option("--python <COMMAND>", "the Python whose tensorflow or tensorflow-cpu is used", "python3")
    .action(async ({ python }: { python: string }) => {
      const { buildNativeBackend } = (await import(nativeBuild)) as NativeBuildModule;
      try {
        const built = await buildNativeBackend({ python, log: (line) => process.stderr.write(`${line}\n`) });
        process.stdout.write(
          `TensorFlow ${built.tensorflow}, ready in ${built.seconds.toFixed(0)} s: ${built.directory}\n`,
        );
      } catch (error) {
        throw new CommandFailure(error instanceof Error ? error.message : String(error), exitCodes.missing);
      }
    });
}
