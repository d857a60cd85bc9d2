// Language semantics: every case of the tables in cases/, in one real kernel, with a %reset before each.
import { runCase } from "./case-runner.js";
import { awaiting } from "./cases/awaiting.js";
import { classHierarchies } from "./cases/class-hierarchies.js";
import { classes } from "./cases/classes.js";
import { configuration } from "./cases/configuration.js";
import { decoratorsAndUsing } from "./cases/decorators-and-using.js";
import { destructuring } from "./cases/destructuring.js";
import { editedFiles } from "./cases/edited-files.js";
import { enumsAndNamespaces } from "./cases/enums-and-namespaces.js";
import { failingCells } from "./cases/failing-cells.js";
import { functionValues } from "./cases/function-values.js";
import { functions } from "./cases/functions.js";
import { importsOfLocalFiles } from "./cases/imports-local.js";
import { importsOfOwnCopies } from "./cases/imports-own.js";
import { importsOfPackages } from "./cases/imports-packages.js";
import { inferredStructures } from "./cases/inferred-structures.js";
import { inferredTypes } from "./cases/inferred-types.js";
import { names } from "./cases/names.js";
import { redeclaration } from "./cases/redeclaration.js";
import { results } from "./cases/results.js";
import { statements } from "./cases/statements.js";
import { typeDeclarations } from "./cases/type-declarations.js";
import { syntaxErrors, typeErrors } from "./cases/type-errors.js";
import { variables } from "./cases/variables.js";
import type { LanguageCase } from "./language-case.js";
import { SocketKernel } from "./socket-kernel.js";

const topics: Record<string, LanguageCase[]> = {
  variables: variables,
  destructuring: destructuring,
  functions: functions,
  classes: classes,
  "type declarations": typeDeclarations,
  "inferred types": inferredTypes,
  "decorators and using": decoratorsAndUsing,
  statements: statements,
  names: names,
  redeclaration: redeclaration,
  "failing cells": failingCells,
  await: awaiting,
  results: results,
  "imports of packages": importsOfPackages,
  "imports of local files": importsOfLocalFiles,
  "class hierarchies": classHierarchies,
  "functions as values": functionValues,
  "enums and namespaces": enumsAndNamespaces,
  "inferred structures": inferredStructures,
  "imports of built-ins and own copies": importsOfOwnCopies,
  "edited files": editedFiles,
  "type errors": typeErrors,
  "syntax errors": syntaxErrors,
  "tsconfig.json": configuration,
};

describe("cells", () => {
  let kernel: SocketKernel;
  before(async () => {
    kernel = await SocketKernel.start();
  });
  after(() => kernel?.close());

  for (const [topic, cases] of Object.entries(topics)) {
    describe(topic, () => {
      for (const one of cases) it(one.name, () => runCase(kernel, one));
    });
  }
});
