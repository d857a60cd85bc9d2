// `cellgrad worker`: takes trials of a hyper-parameter search from a queue on Redis and runs them on this machine until a signal ends it. The
// work is the library's; it is loaded by its path when the command runs, since the kernel's code never imports the library's.
import { type Command, Option } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { onEndSignals } from "./end-signals.js";
import { parseNumber } from "./number-option.js";

interface TrialWorker {
  close(now?: boolean): Promise<void>;
}

interface WorkerModule {
  startWorker(options: Record<string, unknown> & { log(line: string): void }): Promise<TrialWorker>;
}

interface WorkerCommandOptions {
  readonly redis: string;
  readonly queue: string;
  readonly directory: string;
  readonly workers?: number;
  readonly lostAfter?: number;
  readonly attempts?: number;
}

const workerModule = new URL("../../lib/tuning/queue-worker.js", import.meta.url).href;

const help = `
A search with queue: { redis, name } is run by all machines where this command runs. The trial's module must be in the folder of each of them,
the same file. SIGTERM and Ctrl-C end it when the trials that run have ended; a second one gives them back to the queue.`;

export function addWorkerCommand(program: Command): void {
  program
    .command("worker")
    .description(
      "run trials of ml.tuning.search and ml.tuning.crossValidate from a queue on Redis (needs bullmq and ioredis)",
    )
    .addOption(
      new Option("--redis <address>", "such as redis://user:password@host:6379")
        .env("CELLGRAD_REDIS")
        .default("redis://127.0.0.1:6379"),
    )
    .option("--queue <name>", "the queue's name", "trials")
    .option("-d, --directory <folder>", "where the trials' modules are; nothing outside is loaded", ".")
    .option("-w, --workers <number>", "trials at the same time (default: one a core)", parseNumber)
    .option(
      "--lost-after <seconds>",
      "without a sign of life a trial is given to another worker (default: 30)",
      parseNumber,
    )
    .option("--attempts <number>", "so many lost workers make a trial a failure (default: 3)", parseNumber)
    .addHelpText("after", help)
    .action(work);
}

async function work({ redis, queue, ...options }: WorkerCommandOptions): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const { startWorker } = (await import(workerModule)) as WorkerModule;
  let worker: TrialWorker | undefined;
  // Before the start, or a signal in its middle would be the end.
  const ended = new Promise<void>((resolve, reject) => {
    onEndSignals((count) => {
      if (count > 2 || worker === undefined) process.exit(exitCodes.interrupted);
      if (count === 1) say("Ending when the trials that run have ended; once more gives them back");
      worker.close(count > 1).then(resolve, reject);
    });
  });
  worker = await startWorker({ ...options, queue: { redis, name: queue }, log: say }).catch(({ message }: Error) => {
    throw new CommandFailure(
      message,
      /could not be loaded|can be reached/.test(message) ? exitCodes.missing : exitCodes.usage,
    );
  });
  say(`Waiting for trials in the queue ${queue} at ${redis.replace(/\/\/[^@/]*@/, "//")}`);
  await ended;
}
