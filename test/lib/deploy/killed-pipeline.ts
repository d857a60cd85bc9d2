// A process that releases and promotes until it is killed, and says on standard output what has been done: one line an acknowledged change.
// Run by killed.test.ts.

import { pipeline, promote, rollback } from "../../../lib/deploy/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { toTensor } from "../../../lib/transforms/index.js";
import { cornersModel } from "./corners.js";

const [directory = "", what = ""] = process.argv.slice(2);
await ready();
const model = cornersModel();
const say = (line: string) => new Promise<void>((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
await say("ready");
for (;;) {
  if (what === "release") {
    const { release } = await pipeline({ model, gate: {}, directory, transform: toTensor(), promote: false });
    await say(`released ${release?.version}`);
  } else {
    await say(`live ${(await promote({ directory, version: "v1" })).to}`);
    await say(`live ${(await promote({ directory, version: "v2" })).to}`);
    await say(`live ${(await rollback({ directory })).to}`);
  }
}
