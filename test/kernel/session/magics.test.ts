// Every magic over real sockets.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("magics", () => {
  let kernel: KernelClient;
  let directory: string;
  before(async () => {
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), "cellgrad-magics-")));
    writeFileSync(path.join(directory, "package.json"), "{}");
    kernel = await startKernel({ cwd: directory });
  });
  after(async () => {
    await kernel.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function printed(code: string): Promise<string> {
    const { reply, outputs } = await kernel.execute(code);
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    return outputs.map(({ text, data }) => text ?? `${data?.["text/plain"]}\n`).join("");
  }

  it("%help lists them all", async () => {
    const text = await printed("%help");
    for (const name of ["%help", "%npm install", "%reset", "%time", "%%time", "%typecheck", "%who", "?NAME"]) {
      assert.ok(text.includes(name), name);
    }
  });

  it("an unknown one fails the cell, names the near ones, and runs nothing of it", async () => {
    const { reply, outputs } = await kernel.execute("%typchek off\nconsole.log('ran')");
    assert.deepEqual([reply.status, reply.ename], ["error", "UnknownMagic"]);
    assert.match(String(reply.evalue), /no %typchek\. Did you mean %typecheck\?/);
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ["error"],
    );
  });

  it("run in order above the code, whose positions stay exact", async () => {
    assert.match(
      await printed("%typecheck\n%help\nconsole.log('code')"),
      /^Type checking is on.*\n%help(.|\n)*code\n$/,
    );
    const { reply } = await kernel.execute("%typecheck\n\n  const wrong: number = ''");
    assert.match(String(reply.traceback), /line 3:9/);
  });

  it("run below and between code, in order, and see what the code above declares", async () => {
    await kernel.execute("%reset");
    assert.match(await printed("const q = 41\n%who"), /^q +number +41\n$/);
    assert.match(
      await printed("console.log('one')\n%typecheck\nconst r: number = q + 1\n%who\nconsole.log('two')\nr"),
      /^one\nType checking is on.*\nq +number +41\nr +number +42\ntwo\n42\n$/,
    );
    assert.equal(await printed("r\n%reset q"), "Forgot 1 name: q\n");
    assert.equal(await printed("`\n%who\n`"), "'\\n%who\\n'\n");
  });

  it("between code: positions stay exact, and code frames show the cell as it is written", async () => {
    const types = await kernel.execute("const s = 'x'\n%help\n  const wrong: number = s");
    assert.match(plain(types.reply.traceback), /line 3:9\n.*\n +2 \| %help\n> 3 \| {3}const wrong/);
    const thrown = await kernel.execute("function fail() {\n  throw new Error('x')\n}\n%typecheck\nfail()");
    const traceback = plain(thrown.reply.traceback);
    const count = thrown.reply.execution_count;
    const [inner, outer] = [`Cell [${count}], line 2:9 in fail`, `Cell [${count}], line 5:1`];
    assert.ok(traceback.includes(inner) && traceback.includes(outer), traceback);
    assert.match(traceback, / {2}4 \| %typecheck\n> 5 \| fail\(\)/);
  });

  it("between code: a later part may declare a name anew, and what fails leaves the earlier one", async () => {
    const { reply } = await kernel.execute(
      "let v: string = 'first'\n%typecheck\nif (v) throw new Error('x')\nlet w = 1",
    );
    assert.equal(reply.ename, "Error");
    assert.equal(
      await printed("let u = 'text'\n%typecheck off\n%typecheck on\nlet u = 5\nu.toFixed(1)").then(last),
      "'5.0'",
    );
    assert.equal(await printed("v"), "'first'\n");
    assert.equal((await kernel.execute("w")).reply.ename, "TypeScriptError");
    assert.equal(
      await printed(
        "interface T { a: number }\n%typecheck\ninterface T { b: string }\nconst t: T = { b: 'b' }\nt.b",
      ).then(last),
      "'b'",
    );
    assert.equal(await printed("t.b"), "'b'\n");
  });

  it("between code: nothing runs where a part can't be read, or names no magic", async () => {
    for (const [cell, ename] of [
      ["console.log('ran')\n%who\nconst = 1", "SyntaxError"],
      ["console.log('ran')\n%typchek off", "UnknownMagic"],
    ] as const) {
      const { reply, outputs } = await kernel.execute(cell);
      assert.equal(reply.ename, ename);
      assert.deepEqual(
        outputs.map(({ type }) => type),
        ["error"],
      );
    }
  });

  it("inside a statement they are code, and the error says where they may stand", async () => {
    const where = /Magics, lines that begin with % or ask with \?, stand between the statements of a cell/;
    for (const cell of ["function f() {\n  %time g()\n}", "if (true) {\n?q\n}"]) {
      const { reply } = await kernel.execute(cell);
      assert.equal(reply.ename, "SyntaxError");
      assert.match(plain(reply.traceback), where);
    }
    assert.doesNotMatch(plain((await kernel.execute("const = 1\n%who")).reply.traceback), where);
  });

  it("ask for names below code", async () => {
    const { reply } = await kernel.execute("/** How many. */\nconst amount = 3\namount?\n?amount");
    const pages = reply.payload as { data: Record<string, string> }[];
    assert.equal(pages.length, 2);
    for (const { data } of pages) assert.match(data["text/plain"] ?? "", /const amount: (number|3)(.|\n)*How many\./);
  });

  it("below code are completed, documented and complete", async () => {
    const cell = "const words = ['a']\n%typecheck\nwords.jo";
    const magics = await kernel.request("complete_request", { code: cell, cursor_pos: cell.indexOf("%ty") + 3 });
    assert.deepEqual(magics.matches, ["typecheck"]);
    const members = await kernel.request("complete_request", { code: cell, cursor_pos: cell.length });
    assert.deepEqual(members.matches, ["join"]);
    const asked = "const words = ['a']\n%who\nwords.join?";
    const found = await kernel.request("inspect_request", {
      code: asked,
      cursor_pos: asked.length - 1,
      detail_level: 0,
    });
    assert.match(String((found.data as Record<string, string>)["text/plain"]), /join\(separator\?: string/);
    for (const [code, status] of [
      ["const q = 1\n%who", "complete"],
      ["const q = 1\nq?", "complete"],
      ["%time f(", "incomplete"],
    ])
      assert.equal((await kernel.request("is_complete_request", { code })).status, status, code);
  });

  it("%typecheck off lets type errors pass, on stops them again", async () => {
    assert.match(await printed("%typecheck off"), /off/);
    assert.equal((await kernel.execute("const loose: number = ''")).reply.status, "ok");
    assert.match(await printed("%typecheck"), /off/);
    assert.match(await printed("%typecheck on"), /on/);
    assert.equal((await kernel.execute("const tight: number = ''")).reply.ename, "TypeScriptError");
    const { reply } = await kernel.execute("%typecheck maybe");
    assert.match(String(reply.evalue), /invalid argument of %typecheck; expected on, off or nothing: maybe/);
  });

  it("%who lists variables with type and value, in order", async () => {
    await kernel.execute("%reset");
    assert.match(await printed("%who"), /No cell has declared a variable yet/);
    await kernel.execute("const answer = 42; let word = 'hi'; interface Unlisted { a: 1 }; class Thing {}");
    const lines = (await printed("%who")).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(/\s+/)[0]),
      ["answer", "word", "Thing"],
    );
    assert.match(lines[0] ?? "", /number\s+42/);
  });

  it("%reset forgets everything, or only what is named", async () => {
    await kernel.execute("const first = 1; const second = 2; type Kept = number");
    assert.match(await printed("%reset first"), /Forgot 1 name: first/);
    assert.equal((await kernel.execute("first")).reply.status, "error");
    assert.equal(await printed("second"), "2\n");
    assert.match(await printed("%reset"), /Forgot \d+ names: .*second/);
    for (const gone of ["second", "const k: Kept = 1"]) {
      assert.equal((await kernel.execute(gone)).reply.ename, "TypeScriptError", gone);
    }
    const { reply } = await kernel.execute("%reset nothingOfThatName");
    assert.match(String(reply.evalue), /no cell has declared nothingOfThatName/);
  });

  it("%time prints how long the code took, and still shows its result and keeps its variables", async () => {
    const { outputs } = await kernel.execute(
      "%time const slow = await new Promise<number>((go) => setTimeout(go, 30, 7)); slow",
    );
    assert.equal(outputs.find(({ type }) => type === "execute_result")?.data?.["text/plain"], "7");
    const time = /^Wall time: ([\d.]+) ms\n$/.exec(outputs.find(({ type }) => type === "stream")?.text ?? "");
    assert.ok(Number(time?.[1]) >= 29, time?.[0]);
    assert.equal(await printed("slow"), "7\n");
  });

  it("%%time does the same for the whole cell", async () => {
    assert.match(await printed("%%time\nlet sum = 0\nfor (let n = 0; n < 9; n += 1) sum += n\nsum;"), /^Wall time: /);
    assert.equal(await printed("sum"), "36\n");
  });

  it("%time times its own statement, anywhere in the cell", async () => {
    const nap = (ms: number) => `await new Promise<number>((go) => setTimeout(go, ${ms}, ${ms}))`;
    const text = await printed(`const before = 1\n%time const nap = ${nap(30)}\n  + before\n${nap(300)};\nnap`);
    const [, milliseconds] = /^Wall time: ([\d.]+) ms\n31\n$/.exec(text) ?? [];
    assert.ok(Number(milliseconds) >= 29 && Number(milliseconds) < 290, text);
    assert.match(
      await printed("%%time\n%time 1;\n%typecheck\n2;"),
      /^Wall time: .*\nType checking is on.*\nWall time: .*\n$/,
    );
  });

  it("%time of failing code says how long it ran, too", async () => {
    const { outputs } = await kernel.execute("%time throw new Error('x')");
    assert.deepEqual(
      outputs.map(({ type }) => type),
      ["stream", "error"],
    );
  });

  it("%npm install installs into the notebook's folder, streams what npm says, and the next cell imports it", async () => {
    const name = "a-package-of-this-test";
    const source = path.join(directory, "source");
    mkdirSync(source);
    writeFileSync(
      path.join(source, "package.json"),
      JSON.stringify({
        name,
        version: "1.0.0",
        type: "module",
        exports: { types: "./index.d.ts", default: "./index.js" },
      }),
    );
    writeFileSync(path.join(source, "index.js"), "export const installed = 'yes'\n");
    writeFileSync(path.join(source, "index.d.ts"), "export declare const installed: string\n");
    assert.equal((await kernel.execute(`import { installed } from "${name}"`)).reply.status, "error");
    assert.match(await printed("%npm install ./source"), /added 1 package/);
    assert.match(await printed(`import { installed } from "${name}"\ninstalled.toUpperCase()`), /YES/);
  }).timeout(60_000);

  it("%npm says which packages are loaded in another version, and nothing of others", async () => {
    const pack = (name: string, version: string, file: string, code: string): string => {
      const source = path.join(directory, `${name}-${version}`);
      mkdirSync(source);
      const manifest = { name, version, type: file.endsWith("cjs") ? "commonjs" : "module", main: file };
      writeFileSync(path.join(source, "package.json"), JSON.stringify(manifest));
      writeFileSync(path.join(source, file), code);
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      execFileSync(npm, ["pack", "--silent"], { cwd: source, shell: process.platform === "win32" });
      return `./${name}-${version}/${name}-${version}.tgz`;
    };
    const install = (version: string): Promise<string> => {
      const esm = pack("changing-esm", version, "i.js", `export const version = '${version}'`);
      const cjs = pack("changing-cjs", version, "i.cjs", `exports.version = '${version}'`);
      const other = pack("never-loaded", version, "i.js", "export {}");
      return printed(`%npm install ${esm} ${cjs} ${other}`);
    };
    assert.doesNotMatch(await install("1.0.0"), /restart the kernel/);
    const load = "import { version } from 'changing-esm'; [version, (require('changing-cjs') as any).version].join()";
    assert.match(await printed(load), /'1\.0\.0,1\.0\.0'/);
    const told = await install("2.0.0");
    for (const name of ["changing-esm", "changing-cjs"])
      assert.ok(
        told.includes(`${name} 2.0.0 is installed, but 1.0.0 is loaded: restart the kernel to use 2.0.0.`),
        told,
      );
    assert.doesNotMatch(told, /never-loaded/);
    assert.match(await printed(load), /'1\.0\.0,1\.0\.0'/);
  }).timeout(120_000);

  it("%npm fails the cell when npm fails, and shows why", async () => {
    const { reply, outputs } = await kernel.execute("%npm install ./no-such-folder\nconsole.log('ran')");
    assert.deepEqual([reply.status, reply.ename], ["error", "NpmError"]);
    assert.match(outputs.map(({ text }) => text).join(""), /npm error/);
    assert.equal(outputs.at(-1)?.type, "error");
    const nothing = await kernel.execute("%npm");
    assert.match(String(nothing.reply.evalue), /invalid command of %npm; expected e\.g\. %npm install NAME/);
  }).timeout(60_000);

  it("Stop ends npm", async () => {
    if (process.platform === "win32") return assert.ok(true, "a script cannot stand in for npm.cmd there");
    const bin = path.join(directory, "bin");
    mkdirSync(bin);
    writeFileSync(path.join(bin, "npm"), "#!/bin/sh\necho begun $$\nsleep 1000\n");
    chmodSync(path.join(bin, "npm"), 0o755);
    const other = await startKernel({ cwd: directory, env: { PATH: `${bin}${path.delimiter}${process.env.PATH}` } });
    try {
      const sent = other.start("%npm install something");
      await other.printed(sent, "begun");
      await other.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      const pid = Number(/begun (\d+)/.exec(JSON.stringify(sent.iopub.map(({ content }) => content.text)))?.[1]);
      assert.throws(() => process.kill(pid, 0), /ESRCH/);
      assert.equal(await other.text("1 + 1"), "2");
    } finally {
      await other.close();
    }
  });

  it("%npm says what to do where there is no npm", async () => {
    const empty = path.join(directory, "empty");
    mkdirSync(empty);
    const other = await startKernel({ cwd: directory, env: { PATH: empty, Path: empty } });
    try {
      const { reply } = await other.execute("%npm install something");
      assert.equal(reply.status, "error");
      assert.match(String(reply.evalue), /npm was not found on the PATH .* https:\/\/nodejs\.org/);
    } finally {
      await other.close();
    }
  });
});

function plain(traceback: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
  return (traceback as string[]).join("\n").replace(/\u001b\[[0-9;]*m/g, "");
}

function last(printed: string): string {
  return printed.trimEnd().split("\n").at(-1) ?? "";
}
