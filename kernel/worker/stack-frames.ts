// Makes positions in stack traces those that the user wrote: `err.stack` says `Cell [3], line 2:7`, and tracebacks find the
// frames of an error here. Works through Error.prepareStackTrace, which user code may still replace.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scripts, SourcePosition } from "./scripts.js";

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

  install(): void {
    Error.prepareStackTrace = (error, callSites) => this.#prepare(error, callSites);
  }

  /** The frames of an error, innermost first; undefined where it has none that are known. */
  of(error: object): StackFrame[] | undefined {
    // V8 formats a stack when it is first asked for.
    const stack = stackOf(error);
    const known = this.#frames.get(error);
    if (known) return known;
    // User code's own prepareStackTrace may leave the call sites themselves.
    if (!Array.isArray(stack)) return undefined;
    return stack.filter((site) => typeof site?.getLineNumber === "function").map((site) => this.#frame(site).frame);
  }

  /**
   * What runs now, below the caller of the caller, which the inspector called: its frames, and the file of each, which for
   * code without one is empty.
   */
  here(): { frames: StackFrame[]; files: string[] } {
    const { prepareStackTrace, stackTraceLimit } = Error;
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = new Error().stack as unknown as NodeJS.CallSite[];
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
    // Up to and with the expression that the inspector evaluates.
    const evaluated = sites.findIndex((site) => !site.getFileName() && !site.getFunctionName());
    const below = sites.slice(evaluated + 1);
    return {
      frames: below.map((site) => this.#frame(site).frame).filter(({ place }) => place.kind !== "kernel"),
      files: below.map((site) => site.getFileName() ?? ""),
    };
  }

  #prepare(error: unknown, callSites: NodeJS.CallSite[]): string {
    const lines = [header(error)];
    const frames: StackFrame[] = [];
    for (const site of callSites) {
      const { frame, text } = this.#frame(site);
      if (frame.place.kind === "kernel") continue;
      frames.push(frame);
      lines.push(`    at ${text}`);
    }
    if (typeof error === "object" && error !== null) this.#frames.set(error, frames);
    return lines.join("\n");
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

function header(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** What V8 calls the function in `async Foo.bar (file:1:2)`. */
function functionName(text: string): string {
  const name = /^(?:async )?(.+) \(.*\)$/s.exec(text)?.[1] ?? "";
  return name.replace(
    /^(?:Object|Module|global|Timeout|Immediate)\.(?:<anonymous>|_on\w+)$|^(?:eval|<anonymous>)$/,
    "",
  );
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
