// A reader sees the old content or the new one; nothing else is left behind.
import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { writeFileAtomically } from "../../../kernel/cli/atomic-file.js";
import { Workplace } from "./command.js";

describe("atomic-file", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  it("makes and replaces a file, and keeps its mode", async () => {
    const file = workplace.path("a.json");
    await writeFileAtomically(file, "one");
    chmodSync(file, 0o640);
    await writeFileAtomically(file, "two");
    assert.equal(readFileSync(file, "utf8"), "two");
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(workplace.folder), ["a.json"]);
  });

  it("writes through a link", async () => {
    writeFileSync(workplace.path("real"), "one");
    symlinkSync(workplace.path("real"), workplace.path("link"));
    await writeFileAtomically(workplace.path("link"), "two");
    assert.equal(readFileSync(workplace.path("real"), "utf8"), "two");
  });

  it("leaves nothing behind when it fails", async () => {
    await assert.rejects(writeFileAtomically(workplace.path("absent", "a"), "one"), /ENOENT/);
    // A folder can't be replaced by a file.
    await assert.rejects(writeFileAtomically(workplace.folder, "one"));
    assert.deepEqual(readdirSync(workplace.folder), []);
  });
});
