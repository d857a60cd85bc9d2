// What an import specifier means when a cell or a local file runs: the kernel's own copy of a package, a package of the
// notebook's folder, or a local file, which is compiled here so that its edits are seen.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { builtinModules, createRequire } from "node:module";
import { dirname, extname, join, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "oxc-parser";
import type { ResolverFactory } from "oxc-resolver";
import type { KernelPaths } from "./kernel-paths.js";
import { moduleCode } from "./module-code.js";
import { NotebookPackage } from "./notebook-package.js";
import type { ModuleResolution } from "./results.js";
import { transpile } from "./transpile.js";

interface LocalModule {
  /** Modification time and size: what the compiled text was made from. */
  stamp: string;
  hash: string;
  code: string;
  map: string;
  source: string;
  /** Specifiers that it imports. */
  imports: string[];
  commonjs: boolean;
}

const require = createRequire(import.meta.url);

function newResolver(): ResolverFactory {
  const oxc = require("oxc-resolver") as typeof import("oxc-resolver");
  return new oxc.ResolverFactory({
    conditionNames: ["node", "import"],
    mainFields: ["main"],
    extensions: [".ts", ".mts", ".tsx", ".js", ".mjs", ".cjs", ".json", ".node"],
    extensionAlias: { ".js": [".ts", ".tsx", ".js"], ".mjs": [".mts", ".mjs"], ".cjs": [".cts", ".cjs"] },
  });
}

const compiledExtensions = new Set([".ts", ".mts", ".tsx", ".js", ".mjs", ".jsx"]);

export class ModuleResolver {
  private lookups: ResolverFactory | undefined;
  private readonly compiled = new Map<string, LocalModule>();
  private readonly notebook: NotebookPackage;

  constructor(
    private readonly directory: string,
    private readonly paths: KernelPaths,
    /** The `paths` of the folder's tsconfig.json. */
    private readonly userPaths: () => Record<string, string[]>,
  ) {
    this.notebook = new NotebookPackage(directory);
  }

  /** Loaded with the first import. */
  private get resolver(): ResolverFactory {
    this.lookups ??= newResolver();
    return this.lookups;
  }

  forgetLookups(): void {
    this.lookups?.clearCache();
  }

  /** @param from the importing local file, or null for a cell. */
  async resolve(specifier: string, from: string | null): Promise<ModuleResolution> {
    if (specifier.startsWith("node:")) return { kind: "native", url: specifier };
    if (/^(https?|data):/.test(specifier)) return { kind: "native", url: specifier };
    const own = this.paths.own(specifier);
    if (own) return { kind: "native", url: own };
    if (builtinModules.includes(specifier)) return { kind: "native", url: `node:${specifier}` };
    const found = await this.find(specifier, from);
    if ("error" in found) return { kind: "error", message: found.error };
    const { path } = found;
    if (this.notebook.isForeign(path)) {
      if (path.endsWith(".json")) return this.json(path);
      if (path.endsWith(".node")) return { kind: "commonjs", path, version: "1" };
      if (/\.d\.[cm]?ts$/.test(path)) return { kind: "empty" };
      return { kind: "native", url: pathToFileURL(path).href };
    }
    return this.local(path);
  }

  private async find(specifier: string, from: string | null): Promise<{ path: string } | { error: string }> {
    const request = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    const directory = from ? dirname(from) : this.directory;
    for (const candidate of this.mapped(request)) {
      const { path } = await this.resolver.async(this.directory, candidate);
      if (path) return { path };
    }
    let result = await this.resolver.async(directory, request);
    if (!result.path) {
      // The file may be new, the package installed a moment ago.
      this.lookups?.clearCache();
      result = await this.resolver.async(directory, request);
    }
    if (result.path) return { path: result.path };
    const types = await this.resolver.resolveDtsAsync(join(directory, "cell.ts"), request).catch(() => undefined);
    if (types?.path) return { path: types.path };
    const local = request.startsWith(".") || request.startsWith("/");
    const help = local
      ? ""
      : `; to install it: %npm install ${specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")}`;
    const where = from ? from : "the notebook's folder";
    return { error: `Cannot find module '${specifier}' from ${where}${help}` };
  }

  /** Where the tsconfig.json's `paths` look for a specifier: the longest prefix wins, as TypeScript has it. */
  private mapped(specifier: string): string[] {
    let best: { length: number; targets: string[] } | undefined;
    for (const [pattern, targets] of Object.entries(this.userPaths())) {
      const [prefix = "", suffix] = pattern.split("*", 2);
      const fits =
        suffix === undefined
          ? specifier === pattern
          : specifier.length >= prefix.length + suffix.length &&
            specifier.startsWith(prefix) &&
            specifier.endsWith(suffix);
      if (!fits || (best && best.length >= prefix.length)) continue;
      const star = specifier.slice(prefix.length, specifier.length - (suffix?.length ?? 0));
      // Relative to the tsconfig.json, which is in the notebook's folder.
      best = {
        length: prefix.length,
        targets: targets.map((it) => resolvePath(this.directory, it.replace("*", star))),
      };
    }
    return best?.targets ?? [];
  }

  private async local(path: string): Promise<ModuleResolution> {
    const extension = extname(path);
    if (extension === ".json") return this.json(path);
    if (/\.d\.[cm]?ts$/.test(path)) return { kind: "empty" };
    if (!compiledExtensions.has(extension)) return { kind: "commonjs", path, version: await stampOf(path) };
    try {
      const version = await this.version(path, new Set());
      const module = await this.compile(path);
      if (module.commonjs) return { kind: "commonjs", path, version };
      return { kind: "module", path, version, code: module.code, source: module.source, map: module.map };
    } catch (error) {
      return {
        kind: "error",
        message: `Cannot compile '${path}': ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }

  private async json(path: string): Promise<ModuleResolution> {
    const text = await readFile(path, "utf8");
    return { kind: "json", path, version: hashOf(text), text };
  }

  /** Changes when the file, or a local file that it imports, directly or not, changes. */
  private async version(path: string, seen: Set<string>): Promise<string> {
    if (seen.has(path)) return "";
    seen.add(path);
    if (!compiledExtensions.has(extname(path))) return stampOf(path);
    const module = await this.compile(path);
    const parts = [module.hash];
    for (const specifier of module.imports) {
      if (!specifier.startsWith(".") && !specifier.startsWith("/") && !this.mapped(specifier).length) continue;
      const found = await this.find(specifier, path);
      if ("path" in found) parts.push(await this.version(found.path, seen));
    }
    return parts.length === 1 ? module.hash : hashOf(parts.join(" "));
  }

  private async compile(path: string): Promise<LocalModule> {
    const stamp = await stampOf(path);
    const known = this.compiled.get(path);
    if (known?.stamp === stamp) return known;
    const source = await readFile(path, "utf8");
    const extension = extname(path);
    const parsed = parseSync(path, source, { sourceType: "module" });
    const commonjs = extension === ".js" && !parsed.module.hasModuleSyntax && !(await inModulePackage(path));
    const imports = parsed.module.staticImports.map((it) => it.moduleRequest.value);
    for (const item of parsed.module.staticExports)
      for (const entry of item.entries) if (entry.moduleRequest) imports.push(entry.moduleRequest.value);
    const written = commonjs ? { code: "", map: "" } : moduleCode(await transpile(source, path), source, path);
    const module: LocalModule = { stamp, hash: hashOf(source), source, imports, commonjs, ...written };
    this.compiled.set(path, module);
    return module;
  }
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path);
  return `${mtimeMs}-${size}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

async function inModulePackage(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { type?: string }).type === "module";
    if (folder === dirname(folder)) return false;
  }
}
