// `npm run bench:kernel`: our kernel beside tslab, ipykernel and Deno, in one run, their turns interleaved; then whether
// every bar holds. Exit code 1 when one does not, or when our kernel failed a turn.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../kernel/cli/package-root.js";
import { judge, type Verdict } from "./kernel/bars.js";
import { type Contender, contenderNames, findContender, isMissing } from "./kernel/contenders.js";
import { Fleet } from "./kernel/fleet.js";
import type { Measure, Plan, Row } from "./kernel/measure.js";
import { plainMeasure, tfMeasure } from "./kernel/measure-cells.js";
import { linesMeasure } from "./kernel/measure-lines.js";
import { completeMeasure, inspectMeasure } from "./kernel/measure-questions.js";
import { startMeasure } from "./kernel/measure-start.js";
import { stopMeasure } from "./kernel/measure-stop.js";
import type { Place } from "./kernel/running-kernel.js";
import { table } from "./kernel/table.js";

// Lines of output last but one, and Stop last: they end kernels that can't be stopped.
const measures: readonly Measure[] = [
  startMeasure,
  plainMeasure,
  tfMeasure,
  inspectMeasure,
  linesMeasure,
  completeMeasure,
  stopMeasure,
];

const help = `usage: npm run bench:kernel -- [options]

  --only NAMES       of: ${measures.map(({ name }) => name).join(", ")}
  --kernels NAMES    of: ${contenderNames.join(", ")}
  --rounds N         fresh starts of each kernel (7)
  --samples N        how often a cell, a completion, an inspection is timed (100)
  --stops N          how often each of the five kinds of cell is stopped (20)
  --lines N          lines of output (100000)
  --json FILE        every single time, the verdicts and the machine, as JSON
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      kernels: { type: "string" },
      rounds: { type: "string", default: "7" },
      samples: { type: "string", default: "100" },
      stops: { type: "string", default: "20" },
      lines: { type: "string", default: "100000" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const plan: Plan = {
    rounds: count("rounds", values.rounds),
    samples: count("samples", values.samples),
    stops: count("stops", values.stops),
    lines: count("lines", values.lines),
  };
  const chosen = choose(
    "only",
    values.only,
    measures.map(({ name }) => name),
  );
  const names = choose("kernels", values.kernels, contenderNames);
  const found = names.map(findContender);
  const contenders = found.filter((it): it is Contender => !isMissing(it));
  const missing = found.filter(isMissing);
  const machine = describeMachine(contenders);
  process.stdout.write(`${machine}\n`);
  const { rows, failures } = await measure(contenders, chosen, plan);
  const verdicts = judge(rows);
  process.stdout.write(
    `\n${table(
      rows,
      contenders.map(({ name }) => name),
    )}\n\n${verdictText(verdicts)}\n`,
  );
  for (const { name, message } of failures) process.stdout.write(`failed   ${name}: ${message.trim()}\n`);
  for (const { name, why } of missing) process.stdout.write(`missing  ${name}: ${why}\n`);
  if (values.json) {
    const report = { machine, date: new Date().toISOString(), plan, rows, verdicts, failures, missing };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (verdicts.some(({ holds }) => holds === false) || failures.some(({ name }) => name === "cellgrad"))
    process.exitCode = 1;
}

interface Result {
  rows: Row[];
  failures: Fleet["failures"];
}

async function measure(contenders: readonly Contender[], chosen: readonly string[], plan: Plan): Promise<Result> {
  const place = makePlace();
  const fleet = new Fleet(contenders, place);
  const rows: Row[] = [];
  try {
    for (const { name, run } of measures) {
      if (chosen.includes(name)) rows.push(...(await run(fleet, plan, say)));
    }
  } finally {
    await fleet.stop();
    rmSync(place.directory, { recursive: true, force: true });
  }
  return { rows, failures: fleet.failures };
}

/** A notebook's folder beside the project's own packages, and histories that are not the user's. */
function makePlace(): Place {
  const directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-bench-"));
  symlinkSync(path.join(packageRoot, "node_modules"), path.join(directory, "node_modules"), "junction");
  // Deno looks into node_modules for what a package.json asks for.
  const manifest = { name: "bench", private: true, dependencies: { "@tensorflow/tfjs": "*" } };
  writeFileSync(path.join(directory, "package.json"), JSON.stringify(manifest));
  const own = (name: string) => {
    const folder = path.join(directory, name);
    mkdirSync(folder);
    return folder;
  };
  return { directory, env: { CELLGRAD_HISTORY: own("history"), IPYTHONDIR: own("ipython"), NO_COLOR: "1" } };
}

function describeMachine(contenders: readonly Contender[]): string {
  const cpus = os.cpus();
  const load = os.loadavg()[0]?.toFixed(2);
  const kernels = contenders.map(({ name, version }) => `${name} ${version}`).join(", ");
  const machine = `${cpus.length} × ${cpus[0]?.model.trim()}, ${process.platform} ${process.arch}, load ${load}`;
  return `${kernels}\nNode ${process.version}; ${machine}`;
}

function verdictText(verdicts: readonly Verdict[]): string {
  const word = { true: "holds   ", false: "FAILS   ", undefined: "unknown " };
  return verdicts.map(({ bar, holds, because }) => `${word[`${holds}`]} ${bar}: ${because}`).join("\n");
}

function say(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`invalid --${name}; expected a number from 1 on: ${text}`);
  return value;
}

function choose<T extends string>(option: string, text: string | undefined, all: readonly T[]): readonly T[] {
  if (text === undefined) return all;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`invalid --${option}; expected some of ${all.join(", ")}: ${unknown}`);
  return all.filter((name) => names.includes(name));
}

// An `exit` ends the kernels, a signal alone would leave them behind.
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => process.exit(code));
}
try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
// A kernel that never answered may still run; `exit` ends it.
process.stdout.write("", () => process.exit());
