// Cells that do next to nothing: what a kernel itself costs a cell. The one with `tf` loads all of tfjs's types, and is
// checked before it runs where the kernel checks types at all.
import { setTimeout as delay } from "node:timers/promises";
import type { Fleet } from "./fleet.js";
import { type Measure, RowMaker } from "./measure.js";
import type { RunningKernel } from "./running-kernel.js";

const queueLength = 50;

export const plainMeasure: Measure = {
  name: "plain",
  async run(fleet, plan, say) {
    const row = new RowMaker("plain-cell", "plain cell");
    say(`plain cell, ${plan.samples} times`);
    await fleet.interleave(plan.samples, async (kernel, round) => {
      const { ms } = await kernel.run(kernel.contender.cells.plain(fleet.number()));
      if (round >= 0) row.add(kernel.contender.name, ms);
    });
    const queued = new RowMaker("plain-queued", `${queueLength} plain cells at once, each`);
    const rounds = Math.max(1, Math.round(plan.samples / 20));
    say(`${queueLength} plain cells at once, ${rounds} times`);
    await fleet.interleave(rounds, async (kernel, round) => {
      const ms = await runAll(kernel, fleet);
      if (round >= 0) queued.add(kernel.contender.name, ms / queueLength);
    });
    return [row.row(), queued.row()];
  },
};

/** As Run All does: what one cell leaves to do delays the next. */
async function runAll(kernel: RunningKernel, fleet: Fleet): Promise<number> {
  const cells = Array.from({ length: queueLength }, () => kernel.contender.cells.plain(fleet.number()));
  const started = performance.now();
  await Promise.all(cells.map((cell) => kernel.run(cell)));
  return performance.now() - started;
}

export const tfMeasure: Measure = {
  name: "tf",
  async run(fleet, plan, say) {
    const load = new RowMaker("tf-load", "first cell with tf");
    const row = new RowMaker("tf-cell", "cell using tf");
    const memory = new RowMaker("memory-tf", "memory, after tf", "MB");
    say(`cell using tf, ${plan.samples} times`);
    await fleet.interleave(plan.samples, async (kernel, round) => {
      const { name, cells } = kernel.contender;
      if (!cells.tf) {
        for (const maker of [load, row, memory]) maker.absent(name, "no tfjs");
        return;
      }
      if (round < 0) {
        load.add(name, (await kernel.load()) + (await kernel.run(cells.tf(fleet.number()))).ms);
      } else row.add(name, (await kernel.run(cells.tf(fleet.number()))).ms);
      if (round === plan.samples - 1) {
        row.note(name, (await refusesWrongTypes(kernel)) ? "checked" : "not checked");
        const { megabytes, processes } = kernel.memory();
        memory.add(name, megabytes);
        memory.note(name, `${processes} ${processes === 1 ? "process" : "processes"}`);
      }
    });
    return [load.row(), row.row(), memory.row()];
  },
};

async function refusesWrongTypes(kernel: RunningKernel): Promise<boolean> {
  const { wrongType } = kernel.contender.cells;
  if (wrongType === undefined) return false;
  const { exchange } = await kernel.attempt(wrongType);
  // tslab aborts every cell that comes within 200 ms of a failed one.
  await delay(300);
  return exchange.reply.content.status === "error";
}
