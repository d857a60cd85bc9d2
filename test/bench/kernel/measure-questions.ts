// Completion and inspection: while the kernel is idle, and while a cell of it spins.
import { type Measure, RowMaker } from "./measure.js";
import { isStarted, type RunningKernel, TimeLimit, within } from "./running-kernel.js";
import type { Position } from "./snippets.js";

/** A front end has given up long before. */
const busyLimitMs = 2000;
const subjects = ["plain", "tf"] as const;
const subjectLabels = { plain: "Math.", tf: "tf." };

export const completeMeasure: Measure = {
  name: "complete",
  async run(fleet, plan, say) {
    const idle = makers("complete", "complete", "idle");
    const busy = makers("complete-busy", "complete", "while (true) {}");
    say(`complete, idle, ${plan.samples} times`);
    await fleet.interleave(plan.samples, (kernel, round) =>
      askAll(kernel, round, idle, kernel.contender.cells.completions, (position) => kernel.complete(position)),
    );
    const rounds = Math.max(1, Math.round(plan.samples / 20));
    for (let round = 0; round < rounds; round++) {
      say(`complete, during while (true) {}, round ${round + 1} of ${rounds}`);
      for (const contender of fleet.contenders) {
        if (busy.plain.isAbsent(contender.name)) continue;
        const count = Math.ceil(plan.samples / rounds);
        await fleet.guard(contender, (kernel) => askBusy(kernel, busy, count, fleet.number()));
      }
    }
    return [...Object.values(idle), ...Object.values(busy)].map((maker) => maker.row());
  },
};

export const inspectMeasure: Measure = {
  name: "inspect",
  async run(fleet, plan, say) {
    const rows = makers("inspect", "inspect", "idle");
    say(`inspect, ${plan.samples} times`);
    await fleet.interleave(plan.samples, (kernel, round) =>
      askAll(kernel, round, rows, kernel.contender.cells.inspections, (position) => kernel.inspect(position)),
    );
    return Object.values(rows).map((maker) => maker.row());
  },
};

type Makers = Record<(typeof subjects)[number], RowMaker>;

function makers(key: string, verb: string, when: string): Makers {
  const maker = (subject: keyof Makers) =>
    new RowMaker(`${key}-${subject}`, `${verb} ${subjectLabels[subject]} (${when})`);
  return { plain: maker("plain"), tf: maker("tf") };
}

async function askAll(
  kernel: RunningKernel,
  round: number,
  rows: Makers,
  positions: Record<keyof Makers, Position | undefined>,
  ask: (position: Position) => Promise<number>,
): Promise<void> {
  const { name, cells } = kernel.contender;
  await kernel.load();
  for (const subject of subjects) {
    const position = positions[subject];
    if (!position) rows[subject].absent(name, cells.tf ? "–" : "no tfjs");
    else if (!rows[subject].isAbsent(name)) {
      try {
        const ms = await ask(position);
        if (round >= 0) rows[subject].add(name, ms);
      } catch {
        rows[subject].absent(name, "finds nothing");
      }
    }
  }
}

/** Asks while a cell spins; a kernel that doesn't answer is not asked again. */
async function askBusy(kernel: RunningKernel, rows: Makers, count: number, number: number): Promise<void> {
  const { name, cells } = kernel.contender;
  // A kernel that had to be started anew is as warm as the others before it is asked.
  await kernel.load();
  await kernel.run(cells.plain(number));
  await kernel.complete(cells.completions.plain);
  const spinning = kernel.begin(cells.endless);
  // A kernel whose output waits for the loop never says that it has started.
  await within(spinning.published(isStarted), 500, "started").catch(() => {});
  try {
    for (let i = 0; i < count; i++) {
      for (const subject of subjects) {
        const position = cells.completions[subject];
        if (position) rows[subject].add(name, await kernel.complete(position, busyLimitMs));
        else rows[subject].absent(name, "no tfjs");
      }
    }
  } catch (error) {
    if (!(error instanceof TimeLimit)) throw error;
    for (const subject of subjects) rows[subject].absent(name, `none in ${busyLimitMs / 1000} s`);
  }
  kernel.interrupt();
  await within(spinning.done, busyLimitMs, "stop").catch(() => kernel.stop());
}
