// A second installation of cellgrad whose parts a test can take away: the build is copied, the packages are links to this
// project's own. Used by the tests of doctor.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../../kernel/cli/package-root.js";

export class Installation {
  readonly #folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "cellgrad-installation-")));
  readonly root: string;
  readonly #packages: string;

  /** @param kind a clone has the sources beside the build; a package lies in the node_modules of a project. */
  constructor(readonly kind: "clone" | "package") {
    this.#packages = path.join(this.#folder, "node_modules");
    this.root = kind === "clone" ? this.#folder : path.join(this.#packages, "cellgrad");
    mkdirSync(this.root, { recursive: true });
    mkdirSync(this.#packages, { recursive: true });
    if (kind === "package") writeFileSync(path.join(this.#folder, "package.json"), "{}");
    for (const part of ["package.json", "dist/kernel", "dist/lib", ...(kind === "clone" ? ["kernel/cli"] : [])]) {
      cpSync(path.join(packageRoot, part), path.join(this.root, part), { recursive: true });
    }
    const theirs = path.join(packageRoot, "node_modules");
    for (const name of readdirSync(theirs)) {
      if (name.startsWith(".") || name === "cellgrad") continue;
      const scoped = name.startsWith("@") ? readdirSync(path.join(theirs, name)).map((it) => `${name}/${it}`) : [name];
      if (name.startsWith("@")) mkdirSync(path.join(this.#packages, name));
      for (const each of scoped) this.#link(each);
    }
  }

  get mainFile(): string {
    return path.join(this.root, "dist", "kernel", "cli", "main.js");
  }

  /** Where npm would put the installation right again. */
  get project(): string {
    return this.#folder;
  }

  file(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  package(name: string): string {
    return path.join(this.#packages, name);
  }

  /** Takes away a package, or one of its files. */
  take(name: string, ...file: string[]): void {
    const folder = path.join(this.#packages, name);
    if (file.length > 0) this.own(name);
    const taken = path.join(folder, ...file);
    if (!existsSync(taken)) throw new Error(`${taken} is not there anyway`);
    rmSync(taken, { recursive: true });
  }

  /** A copy instead of the link: Node then looks here for what the package needs, not beside the original. */
  own(name: string): void {
    const folder = path.join(this.#packages, name);
    if (!lstatSync(folder).isSymbolicLink()) return;
    const original = realpathSync(folder);
    rmSync(folder, { recursive: true });
    cpSync(original, folder, { recursive: true, dereference: true });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #link(name: string): void {
    const target = realpathSync(path.join(packageRoot, "node_modules", name));
    symlinkSync(target, path.join(this.#packages, name), "junction");
  }
}
