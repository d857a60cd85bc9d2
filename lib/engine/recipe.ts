// How an optimizer or a schedule was made, as plain JSON, so that a checkpoint can name it and a resumed run make it again. Told by
// the functions of optimizers/ and schedules/, read by training.
import { isList } from "./invalid.js";

export interface Recipe {
  /** The function that made it. */
  readonly recipe: string;
  /** What the function was given; values that have recipes themselves are replaced by them. */
  readonly arguments: readonly unknown[];
}

const recipes = new WeakMap<object, Recipe>();

/** Notes how `value` was made, and returns it. */
export function madeBy<T extends object>(value: T, recipe: string, ...given: readonly unknown[]): T {
  const described = given.map((it) => describe(it));
  if (described.every((it) => it !== undefined)) recipes.set(value, { recipe, arguments: described });
  return value;
}

/** Undefined for what somebody wrote himself. */
export function recipeOf(value: object): Recipe | undefined {
  return recipes.get(value);
}

/** Options are not nested deeper; what is holds itself. */
const deepest = 20;

/** JSON for plain values, recipes for what has one; undefined where neither is. */
function describe(value: unknown, depth = 0): unknown {
  if (depth > deepest) return undefined;
  if (isList(value)) {
    const all = Array.from(value, (it) => describe(it, depth + 1));
    return all.includes(undefined) ? undefined : all;
  }
  if (typeof value === "function") return recipes.get(value);
  if (typeof value === "object" && value !== null) {
    const known = recipes.get(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    // Of a class nothing is known. (A cell's own Object.prototype is another one.)
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    if (known !== undefined || !isPlain) return known;
    const entries = Object.entries(value).filter(([, it]) => it !== undefined);
    const described = entries.map(([name, it]) => [name, describe(it, depth + 1)] as const);
    return described.some(([, it]) => it === undefined) ? undefined : Object.fromEntries(described);
  }
  return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
}

/** Makes again what a recipe describes. @throws when no maker has its name, and what the maker throws */
export function follow(recipe: Recipe, makers: Readonly<Record<string, unknown>>): unknown {
  const maker = Object.hasOwn(makers, recipe.recipe) ? makers[recipe.recipe] : undefined;
  if (typeof maker !== "function")
    throw new Error(`invalid recipe; expected one of ${Object.keys(makers).join(", ")}: ${recipe.recipe}`);
  const argument = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(argument);
    return isRecipe(value) ? follow(value, makers) : value;
  };
  return (maker as (...given: unknown[]) => unknown)(...recipe.arguments.map(argument));
}

export function isRecipe(value: unknown): value is Recipe {
  return typeof value === "object" && value !== null && "recipe" in value && "arguments" in value;
}
