// Pictures from the other thread: the same as from this one, errors told, and no process kept alive.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { promisify } from "node:util";
import { Chart } from "../../../lib/plot/chart.js";
import { drawElsewhere } from "../../../lib/plot/drawing-thread.js";
import { lossCurve } from "../../../lib/plot/index.js";
import { epochsOf } from "./gallery.js";

describe("plot: the thread that draws", () => {
  it("draws what this one draws", async () => {
    const chart = lossCurve(epochsOf(5));
    const { png, cost } = await drawElsewhere(chart);
    assert.equal(png, (await chart.bundle())["image/png"]);
    assert.ok(cost > 0);
  });

  it("leaves the cores to what trains, where threads have priorities", async () => {
    await drawElsewhere(lossCurve(epochsOf(2)));
    const threads = process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [process.pid];
    const low = threads.filter((thread) => getPriority(thread) === constants.priority.PRIORITY_LOW);
    // It, and what it starts for its pictures; not the threads that read files for everybody.
    assert.equal(low.length > 0, process.platform === "linux");
    const shared = low.filter((thread) => readFileSync(`/proc/self/task/${thread}/comm`, "utf8").startsWith("libuv"));
    assert.deepEqual(shared, []);
    assert.ok(getPriority() < constants.priority.PRIORITY_LOW);
  });

  it("says what is wrong with a specification, and goes on", async () => {
    const wrong = new Chart({ $schema: "", data: { values: [] }, mark: "barn" }, undefined, "");
    const right = lossCurve(epochsOf(2));
    const reason = await wrong.toSVG().catch((error: Error) => error.message);
    const [failed, drawn] = await Promise.allSettled([drawElsewhere(wrong), drawElsewhere(right)]);
    assert.ok(failed.status === "rejected" && failed.reason instanceof Error);
    assert.equal(failed.reason.message, reason);
    assert.equal(drawn.status, "fulfilled");
  });

  it("keeps a program alive until its picture is there, and no longer", async () => {
    const at = (file: string) => JSON.stringify(new URL(`../../../lib/plot/${file}`, import.meta.url).href);
    const script = `
      import { drawElsewhere } from ${at("drawing-thread.js")};
      import { lossCurve } from ${at("index.js")};
      const { png } = await drawElsewhere(lossCurve([{ epoch: 1, loss: 1 }]));
      console.log(png.slice(0, 4));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 60_000,
    });
    assert.equal(stdout.trim(), "iVBO");
  });
});
