// Makes positions in stack traces those that the user wrote: `err.stack` says `Cell [3], line 2:7`, and tracebacks find the
// frames of an error here. Works through Error.prepareStackTrace, which user code may still replace.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scripts, SourcePlace, SourcePosition } from "./scripts.js";
import { restoreMessage } from "./written-message.js";

export type FramePlace =
  | { kind: "cell"; count: number; position: SourcePosition }
  | { kind: "file"; path: string; line: number; column: number; source: string | undefined }
  | { kind: "package"; name: string }
  /** Node's own code, and code without a file. */
  | { kind: "internal" }
  /** The kernel's own code, which no user wants to see. */
  | { kind: "kernel" };

export interface StackFrame {
  /** The function's name, with its class; empty at the top level. */
  name: string;
  place: FramePlace;
}

/** Of a stack that is text; more would only be cut later. */
const parsedLines = 100;

// dist/kernel/worker → dist
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const kernelFolder = join(dist, "kernel") + sep;
const libraryFolder = join(dist, "lib") + sep;

export class StackFrames {
  readonly #frames = new WeakMap<object, StackFrame[]>();

  constructor(
    readonly scripts: Scripts,
    readonly directory: string,
  ) {}

  /** User code may set a prepareStackTrace of its own: it is asked for what `stack` is, and frames are noted all the same. */
  install(): void {
    let theirs: unknown;
    const prepare = (error: Error, sites: NodeJS.CallSite[]): unknown => {
      const own = this.#prepare(error, sites);
      return typeof theirs === "function" ? (theirs(error, sites) as unknown) : own;
    };
    Object.defineProperty(Error, "prepareStackTrace", {
      get: () => prepare,
      set: (value: unknown) => {
        theirs = value === prepare ? undefined : value;
      },
      configurable: true,
    });
  }

  /** The frames of an error, innermost first; undefined where none are known. */
  of(error: object): StackFrame[] | undefined {
    // V8 formats a stack when it is first asked for.
    const stack = stackOf(error);
    const noted = this.#frames.get(error);
    if (noted) return noted;
    // An error of another realm or thread has its stack as text only.
    return typeof stack === "string" ? this.#parsed(stack) : undefined;
  }

  #parsed(stack: string): StackFrame[] {
    return stack.split("\n", parsedLines).flatMap((line) => {
      const parts = /^\s+at (?:async )?(?:(.*) \()?(?:Cell \[(\d+)\], line|(.+?):)\s?(\d+):(\d+)\)?$/.exec(line);
      if (!parts) return [];
      const [, , count, file] = parts;
      const at = { line: Number(parts[4]), column: Number(parts[5]) };
      const place = file === undefined ? this.#cellPlace(Number(count), at) : this.#place(file, at.line, at.column);
      return place.kind === "kernel" ? [] : [{ name: shortName(parts[1] ?? ""), place }];
    });
  }

  #cellPlace(count: number, at: { line: number; column: number }): FramePlace {
    const source = this.scripts.sourceOf(count) ?? "";
    return { kind: "cell", count, position: { origin: { count }, source, ...at } };
  }

  /**
   * What runs now, below the caller of the caller, which the inspector called: its frames, and the file of each, which for
   * code without one is empty.
   */
  here(): { frames: StackFrame[]; files: string[] } {
    const { stackTraceLimit } = Error;
    const installed = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
    Error.stackTraceLimit = 50;
    Object.defineProperty(Error, "prepareStackTrace", {
      value: (_error: Error, own: unknown) => own,
      configurable: true,
    });
    const sites: unknown = new Error().stack;
    if (installed) Object.defineProperty(Error, "prepareStackTrace", installed);
    Error.stackTraceLimit = stackTraceLimit;
    // While V8 has another stack formatted, it gives this one as text.
    if (!Array.isArray(sites)) return { frames: [], files: [] };
    const all = sites as NodeJS.CallSite[];
    // Up to and with the expression that the inspector evaluates.
    const evaluated = all.findIndex((site) => !site.getFileName() && !site.getFunctionName());
    const below = all.slice(evaluated + 1);
    return {
      frames: below.map((site) => this.#frame(site).frame).filter(({ place }) => place.kind !== "kernel"),
      files: below.map((site) => site.getFileName() ?? ""),
    };
  }

  #prepare(error: unknown, callSites: NodeJS.CallSite[]): string {
    const lines: string[] = [];
    const frames: StackFrame[] = [];
    for (const site of callSites) {
      const { frame, text } = this.#frame(site);
      if (frame.place.kind === "kernel") continue;
      frames.push(frame);
      lines.push(`    at ${text}`);
    }
    if (typeof error === "object" && error !== null) this.#frames.set(error, frames);
    const origin = frames[0] && originOf(frames[0].place);
    if (origin !== undefined) restoreMessage(error, origin);
    return [header(error), ...lines].join("\n");
  }

  #frame(site: NodeJS.CallSite): { frame: StackFrame; text: string } {
    const text = String(site);
    const file = site.getScriptNameOrSourceURL?.() ?? site.getFileName() ?? "";
    const line = site.getLineNumber() ?? 0;
    const column = site.getColumnNumber() ?? 0;
    const place = this.#place(file, line, column);
    const name = functionName(text);
    if (!this.scripts.has(file)) return { frame: { name, place }, text };
    const awaited = /^async /.test(text) ? "async " : "";
    const shown = placeText(place, undefined);
    return { frame: { name, place }, text: name ? `${awaited}${name} (${shown})` : `${awaited}${shown}` };
  }

  #place(file: string, line: number, column: number): FramePlace {
    if (this.scripts.has(file)) {
      const position = this.scripts.locate(file, line, column);
      if (!position) return { kind: "kernel" };
      if ("count" in position.origin) return { kind: "cell", count: position.origin.count, position };
      const { path } = position.origin;
      return { kind: "file", path, line: position.line, column: position.column, source: position.source };
    }
    if (file === "" || file.startsWith("node:") || file.startsWith("evalmachine")) return { kind: "internal" };
    const path = file.startsWith("file:") ? pathOf(file) : file;
    const inPackage = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replace("\\", "/");
    if (inPackage === "tslab" || path.startsWith(kernelFolder)) return { kind: "kernel" };
    if (path.startsWith(libraryFolder)) return { kind: "package", name: "cellgrad" };
    if (inPackage !== undefined) return { kind: "package", name: inPackage };
    if (!/^([\\/]|[a-z]:)/i.test(path)) return { kind: "internal" };
    return { kind: "file", path, line, column, source: undefined };
  }
}

/** `Cell [3], line 2:7`, or a file's path (relative to `directory` if it is inside) with line and column. */
export function placeText(place: FramePlace, directory: string | undefined): string {
  switch (place.kind) {
    case "cell": {
      const { line, column } = place.position;
      return `${place.count > 0 ? `Cell [${place.count}]` : "Expression"}, line ${line}:${column}`;
    }
    case "file": {
      const inside = directory === undefined ? undefined : relative(directory, place.path);
      const path = inside === undefined || inside.startsWith("..") ? place.path : inside;
      return `${path}:${place.line}:${place.column}`;
    }
    case "package":
      return place.name;
    default:
      return "<anonymous>";
  }
}

/** Reading `stack` may run user code, which may throw. */
function stackOf(error: object): unknown {
  try {
    return (error as { stack?: unknown }).stack;
  } catch {
    return undefined;
  }
}

/** Where the text of a frame is known. */
export function originOf(place: FramePlace): SourcePlace | undefined {
  if (place.kind === "cell") return place.position;
  return place.kind === "file" && place.source !== undefined ? { ...place, source: place.source } : undefined;
}

function header(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** What V8 calls the function in `async Foo.bar (file:1:2)`. */
function functionName(text: string): string {
  return shortName(/^(?:async )?(.+) \(.*\)$/s.exec(text)?.[1] ?? "");
}

/** Without the kinds of objects that say nothing. */
function shortName(name: string): string {
  const short = name.replace(/^(?:Object|Module|global|Timeout|Immediate|exports)\./, "");
  return /^(?:<anonymous>|eval|_onTimeout|_onImmediate)$/.test(short) ? "" : short;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
