// Loads what cells and local files import. The session says what a specifier means; packages are Node's to load, local
// files are evaluated here, once a version, so that an edited file is picked up again.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isModuleNamespaceObject } from "node:util/types";
import { runInThisContext } from "node:vm";
import type { ResolvedModule, ToSession } from "../ipc/cell-messages.js";
import type { LocalRequire } from "./local-require.js";
import { ownCopy } from "./own-packages.js";
import { importMeta, makeRuntime, type Runtime } from "./runtime.js";
import { lineCount, type Scripts } from "./scripts.js";
import type { ThrownValues } from "./thrown-values.js";
import type { Variables } from "./variables.js";

type LocalModule = Extract<ResolvedModule, { kind: "module" }>;

/** A local file of one version. */
interface Evaluation {
  version: string;
  exports: object;
  isDone: boolean;
  /** Settles when it is. */
  evaluated: Promise<unknown>;
  /** The modules that it waits for. */
  waitsFor: Set<Evaluation>;
}

/** Of a file's path: up to the name behind the last `node_modules`. */
const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

export class ModuleLoader {
  readonly #questions = new Map<number, (module: ResolvedModule) => void>();
  #asked = 0;
  readonly #modules = new Map<string, Evaluation>();
  /** Versions of CommonJS files. */
  readonly #versions = new Map<string, string>();
  readonly #json = new Map<string, { version: string; module: object }>();
  /** Files that Node loaded. */
  readonly #natives = new Set<string>();
  readonly #namespaces = new WeakMap<object, object>();

  constructor(
    readonly send: (message: ToSession) => void,
    readonly scripts: Scripts,
    readonly variables: Variables,
    readonly require: LocalRequire,
    readonly thrownValues: ThrownValues,
  ) {}

  /** The session's answer to a question. */
  resolved(id: number, module: ResolvedModule): void {
    this.#questions.get(id)?.(module);
    this.#questions.delete(id);
  }

  /** What was being evaluated is begun anew when it is imported next: Stop may have broken it off. */
  forgetUnfinished(): void {
    for (const [path, { isDone }] of this.#modules) if (!isDone) this.#modules.delete(path);
  }

  /** What `import` in a cell gives. */
  async load(specifier: string): Promise<object> {
    return this.#load(await this.#resolve(specifier, null), specifier, null);
  }

  /** The folders of the packages that are loaded, as far as they were imported by cells and local files, or required. */
  packages(): string[] {
    const folders = [...this.#natives, ...this.require.files()].map((path) => packageFolder.exec(path)?.[0]);
    return [...new Set(folders)].filter((folder) => folder !== undefined);
  }

  async #loadFrom(importer: Evaluation, path: string, specifier: string): Promise<object> {
    return this.#load(await this.#resolve(specifier, path), specifier, importer);
  }

  #resolve(specifier: string, from: string | null): Promise<ResolvedModule> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#questions.set(id, resolve);
      this.send({ type: "resolve", id, specifier, from });
    });
  }

  async #load(module: ResolvedModule, specifier: string, importer: Evaluation | null): Promise<object> {
    switch (module.kind) {
      case "native":
        return this.#native(module.url, specifier);
      case "module":
        return this.#local(module, importer);
      case "commonjs":
        return this.#commonJs(module.path, module.version);
      case "json":
        return this.#parsed(module.path, module.version, module.text);
      case "empty":
        return {};
      case "error":
        throw new Error(module.message);
    }
  }

  async #native(url: string, specifier: string): Promise<object> {
    if (!url.startsWith("file:")) return (await import(url)) as object;
    // What the kernel's own packages import is the kernel's own anyway.
    if (ownCopy(specifier) === undefined) this.require.hookImports();
    this.#natives.add(fileURLToPath(url));
    const namespace = (await import(url)) as object;
    // Of a CommonJS module Node finds only the names that its text shows; TypeScript knows them all.
    const loaded = this.require.loaded(fileURLToPath(url));
    // An ES module that was loaded by `require` stands in its cache too.
    if (!loaded || isModuleNamespaceObject(loaded.exports)) return namespace;
    return this.commonJsNamespace(loaded.exports);
  }

  #commonJs(path: string, version: string): object {
    const exports = this.require.load(path, this.#versions.get(path) !== version);
    this.#versions.set(path, version);
    return this.commonJsNamespace(exports);
  }

  #parsed(path: string, version: string, text: string): object {
    const known = this.#json.get(path);
    if (known?.version === version) return known.module;
    const module = this.commonJsNamespace(JSON.parse(text));
    this.#json.set(path, { version, module });
    return module;
  }

  async #local(module: LocalModule, importer: Evaluation | null): Promise<object> {
    let evaluation = this.#modules.get(module.path);
    if (evaluation?.version !== module.version) evaluation = this.#evaluate(module);
    if (evaluation.isDone) return evaluation.exports;
    // In a circle of imports the first module is met again before it is done: what it exports so far is what there is.
    if (importer && waits(evaluation, importer)) return evaluation.exports;
    importer?.waitsFor.add(evaluation);
    try {
      await evaluation.evaluated;
    } finally {
      importer?.waitsFor.delete(evaluation);
    }
    return evaluation.exports;
  }

  #evaluate(module: LocalModule): Evaluation {
    const { path, version, code, source, map } = module;
    const name = this.scripts.add({ origin: { path }, source, map, lineOffset: 0, lines: lineCount(code) });
    const run = runInThisContext(`${code}\n//# sourceURL=${name}`) as (
      runtime: Runtime,
      exports: object,
      meta: object,
    ) => Promise<unknown>;
    const evaluated = Promise.resolve();
    const evaluation: Evaluation = { version, exports: {}, isDone: false, evaluated, waitsFor: new Set() };
    const meta = importMeta(path, dirname(path), this.require);
    const runtime = makeRuntime(
      (specifier) => this.#loadFrom(evaluation, path, specifier),
      this.variables,
      this.thrownValues,
      meta,
    );
    this.#modules.set(path, evaluation);
    evaluation.evaluated = run(runtime, evaluation.exports, meta).then(
      () => {
        evaluation.isDone = true;
      },
      (error: unknown) => {
        // The next import tries again.
        if (this.#modules.get(path) === evaluation) this.#modules.delete(path);
        throw error;
      },
    );
    return evaluation;
  }

  /** A CommonJS module's exports as `import * as` and named imports see them in TypeScript. */
  commonJsNamespace(exports: unknown): object {
    if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return { default: exports };
    const known = this.#namespaces.get(exports);
    if (known) return known;
    const properties = Object.getOwnPropertyDescriptors(exports) as Record<string, PropertyDescriptor>;
    const namespace: object = Object.create(null, {
      ...enumerable(properties, exports),
      default: { value: defaultOf(exports), enumerable: true, writable: true, configurable: true },
    }) as object;
    this.#namespaces.set(exports, namespace);
    return namespace;
  }
}

function waits(evaluation: Evaluation, importer: Evaluation): boolean {
  if (evaluation === importer) return true;
  for (const next of evaluation.waitsFor) if (waits(next, importer)) return true;
  return false;
}

function defaultOf(exports: object): unknown {
  return "__esModule" in exports && "default" in exports ? exports.default : exports;
}

/** Live where the module made them live. */
function enumerable(properties: Record<string, PropertyDescriptor>, exports: object): PropertyDescriptorMap {
  const shown: PropertyDescriptorMap = {};
  for (const [name, property] of Object.entries(properties)) {
    if (!property.enumerable) continue;
    shown[name] = {
      get: () => (exports as Record<string, unknown>)[name],
      enumerable: true,
      configurable: true,
    };
    if ("value" in property && Object.isFrozen(exports)) shown[name] = { value: property.value, enumerable: true };
  }
  return shown;
}
