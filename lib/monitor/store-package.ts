// The package of a database, which only those install who use it. Called by the drivers.
import { optionalPackage } from "../engine/optional-package.js";

/** @throws when it is not installed; the message says how to */
export function storePackage<Module>(name: string, specifier = name): Promise<Module> {
  return optionalPackage(name, { argument: "address", rule: "a database whose package is installed" }, specifier);
}
