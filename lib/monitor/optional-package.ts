// Packages that only those install who use that database. Loaded from beside cellgrad or from the current folder, where `%npm install` puts them.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** @throws when it is not installed; the message says how to */
export async function optionalPackage<Module>(name: string, specifier = name): Promise<Module> {
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
      `invalid address; expected a database whose package is installed: ${name} could not be loaded, ${reason} (in a notebook: %npm install ${name})`,
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
