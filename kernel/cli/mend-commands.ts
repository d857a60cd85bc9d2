// The commands that put a broken installation right; each was tried on one. npm keeps a package that has its folder and its
// version, however broken it is inside: such a one has to be removed first. Used by package-findings.ts.
import { existsSync } from "node:fs";
import path from "node:path";
import { isClone, packageRoot } from "./package-root.js";

/** Brings back packages that are not there. */
export function installCommand(root: string = packageRoot): string {
  const project = projectOf(root);
  // A package for one platform is an optional one, which some configurations leave out.
  const install = "npm install --include=optional";
  if (isClone(root)) return `${install} --prefix "${project}"`;
  // As the clone's .npmrc says: else it asks for CUDA parts, and is left out where they can't be had.
  const here = `${install} --onnxruntime-node-install=skip`;
  return project ? `${here} --prefix "${project}"` : `${here} --global cellgrad`;
}

/** Brings back a package whose folder is there. */
export function replaceCommand(folder: string, root: string = packageRoot): string {
  if (!projectOf(root)) return `npm uninstall --global cellgrad && ${installCommand(root)}`;
  // Node.js removes it alike in every shell.
  return `node -e "fs.rmSync('${folder.replaceAll("\\", "/")}', { recursive: true })" && ${installCommand(root)}`;
}

/** Where everything that was looked at is there, and yet no cell runs: what `root` itself holds is made anew. */
export function renewCommand(root: string = packageRoot): string {
  return isClone(root) ? installCommand(root) : replaceCommand(root, root);
}

/** The folder in which npm installs: the clone, or the project that has cellgrad among its packages; else it is global. */
function projectOf(root: string): string | undefined {
  if (isClone(root)) return root;
  const project = path.resolve(root, "..", "..");
  return existsSync(path.join(project, "package.json")) ? project : undefined;
}
