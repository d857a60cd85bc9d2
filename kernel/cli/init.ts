// `cellgrad init ci`: writes the file with which GitHub, GitLab or Jenkins tests a project's notebooks. The files are those of
// ci-files/, with the notebooks' place put in.
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Argument, type Command, Option } from "commander";
import { writeFileAtomically } from "./atomic-file.js";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { packageRoot } from "./package-root.js";

/** Where each service looks for its file, and what the file is made from. */
const services = {
  github: { file: ".github/workflows/notebooks.yml", from: "github.yml" },
  gitlab: { file: ".gitlab-ci.yml", from: "gitlab.yml" },
  jenkins: { file: "Jenkinsfile", from: "Jenkinsfile" },
} as const;

type Service = keyof typeof services;

interface InitOptions {
  service: Service;
  notebooks: string;
  force?: true;
}

const help = `
The file belongs into the project's folder, beside its package.json, which names cellgrad among its dependencies.`;

export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("write a file that a project needs: for now, that of continuous integration")
    .addArgument(new Argument("<what>", "what to write").choices(["ci"]))
    .addOption(
      new Option("-s, --service <name>", "who runs the tests").choices(Object.keys(services)).default("github"),
    )
    .option("-n, --notebooks <path>", "the notebooks' folder or file, from here", "notebooks")
    .option("--force", "replace a file that is there")
    .addHelpText("after", help)
    .action((_: "ci", options: InitOptions) => writeService(options));
}

async function writeService({ service, notebooks, force }: InitOptions): Promise<void> {
  const { file, from } = services[service];
  const place = checkNotebooks(notebooks);
  if (existsSync(file) && force !== true)
    throw new CommandFailure(`${file} is there already; --force replaces it.`, exitCodes.usage);
  const text = readFileSync(path.join(packageRoot, "kernel", "cli", "ci-files", from), "utf8");
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomically(
      file,
      text.replace("NOTEBOOKS", () => place),
    );
  } catch (error) {
    throw new CommandFailure(`could not write ${file}: ${error instanceof Error ? error.message : error}`);
  }
  process.stdout.write(`Wrote ${file}, which runs: cellgrad test ${place}\n`);
}

/** The path stands in YAML, in Groovy and in a shell's line, where other letters mean something. */
function checkNotebooks(notebooks: string): string {
  const place = notebooks.replaceAll("\\", "/");
  if (!/^[\p{L}\p{N}._/-]+$/u.test(place) || place.startsWith("-") || path.isAbsolute(notebooks))
    throw new CommandFailure(
      `invalid notebooks; expected a relative path of letters, digits, ".", "_", "-" and "/": ${notebooks}`,
      exitCodes.usage,
    );
  if (!existsSync(notebooks))
    throw new CommandFailure(
      `invalid notebooks; expected a file or a folder that exists: ${notebooks}`,
      exitCodes.usage,
    );
  return place;
}
