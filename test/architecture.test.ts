// Which folder may import which, and which folder alone may load zeromq, tslab and the compiler. The reasons are in
// kernel/README.md and lib/README.md; a new arrow is a decision, made here first.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

const root = fileURLToPath(new URL("../../", import.meta.url));

const afterTraining = ["engine", "data", "transforms", "models", "losses", "optimizers", "schedules", "metrics"];
const beforeDeploy = [...afterTraining, "training", "callbacks", "plot", "exporters", "compress", "serve", "monitor"];

/** What each folder may import, besides itself and packages. */
const arrows: Record<string, Record<string, string[]>> = {
  kernel: {
    cli: ["session", "transport"],
    protocol: [],
    transport: ["protocol"],
    text: [],
    language: ["text"],
    ipc: ["protocol"],
    session: ["protocol", "transport", "language", "ipc"],
    worker: ["ipc", "protocol", "text"],
  },
  lib: {
    engine: [],
    data: ["engine"],
    transforms: ["engine"],
    models: ["engine"],
    losses: ["engine"],
    optimizers: ["engine"],
    schedules: ["engine"],
    metrics: ["engine"],
    training: afterTraining,
    callbacks: ["engine", "training", "plot"],
    plot: ["engine", "metrics"],
    exporters: ["engine", "transforms"],
    compress: ["engine", "exporters", "metrics", "transforms"],
    serve: ["engine", "exporters", "transforms"],
    monitor: ["engine", "metrics", "plot"],
    testing: ["engine"],
    deploy: [...beforeDeploy, "testing"],
    tuning: ["engine", "data", "training"],
    teaching: [...beforeDeploy, "testing", "deploy"],
  },
};

/** Packages that only one folder knows, so that they can be replaced there. */
const owners: Record<string, string> = {
  zeromq: "kernel/transport",
  tslab: "kernel/worker",
  typescript: "kernel/language",
};

/**
 * What is loaded, or started, by its path, and not along an arrow. The kernel does not know the library's types; it puts
 * the library into cells, and its server, its releases and the tool that builds its native backend behind commands.
 */
const loadedByPath: Record<string, string> = {
  "kernel/worker/own-packages.ts": "lib/index.js",
  "kernel/language/tensorflow-types/bundled-types.ts": "lib",
  "kernel/cli/backend.ts": "lib/engine/native-build.js",
  "kernel/cli/deploy-module.ts": "lib/deploy/commands.js",
  "kernel/cli/serve.ts": "lib/serve/start.js",
  "kernel/cli/serve-store.ts": "lib/monitor/index.js",
  "kernel/cli/convert.ts": "lib/exporters/convert.js",
  "kernel/cli/worker.ts": "lib/tuning/queue-worker.js",
  "kernel/session/worker-process.ts": "kernel/worker/main.js",
  // What "cellgrad" means in the module of a trial.
  "lib/tuning/trial-imports.ts": "lib/index.js",
};

interface Import {
  file: string;
  specifier: string;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")));
}

/** Imports, re-exports, `import()` and `require()` of a literal. */
function importsOf(file: string, source: string): Import[] {
  const { program, module, errors } = parseSync(file, source);
  assert.deepEqual(errors, [], `${file} does not parse`);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
    ...module.dynamicImports.map(({ moduleRequest }) => literal(source.slice(moduleRequest.start, moduleRequest.end))),
    ...requiresIn(program),
  ];
  return specifiers.filter((specifier) => specifier !== undefined).map((specifier) => ({ file, specifier }));
}

/** `new URL("…", import.meta.url)`: what it means within the project; undefined outside kernel/ and lib/. */
function pathsOf(file: string, source: string): { file: string; target: string }[] {
  return [...source.matchAll(/new URL\(\s*["'`]([^"'`$]*)["'`]/g)].flatMap(([, given = ""]) => {
    const target = path.posix.join(path.posix.dirname(file), given).replace(/\/$/, "");
    return /^(kernel|lib)(\/|$)/.test(target) ? [{ file, target }] : [];
  });
}

/** Says why a path is not allowed, or nothing. */
function pathComplaint({ file, target }: { file: string; target: string }): string | undefined {
  if (folderOf(file) === folderOf(target) || target.startsWith(`${path.posix.dirname(file)}/`)) return undefined;
  return loadedByPath[file] === target ? undefined : `${file} reaches ${target}`;
}

function literal(text: string): string | undefined {
  return /^(["'`])([^"'`$]*)\1$/.exec(text)?.[2];
}

function requiresIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(requiresIn);
  if (typeof node !== "object" || node === null) return [];
  const { type, callee, arguments: given } = node as Record<string, unknown>;
  const found = Object.values(node).flatMap(requiresIn);
  if (type !== "CallExpression" || !Array.isArray(given)) return found;
  const argument = given[0] as { value?: unknown } | undefined;
  const requires = (callee as { name?: string }).name === "require";
  return requires && typeof argument?.value === "string" ? [...found, argument.value] : found;
}

/** `kernel/session` for kernel/session/handlers/execute.ts; `lib` for lib/index.ts. */
function folderOf(file: string): string {
  return file.split("/").slice(0, -1).slice(0, 2).join("/");
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Says why an import is not allowed, or nothing. */
function complaint({ file, specifier }: Import): string | undefined {
  const from = folderOf(file);
  const [half = "", part] = from.split("/");
  if (!specifier.startsWith(".")) {
    const owner = owners[packageOf(specifier)];
    if (owner !== undefined && owner !== from) return `${file}: only ${owner} imports ${specifier}`;
    if (from === "kernel/protocol" && !specifier.startsWith("node:")) return `${file}: protocol imports no package`;
    if (packageOf(specifier) === "cellgrad" && from !== "kernel/worker") return `${file}: imports its own package`;
    return undefined;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, ".ts");
  if (!existsSync(path.join(root, target))) return `${file}: ${specifier} does not exist`;
  const to = folderOf(target);
  // lib/index.ts is what others see of the library: it re-exports every folder. lib/displays.ts gives charts to what trains.
  if (to === from || ["lib/index.ts", "lib/displays.ts"].includes(file))
    return to.startsWith(half) ? undefined : `${file} → ${to}`;
  const allowed = (part === undefined ? undefined : arrows[half]?.[part]) ?? [];
  const [otherHalf, otherPart = ""] = to.split("/");
  return half === otherHalf && allowed.includes(otherPart) ? undefined : `${file}: ${from} does not import ${to}`;
}

function complaints(imports: Import[]): string[] {
  return imports.map(complaint).filter((text) => text !== undefined);
}

describe("architecture", () => {
  for (const half of ["kernel", "lib"]) {
    it(`${half}/ has only folders that are described`, () => {
      const folders = sourceFiles(half).map(folderOf);
      const known = Object.keys(arrows[half] ?? {}).map((part) => `${half}/${part}`);
      assert.deepEqual(
        [...new Set(folders)].filter((folder) => folder !== half && !known.includes(folder)),
        [],
      );
    });

    it(`${half}/ imports along the arrows only`, () => {
      const files = sourceFiles(half);
      assert.ok(files.length > 0);
      const imports = files.flatMap((file) => importsOf(file, readFileSync(path.join(root, file), "utf8")));
      assert.deepEqual(complaints(imports), []);
    });
  }

  it("what is reached by a path is named", () => {
    const files = ["kernel", "lib"].flatMap(sourceFiles);
    const reached = files.flatMap((file) => pathsOf(file, readFileSync(path.join(root, file), "utf8")));
    assert.deepEqual(reached.map(pathComplaint).filter(Boolean), []);
    for (const [file, target] of Object.entries(loadedByPath))
      assert.ok(
        reached.some((it) => it.file === file && it.target === target),
        `${file} no longer reaches ${target}`,
      );
    const [wrong] = pathsOf("kernel/worker/main.ts", 'load(new URL("../../lib/data/loader.js", import.meta.url))');
    assert.ok(wrong && pathComplaint(wrong) === "kernel/worker/main.ts reaches lib/data/loader.js");
  });

  it("has four top-level folders", () => {
    const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
    const folders = tracked.filter((name) => name.includes("/")).map((name) => name.split("/", 1)[0] ?? "");
    const visible = [...new Set(folders)].filter((name) => !name.startsWith("."));
    assert.deepEqual(
      visible.filter((name) => !["kernel", "lib", "notebooks", "test"].includes(name)),
      [],
    );
  });

  it("would notice a wrong arrow of every kind", () => {
    const wrong: [file: string, source: string][] = [
      ["kernel/worker/main.ts", 'import { Sockets } from "../transport/sockets.js";'],
      ["kernel/worker/main.ts", 'import { linspace } from "../../lib/index.js";'],
      ["kernel/session/main.ts", 'export * from "tslab";'],
      ["kernel/session/main.ts", 'const zmq = await import("zeromq");'],
      ["kernel/cli/doctor.ts", 'const ts = require("typescript/lib/version.cjs");'],
      ["kernel/protocol/wire.ts", 'import { Command } from "commander";'],
      ["kernel/language/language.ts", 'import type { Message } from "../protocol/message.js";'],
      ["lib/engine/backend.ts", 'import { replyTo } from "../../kernel/protocol/requests.js";'],
      ["lib/index.ts", 'export { replyTo } from "../kernel/protocol/requests.js";'],
    ];
    for (const [file, source] of wrong) {
      assert.equal(complaints(importsOf(file, source)).length, 1, `${file}: ${source}`);
    }
  });
});
