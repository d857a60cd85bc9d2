// Part of the build: writes the bundled declarations of TensorFlow.js and of the library beside the compiled code, where
// kernel-paths.ts finds them. Does nothing where they are there already, for these packages, this library and this code.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensorFlowFolders } from "../kernel-paths.js";
import { bundleDeclarations } from "./bundle.js";
import { bundleFolder, bundleVersions, libraryFolder, libraryName } from "./bundled-types.js";

const codeFolder = fileURLToPath(new URL(".", import.meta.url));
const folders = tensorFlowFolders();
const versions = bundleVersions(folders);
const key = `${JSON.stringify(versions)} ${hashOf(codeFolder, ".js")} ${hashOf(libraryFolder, ".d.ts")}`;
const stamp = join(bundleFolder, "made-from.txt");

if (read(stamp) !== key) {
  rmSync(bundleFolder, { recursive: true, force: true });
  const origin = `// Made by cellgrad's build from the declarations of TensorFlow.js (Apache-2.0, Google LLC) and its own: ${versions.join(", ")}\n`;
  for (const [name, text] of bundleDeclarations(new Map([...folders, [libraryName, libraryFolder]]))) {
    const file = join(bundleFolder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, origin + text);
  }
  writeFileSync(join(bundleFolder, "versions.json"), JSON.stringify(versions));
  writeFileSync(stamp, key);
}

function hashOf(folder: string, ending: string): string {
  const hash = createHash("sha256");
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort())
    if (name.endsWith(ending)) hash.update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
