// V8's messages quote the code that runs: `(0 , f.v) is not a function` of a call of the variable `f`, which is compiled to
// a box's member. So does Node's `assert`, from version 22 on; before, it says `false == true`. This makes both say what the
// user wrote. Called by stack-frames when a stack is made.
import { callText } from "./call-text.js";
import type { SourcePlace } from "./scripts.js";

const name = "[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*";
const called = new RegExp(`\\(0 , (${name}\\.${name})\\)`, "gu");
const boxed = new RegExp(`(?<![\\p{ID_Continue}$.])(${name})\\.v(?![\\p{ID_Continue}$])`, "gu");
const imported = new RegExp(`(?<![\\p{ID_Continue}$.])\\$module\\d+\\.(${name})`, "gu");

/** @param origin where it arose. */
export function restoreMessage(error: unknown, origin: SourcePlace): void {
  const isAssertion = isFailedAssertion(error);
  if (!(error instanceof TypeError) && !isAssertion) return;
  const property = Object.getOwnPropertyDescriptor(error, "message");
  if (typeof property?.value !== "string" || !property.writable) return;
  const message = isAssertion
    ? assertionMessage(property.value, origin)
    : writtenMessage(property.value, origin.source);
  if (message !== property.value) Object.defineProperty(error, "message", { ...property, value: message });
}

/** Of `assert(value)` and `assert.ok(value)`, with a message or without. */
function isFailedAssertion(error: unknown): error is Error {
  // Not read as properties are: a getter is the user's code.
  const own = (name: string) => Object.getOwnPropertyDescriptor(error, name)?.value as unknown;
  return (
    error instanceof Error && own("code") === "ERR_ASSERTION" && own("operator") === "==" && own("expected") === true
  );
}

const falsy = "The expression evaluated to a falsy value:";

/** A message that the user gave is not Node's, and stays. */
function assertionMessage(message: string, { source, line, column }: SourcePlace): string {
  const isOfNode =
    message.startsWith(`${falsy}\n`) || /^(?:false|0|-0|0n|NaN|''|null|undefined) == true$/.test(message);
  const call = isOfNode ? callText(source, line, column) : undefined;
  return call === undefined ? message : `${falsy}\n\n  ${call.replaceAll("\n", "\n  ")}\n`;
}

export function writtenMessage(message: string, source: string): string {
  return message
    .replace(called, "$1")
    .replace(imported, "$1")
    .replace(boxed, (text, variable: string, at: number, whole: string) => {
      // The user's own member `v`, unless it follows that of the box.
      const isTheirs = source.includes(text) && !whole.startsWith(".v", at + text.length);
      return isTheirs || !source.includes(variable) ? text : variable;
    });
}
