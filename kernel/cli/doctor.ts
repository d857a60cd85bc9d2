// `cellgrad doctor`: what is installed, in which version, what is missing, and the command that mends it. For people
// whose notebook does not start, and for their reports.
import type { Command } from "commander";
import { exitCodes } from "./command-failure.js";
import type { Finding } from "./finding.js";
import { jupyterFindings } from "./jupyter-findings.js";
import { packageFindings } from "./package-findings.js";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("say what is installed, what is missing, and the command that mends it")
    .option("--json", "print the findings as JSON")
    .action(async (options: { json?: true }) => {
      const findings = await examine();
      process.stdout.write(options.json ? `${JSON.stringify({ findings }, null, 2)}\n` : report(findings));
      if (findings.some(({ status }) => status === "missing")) process.exitCode = exitCodes.failed;
    });
}

export async function examine(): Promise<Finding[]> {
  const [packages, jupyter] = await Promise.all([packageFindings(), jupyterFindings()]);
  return [...packages, ...jupyter];
}

const marks = { ok: "ok", optional: "--", missing: "!!" } as const;

function report(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, status, detail, mend }) => {
    const line = `${marks[status]}  ${name.padEnd(width)}  ${detail}`;
    return mend ? `${line}\n    ${" ".repeat(width)}  → ${mend}` : line;
  });
  const broken = findings.filter(({ status }) => status === "missing").length;
  return `${lines.join("\n")}\n\n${broken === 0 ? "Everything that a cell needs is here." : `${broken} to mend.`}\n`;
}
