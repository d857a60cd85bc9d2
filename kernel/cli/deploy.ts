// `cellgrad deploy`: an exported model becomes a release, goes live, and back. The work is the library's; see deploy-module.ts.
import { type Command, Option } from "commander";
import { CommandFailure } from "./command-failure.js";
import { failureOf, loadDeploy } from "./deploy-module.js";
import { parseNumber } from "./number-option.js";

interface Place {
  readonly directory: string;
}

interface ReleaseOptions extends Place {
  readonly test?: string;
  readonly as?: string;
  readonly promote: boolean;
  readonly accuracy?: number;
  readonly accuracyBy?: string;
  readonly accuracyDrop?: number;
  readonly latency?: number;
  readonly size?: number;
  readonly drift?: number;
  readonly canary?: number;
  readonly canarySeconds?: number;
  readonly keep?: number;
}

const help = `
A folder of releases has one folder a version, and a file "current" that names the live one. cellgrad serve FOLDER answers
with the live release, and swaps within a second when promote or rollback change it.`;

export function addDeployCommand(program: Command): void {
  const deploy = program
    .command("deploy")
    .description("releases of exported models: gate, promote, roll back")
    .addHelpText("after", help);
  addReleaseCommand(deploy);
  addFilesCommand(deploy);
  withPlace(deploy.command("promote").description("make a release live"))
    .argument("<version>", "the release, such as v2")
    .action(async (version: string, { directory }: Place) => {
      const { promote } = await loadDeploy();
      say(await promote({ directory, version }).catch(fail));
    });
  withPlace(deploy.command("rollback").description("make the release live again that was live before"))
    .argument("[version]", "an earlier one that was live")
    .action(async (version: string | undefined, { directory }: Place) => {
      const { rollback } = await loadDeploy();
      say(await rollback({ directory, ...(version === undefined ? {} : { version }) }).catch(fail));
    });
  withPlace(
    deploy.command("status").description("which releases there are, which is live, and whether their files are whole"),
  )
    .option("--json", "for programs")
    .action(async ({ directory, json }: Place & { json?: true }) => {
      const { status } = await loadDeploy();
      const state = await status(directory).catch(fail);
      const { live, since, previous, releases } = state;
      if (json) say(JSON.stringify({ directory: state.directory, live, since, previous, releases }, null, 2));
      else say(state);
      const damaged = releases.find(({ isLive, damages }) => isLive && damages.length > 0);
      if (damaged) throw new CommandFailure(`the live release is damaged: ${damaged.damages[0]}`);
    });
}

function addFilesCommand(deploy: Command): void {
  withPlace(
    deploy
      .command("files")
      .description("write a Dockerfile, a systemd unit, and files for Kubernetes, Triton and KServe"),
  )
    .argument("<target>", "the folder to write into; not there yet, or empty")
    .option("--release <version>", "which release (default: the live one)")
    .option("--name <name>", "what the service is called (default: model)")
    .option("--port <number>", "what it listens on (default: 8000)", parseNumber)
    .option("--image <name>", "what the container's image is called (default: name:version)")
    .option("--storage-uri <address>", "where KServe finds the folder triton/ (default: pvc://models/name)")
    .action(async (target: string, { release: version, ...options }: Place & { release?: string }) => {
      const { files } = await loadDeploy();
      say(await files({ ...options, target, ...(version === undefined ? {} : { version }) }).catch(fail));
    });
}

function addReleaseCommand(deploy: Command): void {
  withPlace(deploy.command("release").description("check a model against limits, make a release of it, and promote it"))
    .argument("<model>", "the .onnx file")
    .option("--test <folder>", "pictures that training has not seen, one folder a class")
    .option(
      "--accuracy <share>",
      "the least accuracy on them, such as 0.95: the lower end of its interval must reach it",
      parseNumber,
    )
    .addOption(new Option("--accuracy-by <what>", "which number must reach it").choices(["low", "value"]))
    .option("--accuracy-drop <share>", "how far the accuracy may be below the live release's", parseNumber)
    .option("--latency <ms>", "the most that 95 of 100 single inputs may take", parseNumber)
    .option("--size <bytes>", "the most bytes of the file", parseNumber)
    .option(
      "--drift <share>",
      "compare predictions with the live release's; how often that may be a false alarm: 0.01",
      parseNumber,
    )
    .option(
      "--canary <requests>",
      "try it on so many requests of a server that follows (cellgrad serve FOLDER) first",
      parseNumber,
    )
    .option("--canary-seconds <seconds>", "how long they are waited for (default: 60)", parseNumber)
    .option("--as <version>", "how the release is called (default: v1, v2, …)")
    .option("--keep <number>", "how many releases stay once this one is live; older ones are removed", parseNumber)
    .option("--no-promote", "make the release, but leave live what is live")
    .action(release);
}

async function release(
  model: string,
  { directory, test, as, promote, canary, canarySeconds, keep, ...gate }: ReleaseOptions,
): Promise<void> {
  const { pipeline } = await loadDeploy();
  const deployment = await pipeline({
    model,
    directory,
    gate,
    promote,
    ...(canary === undefined
      ? {}
      : {
          server: "following",
          canary: { requests: canary, ...(canarySeconds === undefined ? {} : { seconds: canarySeconds }) },
        }),
    ...(test === undefined ? {} : { test }),
    ...(as === undefined ? {} : { version: as }),
    ...(keep === undefined ? {} : { keep }),
    onStage: ({ name, outcome, text }) => process.stderr.write(`${name}: ${outcome}, ${text}\n`),
  }).catch(fail);
  say(deployment);
  if (deployment.status === "rolledBack")
    throw new CommandFailure("the canary was not passed; what was live stays live");
  if (deployment.status === "refused") throw new CommandFailure("a gate was not passed; nothing was released");
}

function withPlace(command: Command): Command {
  return command.option("-d, --directory <folder>", "the folder of releases", "releases");
}

function say(result: { toString(): string }): void {
  process.stdout.write(`${result}\n`);
}

function fail(error: Error): never {
  throw failureOf(error);
}
