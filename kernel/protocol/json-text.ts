// JSON as front ends can read it: what JSON.stringify refuses (bigint) or what a Python front end can't store (half of a
// surrogate pair) is made harmless. Used by wire.ts for every frame.

/** The JSON of a plain object, as one line. Never throws for data without cycles. */
export function jsonText(value: object): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  }
  // JSON.stringify escapes exactly the lone surrogates as \udXXX, so the slow walk is rare.
  return text.includes("\\ud") ? JSON.stringify(value, wellFormed) : text;
}

function wellFormed(_key: string, part: unknown): unknown {
  if (typeof part === "bigint") return part.toString();
  // With the flag u the class matches only those that are no half of a pair.
  if (typeof part === "string") return part.replace(/\p{Surrogate}/gu, "\ufffd");
  return part;
}
