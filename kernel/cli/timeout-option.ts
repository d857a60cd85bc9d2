// The option --timeout of the commands that run notebooks.
import { InvalidArgumentError } from "commander";

/** @returns seconds. Node's timers hold 24 days. */
export function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds > 0) || seconds > 2_000_000) {
    throw new InvalidArgumentError("Expected a number of seconds above 0.");
  }
  return seconds;
}
