// Where the native compiler's executable is, beside which the declarations of JavaScript's library lie: the typescript
// package knows it. Used to start the compiler, and by the build.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export async function compilerExecutable(): Promise<string> {
  const folder = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { default: find } = (await import(pathToFileURL(join(folder, "lib", "getExePath.js")).href)) as {
    default: () => string;
  };
  return find();
}
