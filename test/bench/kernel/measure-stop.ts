// Stop: from the request to the reply and `idle`, over five kinds of cell. A run counts when the cell ended in time, the
// kernel lives, its variables hold what they held, tf still calculates, and nothing of the cell runs on.
import { setTimeout as delay } from "node:timers/promises";
import type { Contender } from "./contenders.js";
import type { Fleet } from "./fleet.js";
import { type Measure, type Plan, RowMaker } from "./measure.js";
import { isStarted, type RunningKernel, within } from "./running-kernel.js";
import { type StopKind, stopKinds } from "./snippets.js";

const stopLimitMs = 3000;
/** A kind that a peer failed this often is not tried again: each failure costs a restart of it. */
const failuresUntilGivenUp = 2;

type Run = { ms: number } | { failure: "does not end" | "ends the kernel" | "loses state" | "runs on" };

export const stopMeasure: Measure = {
  name: "interrupt",
  async run(fleet, plan, say) {
    const all = new RowMaker("interrupt", "interrupt, all kinds");
    const makers = new Map(stopKinds.map((kind) => [kind, new RowMaker(`interrupt: ${kind}`, `  ${kind}`)]));
    const tally = new Map<string, Tally>();
    for (let round = 0; round < plan.stops; round++) {
      say(`interrupt, round ${round + 1} of ${plan.stops}`);
      for (const [kind, maker] of makers) {
        for (const contender of fleet.contenders) {
          const of = tallyOf(tally, contender, kind);
          await fleet.guard(contender, async () => {
            const run = await turn(fleet, contender, kind, round, of);
            if (run && "ms" in run) for (const row of [maker, all]) row.add(contender.name, run.ms);
          });
        }
      }
    }
    for (const contender of fleet.contenders) describe(contender, plan, makers, all, tally);
    return [all, ...makers.values()].map((maker) => maker.row());
  },
};

interface Tally {
  runs: number;
  failures: Map<string, number>;
  impossible: boolean;
}

function tallyOf(tally: Map<string, Tally>, contender: Contender, kind: StopKind): Tally {
  const key = `${contender.name} ${kind}`;
  const found = tally.get(key) ?? { runs: 0, failures: new Map(), impossible: false };
  tally.set(key, found);
  return found;
}

function failed({ failures }: Tally): number {
  return [...failures.values()].reduce((sum, count) => sum + count, 0);
}

async function turn(
  fleet: Fleet,
  contender: Contender,
  kind: StopKind,
  n: number,
  tally: Tally,
): Promise<Run | undefined> {
  const code = contender.cells.stop(kind, n);
  if (code === undefined) tally.impossible = true;
  const isPeer = contender.name !== "cellgrad";
  if (code === undefined || (isPeer && failed(tally) >= failuresUntilGivenUp)) return undefined;
  const run = await stopOnce(await fleet.kernel(contender), code, n);
  tally.runs += 1;
  if ("failure" in run) {
    tally.failures.set(run.failure, (tally.failures.get(run.failure) ?? 0) + 1);
    await fleet.fresh(contender);
  }
  return run;
}

async function stopOnce(kernel: RunningKernel, code: string, n: number): Promise<Run> {
  await prepare(kernel);
  const running = kernel.begin(code);
  await within(running.published(isStarted), 500, "started").catch(() => {});
  await delay(20 + Math.random() * 50);
  const sent = performance.now();
  kernel.interrupt();
  let ms: number;
  try {
    ms = (await within(running.done, stopLimitMs, "stop")).doneAt - sent;
  } catch {
    return { failure: kernel.ended === undefined ? "does not end" : "ends the kernel" };
  }
  try {
    const before = await readState(kernel);
    await delay(20);
    const after = await readState(kernel);
    if (after.kept !== n || after.answer !== 42) return { failure: "loses state" };
    return before.ticks === after.ticks ? { ms } : { failure: "runs on" };
  } catch {
    return { failure: kernel.ended === undefined ? "loses state" : "ends the kernel" };
  }
}

const prepared = new WeakSet<RunningKernel>();

async function prepare(kernel: RunningKernel): Promise<void> {
  if (prepared.has(kernel)) return;
  prepared.add(kernel);
  await kernel.load();
  const { stopSetup, tf } = kernel.contender.cells;
  await kernel.run({ code: stopSetup(tf !== undefined) });
}

async function readState(kernel: RunningKernel): Promise<{ kept: number; ticks: number; answer: number }> {
  const { state } = kernel.contender.cells;
  let { exchange, text } = await kernel.attempt(state.code, stopLimitMs);
  // tslab aborts every cell that comes within 200 ms of a failed one, and a stopped one counts as that.
  for (let again = 0; exchange.reply.content.status !== "ok" && again < 3; again++) {
    await delay(250);
    ({ exchange, text } = await kernel.attempt(state.code, stopLimitMs));
  }
  const [, kept, ticks, answer] = /(-?\d+) (\d+) (\d+)/.exec(text) ?? [];
  return { kept: Number(kept), ticks: Number(ticks), answer: Number(answer) };
}

function describe(
  contender: Contender,
  plan: Plan,
  makers: ReadonlyMap<StopKind, RowMaker>,
  all: RowMaker,
  tally: Map<string, Tally>,
): void {
  const { name } = contender;
  let runs = 0;
  let good = 0;
  for (const [kind, maker] of makers) {
    const of = tallyOf(tally, contender, kind);
    const ended = of.runs - failed(of);
    runs += of.impossible ? 0 : plan.stops;
    good += ended;
    const why = [...of.failures.keys()].join(", ");
    if (of.impossible) maker.absent(name, "no tfjs");
    else if (ended === 0) maker.absent(name, why);
    else maker.note(name, `${ended}/${of.runs}${why ? `: ${why}` : ""}`);
  }
  if (good === 0) all.absent(name, `0/${runs}`);
  else all.note(name, `${good}/${runs}`);
}
