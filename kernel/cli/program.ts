// All commands as commander sees them, and what an error looks like: one line on standard error and an exit code.
// Called by main.ts. Each command's work is imported only when that command runs, so `--help` answers at once.
import { Command, CommanderError } from "commander";
import { addBackendCommand } from "./backend.js";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { addConvertCommand } from "./convert.js";
import { addDeployCommand } from "./deploy.js";
import { addDoctorCommand } from "./doctor.js";
import { addInitCommand } from "./init.js";
import { addInstallCommand } from "./install.js";
import { addKernelCommand } from "./kernel.js";
import { addLabCommand } from "./lab.js";
import { packageVersion } from "./package-root.js";
import { addRunCommand } from "./run.js";
import { addServeCommand } from "./serve.js";
import { addTestCommand } from "./test.js";
import { addWorkerCommand } from "./worker.js";

const help = `
Exit codes: 0 done, 1 failed (a cell raised an error, something is broken), 2 wrong command line or input file,
3 something is missing (Python, JupyterLab, a network), 130 stopped with Ctrl-C.`;

export function createProgram(): Command {
  const program = new Command("cellgrad")
    .description("A Jupyter kernel for TypeScript with a machine learning library in every cell.")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print help for a command")
    .showHelpAfterError("(cellgrad --help lists what there is)")
    .addHelpText("after", help)
    // Before any command is added, because a command takes this over when it is created.
    .exitOverride();
  addLabCommand(program);
  addRunCommand(program);
  addTestCommand(program);
  addInitCommand(program);
  addServeCommand(program);
  addConvertCommand(program);
  addDeployCommand(program);
  addWorkerCommand(program);
  addInstallCommand(program);
  addDoctorCommand(program);
  addBackendCommand(program);
  addKernelCommand(program);
  return program;
}

/** Runs one command line; resolves to its exit code. */
export async function runProgram(argv: string[]): Promise<number> {
  const program = createProgram();
  if (argv.length <= 2) {
    program.outputHelp({ error: true });
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(argv);
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (error instanceof CommandFailure) {
      process.stderr.write(`cellgrad: ${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`cellgrad: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.failed;
  }
}
