// V8's messages quote the code that runs: `(0 , f.v) is not a function` of a call of the variable `f`, which is compiled to
// a box's member. This makes them say what the user wrote. Called by stack-frames when a stack is made.

const name = "[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*";
const called = new RegExp(`\\(0 , (${name}\\.${name})\\)`, "gu");
const boxed = new RegExp(`(?<![\\p{ID_Continue}$.])(${name})\\.v(?![\\p{ID_Continue}$])`, "gu");
const imported = new RegExp(`(?<![\\p{ID_Continue}$.])\\$module\\d+\\.(${name})`, "gu");

/** @param source the text of the cell or file in which the error arose. */
export function restoreMessage(error: unknown, source: string): void {
  if (!(error instanceof TypeError)) return;
  const property = Object.getOwnPropertyDescriptor(error, "message");
  if (typeof property?.value !== "string" || !property.writable) return;
  const message = writtenMessage(property.value, source);
  if (message !== property.value) Object.defineProperty(error, "message", { ...property, value: message });
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
