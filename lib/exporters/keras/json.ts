// What the JSON of TensorFlow.js's models and of Keras's is made of, and how a place in it is named in an error. Used by this folder.
import { invalid } from "../../engine/invalid.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Settings = { readonly [key: string]: Json };

/** A layer, model, initializer, … in either form. Keras adds where it is found. */
export interface Described {
  readonly class_name: string;
  readonly config: Settings;
  readonly module?: string;
  readonly registered_name?: string | null;
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws unless it is a class and its settings */
export function described(value: unknown, place: string): Described {
  if (isSettings(value) && typeof value.class_name === "string" && isSettings(value.config))
    return value as unknown as Described;
  throw invalid(place, "a class_name and its config", value);
}

/** @throws unless it is a list */
export function listed(value: unknown, place: string): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw invalid(place, "a list", value);
}

export function same(a: Json | undefined, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** As an error names it. */
export function placeOf({ class_name, config }: Described): string {
  return `layer ${typeof config.name === "string" ? config.name : "without a name"} (${class_name})`;
}
