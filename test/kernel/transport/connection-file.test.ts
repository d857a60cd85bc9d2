// Reading and writing connection files, and the endpoints they stand for.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  endpoint,
  readConnection,
  readConnectionFile,
  writeConnectionFile,
} from "../../../kernel/transport/connection-file.js";

const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };

describe("connection file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "cellgrad-connection-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is read with Jupyter's defaults", () => {
    assert.deepEqual(readConnection({ ...ports, kernel_name: "cellgrad" }), {
      transport: "tcp",
      ip: "127.0.0.1",
      ...ports,
      key: "",
      signature_scheme: "hmac-sha256",
    });
  });

  it("is written for its owner alone, and read back", () => {
    const file = path.join(folder, "kernel.json");
    const connection = readConnection({ ...ports, key: "k" });
    writeConnectionFile(file, connection);
    assert.deepEqual(readConnectionFile(file), connection);
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o077, 0);
    assert.deepEqual(readdirSync(folder), ["kernel.json"]);
  });

  it("names what is wrong in it", () => {
    assert.throws(
      () => readConnection({ ...ports, shell_port: "1" }),
      /invalid shell_port .* a port between 0 and 65535/,
    );
    assert.throws(() => readConnection({ ...ports, hb_port: 70_000 }), /invalid hb_port/);
    assert.throws(() => readConnection({ shell_port: 1 }), /invalid iopub_port/);
    assert.throws(() => readConnection({ ...ports, transport: "udp" }), /invalid transport .*"udp"/);
    assert.throws(() => readConnection({ ...ports, key: 1 }), /invalid key/);
    const file = path.join(folder, "broken.json");
    assert.throws(() => readConnectionFile(file), /invalid connection file; expected a JSON file: .*broken\.json/);
    writeFileSync(file, "{");
    assert.throws(() => readConnectionFile(file), /expected a JSON file/);
    writeFileSync(file, "3");
    assert.throws(() => readConnectionFile(file), /expected a JSON object/);
    rmSync(file);
  });

  it("gives ZeroMQ's names", () => {
    assert.equal(endpoint(readConnection(ports), "shell_port"), "tcp://127.0.0.1:1");
    assert.equal(endpoint(readConnection({ ...ports, hb_port: 0 }), "hb_port"), "tcp://127.0.0.1:*");
    assert.equal(endpoint(readConnection({ ...ports, ip: "::1" }), "iopub_port"), "tcp://[::1]:2");
    assert.equal(
      endpoint(readConnection({ ...ports, transport: "ipc", ip: "/tmp/k" }), "stdin_port"),
      "ipc:///tmp/k-3",
    );
  });
});
