// Runs the lessons with other pictures than digits, changed as their text says: clothes from Fashion-MNIST (Debian's package
// dataset-fashion-mnist, or data/fashion-mnist below the directory of CELLGRAD_TEST_DATA), photographs from CIFAR-10 (data/cifar-10 there;
// else digits in three colours, of the same shape). By hand, since it takes ten minutes: npm run test:other-data [-- 01 06]
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { formatNotebook, type Notebook } from "../../kernel/cli/notebook.js";
import { mnist } from "../../lib/data/index.js";
import { Workplace } from "../kernel/cli/command.js";
import { type Change, changed, changesOf } from "../notebooks/data-changes.js";
import { failed, mayFail, NotebookRun, readNotebook, textOf } from "../notebooks/notebook-run.js";

const notebooks = fileURLToPath(new URL("../../../notebooks/", import.meta.url));
const chosen = process.argv.slice(2);
const lessons = readdirSync(notebooks)
  .filter((name) => /^\d\d-.*\.ipynb$/.test(name) && (chosen.length === 0 || chosen.includes(name.slice(0, 2))))
  .sort();

/** As many as the lessons want, in CIFAR-10's files: a label, and the planes of red, green and blue. */
async function writeColouredDigits(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { train, test } = await mnist({ train: 7500, test: 2500 });
  const record = ({ values, label }: { values: ArrayLike<number>; label: number }) => {
    const bytes = new Uint8Array(1 + 3 * 32 * 32);
    bytes[0] = label;
    for (let i = 0; i < 28 * 28; i++)
      for (const channel of [0, 1, 2]) {
        const place = 1 + 1024 * channel + 32 * (2 + Math.floor(i / 28)) + 2 + (i % 28);
        bytes[place] = ((values[i] ?? 0) * (3 + ((label + channel) % 3))) / 5;
      }
    return bytes;
  };
  const [ofTrain, ofTest] = [Array.from(train, record), Array.from(test, record)];
  for (let i = 0; i < 5; i++)
    writeFileSync(path.join(folder, `data_batch_${i + 1}.bin`), Buffer.concat(ofTrain.slice(1500 * i, 1500 * (i + 1))));
  writeFileSync(path.join(folder, "test_batch.bin"), Buffer.concat(ofTest));
}

/** @returns whether only tagged cells fail */
async function run(name: string, what: string, notebook: Notebook, changes: readonly Change[]): Promise<boolean> {
  const workplace = new Workplace();
  try {
    const own = process.env.CELLGRAD_TEST_DATA;
    if (own !== undefined) cpSync(own, workplace.path("."), { recursive: true });
    const photographs = workplace.path("data/cifar-10");
    if (what === "photographs" && !existsSync(photographs)) await writeColouredDigits(photographs);
    const copy = workplace.path(name);
    writeFileSync(copy, formatNotebook(changed(notebook, changes)));
    const { codeCells, seconds } = await NotebookRun.ofCopy(copy, workplace);
    const wrong = codeCells.filter((cell) => failed(cell) && !mayFail(cell));
    const right = codeCells.filter((cell) => mayFail(cell) && !failed(cell)).map(({ id }) => id);
    console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${name} with ${what}, ${seconds.toFixed(0)} s`);
    for (const cell of wrong) console.log(`  ${cell.id}: ${cell.outputs.map(textOf).join("\n").slice(0, 600)}`);
    if (right.length > 0) console.log(`  did not fail, though it may: ${right.join(", ")}`);
    return wrong.length === 0;
  } finally {
    workplace.remove();
  }
}

let ok = true;
for (const name of lessons) {
  const { notebook } = readNotebook(`notebooks/${name}`);
  for (const [what, changes] of changesOf(notebook)) ok = (await run(name, what, notebook, changes)) && ok;
}
process.exit(ok ? 0 : 1);
