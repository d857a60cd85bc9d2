// Options of commands that are any number; the library says which ones it takes.
import { InvalidArgumentError } from "commander";

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Expected a number.");
  return value;
}
