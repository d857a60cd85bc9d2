// Installs requirements with pip, and says why where it could not. Called by virtual-environment.ts with the patience
// that the person has (patience.ts).
import { CommandFailure, exitCodes } from "./command-failure.js";
import type { Patience } from "./patience.js";
import { environmentPython } from "./python.js";
import { lastLines, runQuietly } from "./quiet-process.js";

export interface Installation {
  /** A requirements file. */
  requirements: string;
  /** What the person can do where this fails; ends every message. */
  instead: string;
  say: (line: string) => void;
  signal: AbortSignal;
  answerWithinMs?: number;
}

export async function installRequirements(
  directory: string,
  { requirements, instead, say, signal }: Installation,
  patience: Patience,
): Promise<void> {
  let packages = 0;
  const onLine = (line: string) => {
    patience.read(line);
    if (/^(Collecting|Processing) /.test(line)) {
      packages++;
      if (packages % 20 === 0) say(`  … ${packages} packages found`);
    } else if (line.startsWith("Installing collected packages")) {
      say(`  … unpacking ${packages} packages`);
    }
  };
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "3", "--timeout", "8", "install"];
  const { code, output, givenUp } = await runQuietly(environmentPython(directory), [...pip, "-r", requirements], {
    signal,
    giveUp: patience.giveUp,
    onLine,
  });
  if (code === 0) return;
  throw new CommandFailure(
    (patience.answered
      ? `pip could not install JupyterLab (exit code ${code}).\n`
      : `could not get JupyterLab from PyPI${givenUp ? ": no answer" : ""}.\n`) +
      lastLines(output) +
      "Check the network (HTTPS_PROXY, PIP_INDEX_URL and pip's own settings count) and start again; or install " +
      `JupyterLab 4 yourself (pip install jupyterlab); or ${instead}.`,
    exitCodes.missing,
  );
}
