// The worker: runs cells, one at a time, in the order in which the session sends them. Started by WorkerProcess in the
// notebook's folder. This file puts the parts together.
import { Socket } from "node:net";
import { join } from "node:path";
import type { ToWorker } from "../ipc/cell-messages.js";
import { FrameReader } from "../ipc/frames.js";
import { pipes } from "../ipc/worker-notices.js";
import { CellExecutor } from "./cell-executor.js";
import { CellRun, currentRun, runIn } from "./cell-run.js";
import { installChildProcesses } from "./child-processes.js";
import { CodeRunner } from "./code-runner.js";
import { CommTable } from "./comms.js";
import { uninterrupted } from "./critical.js";
import { makeDisplay } from "./display.js";
import { installExit, ownExit } from "./exit.js";
import { ForeignCopies } from "./foreign-copies.js";
import { Input } from "./input.js";
import { Interrupts } from "./interrupt.js";
import { LateErrors } from "./late-errors.js";
import { LocalRequire } from "./local-require.js";
import { macrotask } from "./macrotask.js";
import { ModuleLoader } from "./module-loader.js";
import { installGlobals, notebookGlobals } from "./notebook-globals.js";
import { Outbox } from "./outbox.js";
import { Preloaded } from "./preloaded.js";
import { sentBundle } from "./representations.js";
import { importMeta, makeRuntime } from "./runtime.js";
import { Scripts } from "./scripts.js";
import { SessionPipe } from "./session-pipe.js";
import { StackFrames } from "./stack-frames.js";
import { installStandardStreams } from "./standard-streams.js";
import { TensorFlow } from "./tensor-flow.js";
import { installThreads } from "./threads.js";
import { ThrownValues } from "./thrown-values.js";
import { installTimers } from "./timers.js";
import { Tracebacks } from "./traceback.js";
import { loadTslab } from "./tslab-modules.js";
import { Variables } from "./variables.js";

const directory = process.cwd();
const pipe = new SessionPipe();
const outbox = new Outbox(pipe);
const scripts = new Scripts();
const frames = new StackFrames(scripts, directory);
const thrownValues = new ThrownValues();
const tracebacks = new Tracebacks(frames, directory, thrownValues);
const lateErrors = new LateErrors(outbox, tracebacks);
const require = new LocalRequire(directory);
const comms = new CommTable(outbox);
const input = new Input(outbox);
const tensorFlow = new TensorFlow();

frames.install();
installTimers();
installChildProcesses(outbox);
installThreads();
installStandardStreams(outbox);
installExit(outbox, pipe, frames, directory);
lateErrors.install();
require.install();

const globals = notebookGlobals({ display: makeDisplay(outbox), input, comms, require });
installGlobals(directory, globals);

const variables = new Variables({
  ...globals,
  get tf() {
    return preloaded.tf;
  },
  get ml() {
    return preloaded.ml;
  },
});
const modules = new ModuleLoader((message) => outbox.send(message), scripts, variables, require, thrownValues);
const preloaded = new Preloaded(tensorFlow, (exports) => modules.commonJsNamespace(exports));
const foreignCopies = new ForeignCopies(directory, {
  hookImports: () => require.hookImports(),
  whenOwnLoaded: (ready) => preloaded.whenLoaded(["tf", "ml"], ready),
});
const meta = importMeta(join(directory, "notebook.ts"), directory, require);
const runner = new CodeRunner({
  directory,
  scripts,
  variables,
  runtime: makeRuntime((specifier) => modules.load(specifier), variables, thrownValues, meta),
  createExecutor: loadTslab(({ data, metadata, transient }, update) => {
    const run = currentRun();
    const id = transient.display_id === undefined ? {} : { displayId: transient.display_id };
    outbox.show(run, { type: "display", cell: run?.id ?? "", update, data: sentBundle(data), metadata, ...id });
  }),
});
const executor = new CellExecutor({
  runner,
  outbox,
  tracebacks,
  variables,
  whenLoaded: (names, ready) => foreignCopies.whenReplaced(() => preloaded.whenLoaded(names, ready)),
  ended: (run) => {
    input.forget(run);
    if (run.isStopped) modules.forgetUnfinished();
  },
});

function receive(message: ToWorker): void {
  switch (message.type) {
    case "execute":
      executor.execute(message);
      break;
    case "evaluate":
      executor.evaluate(message);
      break;
    case "input-reply":
      input.answered(message.cell, message.value);
      break;
    case "comm":
      comms.receive(message.cell, message.comm);
      break;
    case "resolved":
      modules.resolved(message.id, message.module);
      break;
    case "who":
      describeVariables(message.id, message.names);
      break;
    case "packages":
      outbox.send({ type: "packages", id: message.id, folders: modules.packages() });
      break;
    case "forget":
      variables.forget(message.names);
      break;
    case "shutdown":
      outbox.flush();
      ownExit(0);
  }
}

/** Values may have their own ways to show themselves: that is user code. */
function describeVariables(id: number, names: string[]): void {
  const run = new CellRun({ id: currentRun()?.id ?? "", count: 0, allowStdin: false });
  macrotask(() => runIn(run, () => outbox.send({ type: "variables", id, variables: variables.summaries(names) })));
}

const frameReader = new FrameReader<ToWorker>(receive);
const fromSession = new Socket({ fd: pipes.fromSession, readable: true, writable: false });
fromSession.on("data", (chunk: Buffer) => uninterrupted(() => frameReader.push(chunk)));
// The session is gone, and whatever is computed here is for nobody.
fromSession.on("close", () => ownExit(0));
fromSession.on("error", () => ownExit(0));

new Interrupts({
  executor,
  outbox,
  frames,
  tensorFlow,
  reportLate: (run, error, at) => lateErrors.report(run, error, at),
}).start();
outbox.send({ type: "ready" });
preloaded.load();
