// A loop of console.log: from the request to `idle`, with every line signed, sent and read.
import { type Measure, RowMaker } from "./measure.js";
import { TimeLimit } from "./running-kernel.js";

const rounds = 3;
const limitMs = 30_000;

export const linesMeasure: Measure = {
  name: "lines",
  async run(fleet, plan, say) {
    const row = new RowMaker("lines", `${plan.lines.toLocaleString("en")} lines of output`);
    for (let round = 0; round < rounds; round++) {
      say(`${plan.lines} lines of output, round ${round + 1} of ${rounds}`);
      for (const contender of fleet.contenders) {
        if (row.isAbsent(contender.name)) continue;
        const kernel = await fleet.kernel(contender);
        const cell = { code: contender.cells.lines(plan.lines), shows: "line 0" };
        try {
          const { ms, text } = await kernel.run(cell, limitMs);
          const seen = text.split("\n").filter((line) => line.startsWith("line ")).length;
          row.add(contender.name, ms);
          if (seen !== plan.lines) row.note(contender.name, `${seen.toLocaleString("en")} shown`);
        } catch (error) {
          row.absent(contender.name, error instanceof TimeLimit ? `not in ${limitMs / 1000} s` : "fails");
          await kernel.stop();
        }
      }
    }
    return [row.row()];
  },
};
