// Reading what user code made, without letting it throw: getters, Proxies and odd prototypes are allowed to be hostile.

/** The property's value, or undefined where reading it throws. */
export function read(value: unknown, key: PropertyKey): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

export function readText(value: unknown, key: PropertyKey): string | undefined {
  const text = read(value, key);
  return typeof text === "string" ? text : undefined;
}

/** The name of the value's class; empty where it has none. */
export function className(value: unknown): string {
  return readText(read(value, "constructor"), "name") ?? "";
}

export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… ${text.length - length} more characters`;
}
