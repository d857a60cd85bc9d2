// `cellgrad serve model.onnx`: an exported model, or the live one of a folder of releases, behind HTTP until a signal ends it, after what was
// accepted is answered. The work is the library's; it is loaded by its path when the command runs, since the kernel's code never imports the
// library's.
import { readFile, stat } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { failureOf, loadDeploy, type RunningServer } from "./deploy-module.js";
import { onEndSignals } from "./end-signals.js";
import { openStore } from "./serve-store.js";

interface ServeModule {
  start(options: Record<string, unknown>): Promise<RunningServer>;
}

interface ServeCommandOptions {
  readonly host: string;
  readonly tokenFile?: string;
  readonly store?: string;
  readonly [option: string]: unknown;
}

const serveModule = new URL("../../lib/serve/start.js", import.meta.url).href;

const help = `
The log goes to standard output, one JSON object a line; everything else to standard error. SIGTERM and Ctrl-C answer what was
accepted and end; a second one ends at once.`;

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("serve an exported model: POST /predict, /healthz, /readyz, /metrics, /docs")
    .argument("<model>", "the .onnx file, or a folder of releases (cellgrad deploy), of which the live one answers")
    .option("-p, --port <number>", "0 takes a free one", whole, 8000)
    .option("--host <address>", "what to listen on; 0.0.0.0 for every network", "127.0.0.1")
    .option("--token-file <file>", "requests must bring the token in this file (Authorization: Bearer …)")
    .option(
      "--store <file>",
      "log predictions to this SQLite file, or mysql://…, mongodb://…, redis://…; /dashboard shows them",
    )
    .addOption(
      new Option("--fit <how>", "pictures of the model's size only, or scaled and cut").choices(["exact", "cover"]),
    )
    .option("--batch-size <number>", "the most inputs at once (default: 16)", whole)
    .option("--batch-delay <ms>", "how long an input waits for others (default: 5)", whole)
    .option("--queue <number>", "the most inputs that wait; more get 503 (default: 256)", whole)
    .option("--max-body <bytes>", "the most of a request (default: 10 MiB)", whole)
    .option("--timeout <ms>", "for an answer (default: 10000)", whole)
    .option("--request-timeout <ms>", "in which a client must have sent its request (default: 30000)", whole)
    .option("--drain-timeout <ms>", "for what was accepted, at the end (default: 10000)", whole)
    .option("--threads <number>", "inside the model's operators (default: all processors but one)", whole)
    .addOption(
      new Option("--log <level>", "what is logged")
        .choices(["silent", "error", "warn", "info", "debug"])
        .default("info"),
    )
    .addHelpText("after", help)
    .action(serve);
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

async function serve(model: string, { tokenFile, store: place, ...options }: ServeCommandOptions): Promise<void> {
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
  const isLocal = /^(127\.|localhost$|::1$)/.test(options.host);
  if (token === undefined && !isLocal)
    process.stderr.write(`Whoever reaches ${options.host} may ask: --token-file asks for a token\n`);
  const isFolder = await stat(model).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const start = isFolder ? await liveStart(model) : await fileStart(model);
  // Before the start, or a signal in its middle would be the end.
  const ended = new Promise<void>((resolve) => {
    onEndSignals((count) => {
      if (count > 1) process.exit(exitCodes.interrupted);
      resolve();
    });
  });
  const store = place === undefined ? undefined : await openStore(place);
  try {
    const server = await start({
      ...options,
      ...(token === undefined ? {} : { token }),
      ...(store === undefined ? {} : store.options),
    }).catch((error: Error) => {
      throw failureOf(error);
    });
    process.stderr.write(`Serving ${server.model.name}, version ${server.model.version}, at ${server.url}\n`);
    if (store !== undefined)
      process.stderr.write(`Logging predictions to ${store.name}; see ${new URL("/dashboard", server.url)}\n`);
    await ended;
    process.stderr.write("Closing: what was accepted is answered\n");
    await server.close();
  } finally {
    await store?.close();
  }
}

type Start = (options: Record<string, unknown>) => Promise<RunningServer>;

async function fileStart(model: string): Promise<Start> {
  const { start } = (await import(serveModule)) as ServeModule;
  return (options) => start({ ...options, model });
}

async function liveStart(directory: string): Promise<Start> {
  const deploy = await loadDeploy();
  // Looked at twice a second: each reason is told once.
  let told = "";
  const onError = ({ message }: Error) => {
    if (message !== told) process.stderr.write(`The live release can't be taken over: ${message}\n`);
    told = message;
  };
  return (options) => deploy.serve({ ...options, directory, onError });
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new CommandFailure(
      `invalid --token-file; expected a file that can be read: ${file} (${error.message})`,
      exitCodes.usage,
    );
  });
  const token = text.trim();
  if (token === "")
    throw new CommandFailure(`invalid --token-file; expected a token in ${file}: nothing`, exitCodes.usage);
  return token;
}
