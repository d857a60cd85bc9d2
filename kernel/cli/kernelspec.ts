// The kernelspec: what Jupyter reads to list "TypeScript (cellgrad)" and to start it. Written by install and lab, read
// back by doctor. https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "./atomic-file.js";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { mainFile, packageRoot, packageVersion } from "./package-root.js";

export const defaultKernelName = "cellgrad";

export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message" | "signal";
  metadata: Record<string, unknown>;
}

export function kernelSpec(name: string = defaultKernelName): KernelSpec {
  return {
    // Absolute paths: a Jupyter that is started from a desktop menu has another PATH than the shell that installed this.
    argv: [process.execPath, mainFile, "kernel", "{connection_file}"],
    display_name: `TypeScript (${name})`,
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false, cellgrad: { version: packageVersion() } },
  };
}

/** Jupyter's own rule; it looks names up in lower case. */
export function checkKernelName(name: string): string {
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name)) {
    throw new CommandFailure(
      `invalid name; expected letters, digits, ".", "_" and "-" only: ${JSON.stringify(name)}`,
      exitCodes.usage,
    );
  }
  return name.toLowerCase();
}

/** Writes the kernelspec below a Jupyter data folder; resolves to its own folder. */
export async function writeKernelSpec(dataDirectory: string, name: string = defaultKernelName): Promise<string> {
  const directory = path.join(dataDirectory, "kernels", name);
  const logos = path.join(packageRoot, "kernel", "cli", "logo");
  await mkdir(directory, { recursive: true });
  for (const logo of await readdir(logos)) {
    if (logo.startsWith("logo-"))
      await writeFileAtomically(path.join(directory, logo), await readFile(path.join(logos, logo)));
  }
  // Last, because Jupyter lists a folder from the moment that it holds a kernel.json.
  await writeFileAtomically(path.join(directory, "kernel.json"), `${JSON.stringify(kernelSpec(name), null, 2)}\n`);
  return directory;
}

export interface InstalledKernelSpec {
  name: string;
  directory: string;
  displayName: string;
  /** What it starts, and whether those files exist is for doctor to say. */
  argv: string[];
}

/** The kernelspecs below one data folder that start a cellgrad, this one or another. */
export async function findKernelSpecs(dataDirectory: string): Promise<InstalledKernelSpec[]> {
  const kernels = path.join(dataDirectory, "kernels");
  const names = await readdir(kernels).catch(() => []);
  const found: InstalledKernelSpec[] = [];
  for (const name of names.sort()) {
    const directory = path.join(kernels, name);
    const spec = await readFile(path.join(directory, "kernel.json"), "utf8").then(parseSpec, () => undefined);
    if (spec) found.push({ name, directory, ...spec });
  }
  return found;
}

function parseSpec(text: string): { displayName: string; argv: string[] } | undefined {
  try {
    const spec = JSON.parse(text) as { display_name?: unknown; argv?: unknown; metadata?: Record<string, unknown> };
    if (!Array.isArray(spec.argv) || spec.metadata?.cellgrad === undefined) return undefined;
    return { displayName: String(spec.display_name), argv: spec.argv.map(String) };
  } catch {
    return undefined;
  }
}
