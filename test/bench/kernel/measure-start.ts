// From the start of a kernel's process to its answer to kernel_info_request, to its first result, and the memory of all
// its processes then.
import { type Measure, RowMaker } from "./measure.js";

export const startMeasure: Measure = {
  name: "start",
  async run(fleet, plan, say) {
    const ready = new RowMaker("start-ready", "start to ready");
    const first = new RowMaker("first-cell", "first cell");
    const result = new RowMaker("start-result", "start to first result");
    const memory = new RowMaker("memory-idle", "memory, idle", "MB");
    // The round before the first reads everything from the disk once, for all kernels.
    for (let round = -1; round < plan.rounds; round++) {
      say(`start-up, round ${round + 1} of ${plan.rounds}`);
      for (const contender of fleet.contenders) {
        await fleet.guardFresh(contender, async (kernel) => {
          const { ms } = await kernel.run(contender.cells.plain(fleet.number()));
          if (round < 0) return;
          ready.add(contender.name, kernel.readyMs);
          first.add(contender.name, ms);
          result.add(contender.name, kernel.readyMs + ms);
          const { megabytes, processes } = kernel.memory();
          memory.add(contender.name, megabytes);
          memory.note(contender.name, `${processes} ${processes === 1 ? "process" : "processes"}`);
        });
      }
    }
    return [ready.row(), first.row(), result.row(), memory.row()];
  },
};
