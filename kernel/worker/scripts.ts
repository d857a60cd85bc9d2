// The texts that V8 runs for cells and local files, by the name that V8 knows them under, so that a position in what runs
// becomes the position that the user wrote. Filled by the executor and the module loader, asked by stack-frames.
import { createRequire } from "node:module";
import type * as TraceMapping from "@jridgewell/trace-mapping";

export interface ScriptText {
  /** A cell's count (0: not a numbered cell), or a local file's path. */
  origin: { count: number } | { path: string };
  source: string;
  /** Source map (JSON, version 3). */
  map: string;
  /** Lines that stand above the mapped code in what V8 runs. */
  lineOffset: number;
  /** Lines of the mapped code. */
  lines: number;
}

/** A place in the text of a cell or file. */
export interface SourcePlace {
  source: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
}

export interface SourcePosition extends SourcePlace {
  origin: ScriptText["origin"];
}

interface Script extends ScriptText {
  decoded?: TraceMapping.TraceMap;
}

/** Old cells beyond these are forgotten: their frames then show no position. */
const rememberedScripts = 2_000;
const rememberedCharacters = 32_000_000;

const require = createRequire(import.meta.url);

export class Scripts {
  readonly #scripts = new Map<string, Script>();
  #count = 0;
  #characters = 0;

  /** Returns the name for the `//# sourceURL=` comment. */
  add(text: ScriptText): string {
    this.#count += 1;
    const label = "count" in text.origin ? `cell-${text.origin.count}` : "file";
    const name = `cellgrad:${label}-${this.#count}`;
    this.#scripts.set(name, { ...text });
    this.#characters += text.source.length + text.map.length;
    for (const [oldest, script] of this.#scripts) {
      if (this.#scripts.size <= rememberedScripts && this.#characters <= rememberedCharacters) break;
      this.#scripts.delete(oldest);
      this.#characters -= script.source.length + script.map.length;
    }
    return name;
  }

  has(name: string): boolean {
    return this.#scripts.has(name) || name.startsWith("cellgrad:");
  }

  /** The text of the latest cell of this count. */
  sourceOf(count: number): string | undefined {
    const isIt = ({ origin }: Script): boolean => "count" in origin && origin.count === count;
    return [...this.#scripts.values()].findLast(isIt)?.source;
  }

  /** @param line 1-based. @param column 1-based, as V8 gives them. */
  locate(name: string, line: number, column: number): SourcePosition | undefined {
    const script = this.#scripts.get(name);
    if (!script) return undefined;
    const mapped = line - script.lineOffset;
    // Around the mapped code stands only what runs it.
    if (mapped < 1 || mapped > script.lines) return undefined;
    const found = nearest(script, mapped, Math.max(0, column - 1));
    return found && { origin: script.origin, source: script.source, line: found.line, column: found.column + 1 };
  }
}

export function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/** What generated code has no position of its own for, such as the end of a loop, belongs to what stands before it. */
function nearest(script: Script, line: number, column: number): { line: number; column: number } | undefined {
  const mapping = require("@jridgewell/trace-mapping") as typeof TraceMapping;
  script.decoded ??= new mapping.TraceMap(script.map);
  for (let at = line; at > 0; at -= 1) {
    const needle = { line: at, column: at === line ? column : Number.MAX_SAFE_INTEGER };
    for (const bias of [mapping.GREATEST_LOWER_BOUND, mapping.LEAST_UPPER_BOUND] as const) {
      const found = mapping.originalPositionFor(script.decoded, { ...needle, bias });
      if (found.line !== null) return found;
    }
  }
  return undefined;
}
