// TypeScript to JavaScript for one cell or local file: types go; enums, namespaces, decorators, parameter properties and
// `using` are lowered to what Node 20 runs. esbuild does it in under a millisecond and keeps a source map.
import { type TransformOptions, transform } from "esbuild";

export interface Transpiled {
  code: string;
  /** Source map from `code` to the TypeScript text. */
  map: string;
}

export interface TranspileOptions {
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
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
  const result = await transform(source, settings);
  return { code: result.code, map: result.map };
}
