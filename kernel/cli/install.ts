// `cellgrad install`: makes the kernel known to the Jupyter that the person already has. Needs no Python, except for
// --sys-prefix, which asks the active one where it lives.
import path from "node:path";
import { type Command, Option } from "commander";
import { CommandFailure } from "./command-failure.js";
import { prefixDataDirectory, userDataDirectory } from "./jupyter-paths.js";
import { checkKernelName, defaultKernelName, writeKernelSpec } from "./kernelspec.js";
import { requirePython } from "./python.js";

interface InstallOptions {
  user?: true;
  sysPrefix?: true;
  prefix?: string;
  name: string;
}

export function addInstallCommand(program: Command): void {
  program
    .command("install")
    .description("register the kernel with the Jupyter on this machine")
    .addOption(new Option("--user", "for you alone (the default)").conflicts(["sysPrefix", "prefix"]))
    .addOption(new Option("--sys-prefix", "into the active Python's environment").conflicts("prefix"))
    .option("--prefix <dir>", "below DIR/share/jupyter, DIR being an environment's folder")
    .option("--name <name>", "the kernel's name; several may be installed side by side", defaultKernelName)
    .action(install);
}

async function install(options: InstallOptions): Promise<void> {
  const name = checkKernelName(options.name);
  const dataDirectory = await chooseDataDirectory(options);
  let directory: string;
  try {
    directory = await writeKernelSpec(dataDirectory, name);
  } catch (error) {
    throw new CommandFailure(
      `could not write the kernelspec below ${dataDirectory}: ${error instanceof Error ? error.message : error}. ` +
        "Choose a folder that you may write to, with --user or --prefix DIR.",
    );
  }
  process.stdout.write(`Installed the kernel "${name}" in ${directory}\n`);
}

async function chooseDataDirectory(options: InstallOptions): Promise<string> {
  if (options.prefix !== undefined) return prefixDataDirectory(path.resolve(options.prefix));
  if (options.sysPrefix)
    return prefixDataDirectory((await requirePython("use --user or --prefix DIR, which need none")).prefix);
  return userDataDirectory();
}
