// Packages that only those install who use what needs them: databases, queues. Loaded from beside cellgrad or from the current folder, where
// `%npm install` puts them. Called by monitor's drivers and by tuning.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** The argument that asked for the package, and what it should have been, as the error says it. */
export interface AskedBy {
  readonly argument: string;
  readonly rule: string;
}

/**
 * @param specifier what is imported of the package, where that is not its main module
 * @throws when it is not installed; the message says how to
 */
export async function optionalPackage<Module>(
  name: string,
  { argument, rule }: AskedBy,
  specifier = name,
): Promise<Module> {
  try {
    const file = [import.meta.url, pathToFileURL(path.join(process.cwd(), "x.js"))]
      .map((place) => resolved(specifier, place))
      .find((found) => found !== undefined);
    if (file === undefined) throw new Error("it is not installed");
    const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
    // A CommonJS module's exports are its default; not all of them have names of their own.
    return { ...(loaded.default as object), ...loaded } as Module;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `invalid ${argument}; expected ${rule}: ${name} could not be loaded, ${reason} (in a notebook: %npm install ${name})`,
      { cause: error },
    );
  }
}

function resolved(specifier: string, place: string | URL): string | undefined {
  try {
    return createRequire(place).resolve(specifier);
  } catch {
    return undefined;
  }
}
