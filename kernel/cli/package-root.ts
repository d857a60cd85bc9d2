// Where this installation of cellgrad lies and which version it is. The commands use it to find main.js, the logos, the
// requirements and the notebooks, in a clone as well as in node_modules.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of cellgrad's package.json: this file runs as dist/kernel/cli/package-root.js. */
export const packageRoot = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[\\/]$/, "");

/** What a kernelspec starts. */
export const mainFile = path.join(packageRoot, "dist", "kernel", "cli", "main.js");

/** True where the sources lie beside the build: the project was cloned, not installed as a package. */
export function isClone(root: string = packageRoot): boolean {
  return existsSync(path.join(root, "kernel", "cli", "main.ts"));
}

export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === "string" ? version : "unknown";
}

/** How the person started this, for messages that name a command: `cellgrad`, or in a clone `node …/main.js`. */
export function ownCommand(): string {
  const [, script = mainFile] = process.argv;
  if (path.basename(script, ".js") !== "main") return "cellgrad";
  const fromHere = path.relative(process.cwd(), mainFile);
  return `node ${fromHere.startsWith("..") ? mainFile : fromHere}`;
}
