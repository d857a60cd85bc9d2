// What a reader sees on Shift-Tab: every public function and class says what it does, what it throws, and (where it stands on
// somebody's work) where that is; every option says what it is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as ml from "../../lib/index.js";

const lib = fileURLToPath(new URL("../../lib/", import.meta.url));

/** The declarations of the library, as TypeScript writes them, comments included. */
const declarations = readdirSync(lib, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".d.ts"))
  .map((name) => ({ name, text: readFileSync(path.join(lib, name), "utf8") }));

interface Documented {
  readonly name: string;
  readonly comment: string;
  readonly parameters: string;
}

function publicFunctions(holder: object, name: string): string[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    if (key === "streaming") return [];
    if (typeof value === "function") return [`${name}.${key}`];
    return typeof value === "object" && value !== null ? publicFunctions(value, `${name}.${key}`) : [];
  });
}

function documented(name: string): Documented {
  const own = name.split(".").at(-1) ?? "";
  const folder = name.split(".").length > 2 ? `${name.split(".")[1]}${path.sep}` : "";
  const pattern = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export declare (?:function|class) ${own}\\b([\\s\\S]*?)[;{]\\n`,
  );
  for (const { name: file, text } of declarations) {
    const found = file.startsWith(folder) ? pattern.exec(text) : null;
    if (found) return { name, comment: found[1] ?? "", parameters: found[2] ?? "" };
  }
  throw new Error(`${name} is declared nowhere`);
}

describe("docstrings", () => {
  const all = publicFunctions(ml, "ml").map(documented);

  it("are there for every public function and class", () => {
    assert.ok(all.length > 80);
    assert.deepEqual(
      all.filter(({ comment }) => comment === "").map(({ name }) => name),
      [],
    );
  });

  it("say when a function that takes something throws", () => {
    const silent = all.filter(({ name, comment, parameters }) => {
      const isFunction = /^[a-z]/.test(name.split(".").at(-1) ?? "");
      return isFunction && !parameters.startsWith("()") && !comment.includes("@throws");
    });
    assert.deepEqual(
      silent.map(({ name }) => name),
      [],
    );
  });

  it("are there for every option", () => {
    const bare: string[] = [];
    for (const { name: file, text } of declarations) {
      for (const [, name = "", body = ""] of text.matchAll(/export (?:interface|type) (\w+Options)\b([\s\S]*?)\n}/g)) {
        for (const [, comment, option] of body.matchAll(/(\*\/\n)?^ {4}(?:readonly )?(\w+)\??: /gm))
          if (comment === undefined) bare.push(`${file}: ${name}.${option}`);
      }
    }
    assert.deepEqual(bare, []);
  });
});
