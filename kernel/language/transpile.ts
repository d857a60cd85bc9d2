// TypeScript to JavaScript for one cell or local file: types go; enums, namespaces, decorators, parameter properties and
// `using` are lowered to what Node 20 runs. esbuild does it in under a millisecond and keeps a source map.
import { createRequire } from "node:module";
import { type DecodedSourceMap, decodedMappings, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";
import type { TransformOptions } from "esbuild";

type Esbuild = typeof import("esbuild");

const require = createRequire(import.meta.url);

export interface Transpiled {
  code: string;
  /** Source map from `code` to the TypeScript text. */
  map: SourceMapInput;
}

/** What the value of a cell's last expression is assigned to, until the code generator returns it. */
export const resultTarget = "$cellgrad.result";

export interface TranspileOptions {
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
}

/**
 * A cell is a module whatever it says: esbuild takes text that mentions `exports` or `this` for CommonJS. And its result
 * is assigned to something, since esbuild leaves out constants that nobody uses.
 * @param exported names that esbuild would leave out, for the same reason.
 */
export async function transpileCell(
  source: string,
  result: { start: number; end: number } | undefined,
  exported: string[],
  options: TranspileOptions,
): Promise<Transpiled> {
  const end = `\nexport { ${exported.join(", ")} }`;
  if (!result) return transpile(source + end, "cell.ts", options);
  const prefix = `${resultTarget} = (`;
  const { start } = result;
  const text = `${source.slice(0, start)}${prefix}${source.slice(start, result.end)})${source.slice(result.end)}${end}`;
  const { code, map } = await transpile(text, "cell.ts", options);
  return { code, map: withoutInsertion(map, source.slice(0, start), prefix.length) };
}

/** The map to the text as it was before `length` characters were put in behind `before`. */
function withoutInsertion(map: SourceMapInput, before: string, length: number): DecodedSourceMap {
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  const line = lines.length - 1;
  const column = lines[line]?.length ?? 0;
  const traced = new TraceMap(map);
  const mappings = decodedMappings(traced) as DecodedSourceMap["mappings"];
  for (const segments of mappings) {
    for (const segment of segments) {
      if (segment.length > 1 && segment[2] === line && (segment[3] ?? 0) > column)
        segment[3] = Math.max(column, (segment[3] ?? 0) - length);
    }
  }
  return { version: 3, names: traced.names, sources: traced.sources, mappings };
}

export async function transpile(source: string, file: string, options: TranspileOptions = {}): Promise<Transpiled> {
  const settings: TransformOptions = {
    loader: file.endsWith(".tsx") || file.endsWith(".jsx") ? "tsx" : "ts",
    // The kernel also runs on Node 22 and 24; one target makes a cell behave alike on all of them.
    target: "node20",
    format: "esm",
    charset: "utf8",
    sourcemap: "external",
    sourcefile: file,
    sourcesContent: false,
    logLevel: "silent",
    tsconfigRaw: {
      compilerOptions: {
        // An import that this cell does not use may be used by a later one.
        verbatimModuleSyntax: true,
        target: "ESNext",
        experimentalDecorators: options.experimentalDecorators ?? false,
        useDefineForClassFields: options.useDefineForClassFields ?? true,
      },
    },
  };
  // Loaded when a cell needs it; by `require`, since an import of it reads its text twice.
  const { transform } = require("esbuild") as Esbuild;
  const result = await transform(source, settings);
  return { code: result.code, map: result.map };
}
