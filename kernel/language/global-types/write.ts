// Part of the build: writes the bundled declarations of globals beside the compiled code, where bundled-globals.ts finds them.
// Does nothing where they are there already, for these versions of the packages and of this code.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilerExecutable } from "../compiler-executable.js";
import { bundleGlobals } from "./bundle.js";
import { bundleFolder, globalVersions, nodeTypesFolder, versionsFile } from "./bundled-globals.js";

const versions = globalVersions();
const code = readFileSync(fileURLToPath(new URL("bundle.js", import.meta.url)));
const stamp = join(bundleFolder, "made-from.txt");
const key = `${versions.join(", ")} ${createHash("sha256").update(code).digest("hex")}`;

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== key) {
  rmSync(bundleFolder, { recursive: true, force: true });
  const texts = bundleGlobals({ library: dirname(await compilerExecutable()), node: nodeTypesFolder() });
  const origin = `// Made by cellgrad's build from the declarations of ${versions.join(" and ")} (Apache-2.0 and MIT).\n`;
  mkdirSync(join(bundleFolder, "node"), { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(bundleFolder, "node", name), origin + text);
  writeFileSync(versionsFile, JSON.stringify(versions));
  writeFileSync(stamp, key);
}
