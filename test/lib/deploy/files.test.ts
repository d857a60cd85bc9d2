// What other systems get of a release, read by parsers: YAML, protobuf's text format, units, Dockerfiles; and compared with the model's own inputs
// and outputs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { loadAll } from "js-yaml";
import { files, pipeline } from "../../../lib/deploy/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { openSession } from "../../../lib/engine/jit/onnxruntime.js";
import { decodeOnnx, encodeOnnx } from "../../../lib/exporters/onnx-file.js";
import { toTensor } from "../../../lib/transforms/index.js";
import { classNames, cornersModel, temporaryFolder } from "./corners.js";
import { type Message, modelConfig, parseTextProto } from "./text-proto.js";

interface Tensor extends Message {
  name: string;
  data_type: string;
  dims: number[];
  label_filename?: string;
}

describe("deploy: files", () => {
  let directory: string;
  const read = (...path: string[]) => readFileSync(join(directory, ...path), "utf8");
  const config = (name: string) => parseTextProto(read("out", "triton", name, "config.pbtxt"), modelConfig);
  const release = async (model: tf.LayersModel, folder = "releases") => {
    try {
      const images = model.inputs[0]?.shape.length === 4 ? { transform: toTensor(), classNames } : {};
      return await pipeline({ model, gate: {}, directory: join(directory, folder), ...images });
    } finally {
      model.dispose();
    }
  };
  const write = (options: Partial<Parameters<typeof files>[0]> = {}) =>
    files({ directory: join(directory, "releases"), target: join(directory, "out"), ...options });

  before(() => ready());
  beforeEach(() => {
    directory = temporaryFolder();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("Triton's configuration has the inputs and outputs of the model, and its labels", async () => {
    const { release: made } = await release(cornersModel());
    const { files: all, version } = await write({ name: "corners" });
    assert.equal(version, "v1");
    const { input, output, ...rest } = config("corners") as { input: Tensor[]; output: Tensor[] };
    const session = await openSession(readFileSync(join(directory, "out", "triton", "corners", "1", "model.onnx")));
    const [given, answered] = [session.inputMetadata[0], session.outputMetadata[0]];
    await session.release();
    assert.ok(given?.isTensor && answered?.isTensor);
    assert.deepEqual(input, [{ name: given.name, data_type: "TYPE_UINT8", dims: given.shape.slice(1) }]);
    assert.deepEqual(output, [
      { name: answered.name, data_type: "TYPE_FP32", dims: answered.shape.slice(1), label_filename: "labels.txt" },
    ]);
    assert.deepEqual(rest, {
      name: "corners",
      platform: "onnxruntime_onnx",
      max_batch_size: 16,
      instance_group: [{ count: 1, kind: "KIND_CPU" }],
      dynamic_batching: { max_queue_delay_microseconds: 5000 },
    });
    assert.equal(read("out", "triton", "corners", "labels.txt"), `${classNames.join("\n")}\n`);
    assert.deepEqual(
      readFileSync(join(directory, "out", "triton", "corners", "1", "model.onnx")),
      readFileSync(made?.model ?? ""),
    );
    const there = readdirSync(join(directory, "out"), { recursive: true, encoding: "utf8", withFileTypes: true });
    assert.equal(there.filter((entry) => entry.isFile()).length, all.length);
    for (const file of all) assert.ok(read("out", file).length > 0, file);
  });

  it("models of values have no labels; those made for single inputs no batches", async () => {
    await release(tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }));
    await write();
    const values = config("model") as { output: Tensor[]; max_batch_size: number };
    assert.deepEqual(
      [values.output[0]?.dims, values.output[0]?.label_filename, values.max_batch_size],
      [[1], undefined, 16],
    );
    const onnx = decodeOnnx(readFileSync(join(directory, "releases", "v1", "model.onnx")));
    for (const { type } of [...onnx.graph.input, ...onnx.graph.output]) {
      const [batch] = type?.tensorType?.shape?.dim ?? [];
      if (batch === undefined) continue;
      batch.dimValue = 1;
      delete batch.dimParam;
    }
    writeFileSync(join(directory, "single.onnx"), encodeOnnx(onnx));
    await pipeline({
      model: join(directory, "single.onnx"),
      gate: {},
      directory: join(directory, "releases"),
      version: "2026.1",
    });
    rmSync(join(directory, "out"), { recursive: true });
    await write();
    const single = config("model") as { input: Tensor[]; output: Tensor[] } & Message;
    assert.deepEqual([single.input[0]?.dims, single.output[0]?.dims, single.max_batch_size], [[1, 2], [1, 1], 0]);
    assert.equal(single.dynamic_batching, undefined);
    assert.ok(readdirSync(join(directory, "out", "triton", "model")).includes("1"));
  });

  it("the parser of configurations refuses what Triton would", () => {
    for (const wrong of [
      'nam: "a"',
      "name: a",
      "max_batch_size: x",
      "input [ { dims: [ 1 2 ] } ]",
      'name: "a" name: "b"',
      "input { data_type: FP32 }",
      "input {",
      "$",
    ])
      assert.throws(() => parseTextProto(wrong, modelConfig), wrong);
  });

  it("Kubernetes gets a Deployment and a Service that fit each other and the server; KServe an InferenceService", async () => {
    await release(cornersModel());
    await write({
      name: "corner-classifier",
      port: 8123,
      image: "registry.example:5000/a/b:v1",
      storageUri: "s3://models/corners",
    });
    const [deployment, service, more] = loadAll(read("out", "kubernetes.yaml")) as Record<string, never>[];
    assert.equal(more, undefined);
    assert.deepEqual(
      [deployment?.apiVersion, deployment?.kind, service?.apiVersion, service?.kind],
      ["apps/v1", "Deployment", "v1", "Service"],
    );
    const { selector, template, strategy } = (deployment ?? assert.fail()).spec as unknown as {
      selector: { matchLabels: Record<string, string> };
      strategy: object;
      template: {
        metadata: { labels: Record<string, string> };
        spec: { containers: Record<string, never>[]; securityContext: object };
      };
    };
    const [container] = template.spec.containers as unknown as {
      image: string;
      ports: { name: string; containerPort: number }[];
      readinessProbe: { httpGet: object };
      livenessProbe: { httpGet: object };
      securityContext: object;
    }[];
    for (const [label, value] of Object.entries(selector.matchLabels))
      assert.equal(template.metadata.labels[label], value);
    const { spec } = service as unknown as { spec: { selector: object; ports: object[] } };
    assert.deepEqual(spec.selector, selector.matchLabels);
    assert.deepEqual(spec.ports, [{ name: "http", port: 80, targetPort: "http" }]);
    assert.deepEqual(container?.ports, [{ name: "http", containerPort: 8123 }]);
    assert.equal(container?.image, "registry.example:5000/a/b:v1");
    assert.deepEqual(container?.readinessProbe.httpGet, { path: "/readyz", port: "http" });
    assert.deepEqual(container?.livenessProbe.httpGet, { path: "/healthz", port: "http" });
    assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    assert.deepEqual(template.spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    });
    // Labels are texts, whatever they look like.
    assert.equal(template.metadata.labels["app.kubernetes.io/version"], "v1");
    const [kserve] = loadAll(read("out", "kserve.yaml")) as [{ kind: string; spec: { predictor: { model: object } } }];
    assert.equal(kserve.kind, "InferenceService");
    assert.deepEqual(kserve.spec.predictor.model, {
      modelFormat: { name: "triton" },
      runtime: "kserve-tritonserver",
      protocolVersion: "v2",
      storageUri: "s3://models/corners",
    });
  });

  it("a version that looks like a number stays a text", async () => {
    const model = cornersModel();
    await pipeline({ model, gate: {}, directory: join(directory, "releases"), transform: toTensor(), version: "1e3" });
    model.dispose();
    await write();
    const [deployment] = loadAll(read("out", "kubernetes.yaml")) as { metadata: { labels: Record<string, unknown> } }[];
    assert.equal(deployment?.metadata.labels["app.kubernetes.io/version"], "1e3");
  });

  it("the Dockerfile has instructions that exist, copies what is there, and starts the command", async () => {
    await release(cornersModel());
    await write({ port: 8123 });
    const lines = read("out", "Dockerfile")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const parsed = lines.map((line) => /^([A-Z]+) (.+)$/.exec(line)?.slice(1) ?? assert.fail(line));
    const known = [
      "FROM",
      "ARG",
      "ENV",
      "WORKDIR",
      "RUN",
      "COPY",
      "USER",
      "EXPOSE",
      "HEALTHCHECK",
      "STOPSIGNAL",
      "ENTRYPOINT",
      "CMD",
    ];
    const of = (name: string) => parsed.find(([instruction]) => instruction === name)?.[1] ?? assert.fail(name);
    assert.deepEqual(
      parsed.map(([instruction]) => instruction).filter((name) => !known.includes(name ?? "")),
      [],
    );
    assert.equal(parsed[0]?.[0], "FROM");
    const [from = ""] = of("COPY").split(" ");
    assert.deepEqual(
      readdirSync(join(directory, "out", from)).sort(),
      readdirSync(join(directory, "releases", "v1")).sort(),
    );
    const own = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    assert.equal(of("ARG"), `CELLGRAD=cellgrad@${own.version}`);
    const command = [...(JSON.parse(of("ENTRYPOINT")) as string[]), ...(JSON.parse(of("CMD")) as string[])];
    assert.deepEqual(command.slice(1), ["serve", "/srv/release/model.onnx", "--host", "0.0.0.0", "--port", "8123"]);
    const [node, flag, script = ""] = JSON.parse(of("HEALTHCHECK").split("CMD ")[1] ?? "") as string[];
    assert.deepEqual([node, flag], ["node", "-e"]);
    // Nothing listens there.
    assert.equal(spawnSync(process.execPath, ["-e", script.replace("8123", "1")]).status, 1);
  });

  it("the unit has sections and settings that systemd knows, and a path with signs of its own stays one", async () => {
    await release(cornersModel(), "rel $x %n");
    await files({ directory: join(directory, "rel $x %n"), target: join(directory, "out"), name: "corners" });
    const unit = read("out", "corners.service");
    let section = "";
    const settings: Record<string, Record<string, string>> = {};
    for (const line of unit.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
      const [, head] = /^\[(\w+)\]$/.exec(line) ?? [];
      if (head !== undefined) {
        section = head;
        settings[head] = {};
      } else {
        const [, key = assert.fail(line), value = ""] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
        Object.assign(settings[section] ?? assert.fail(section), { [key]: value });
      }
    }
    assert.deepEqual(Object.keys(settings), ["Unit", "Service", "Install"]);
    assert.match(
      settings.Service?.ExecStart ?? "",
      /^\/usr\/bin\/env cellgrad serve ".*rel \$\$x %%n" --host 127\.0\.0\.1 --port 8000$/,
    );
    const analyzed = spawnSync("systemd-analyze", ["verify", join(directory, "out", "corners.service")], {
      encoding: "utf8",
    });
    // Where systemd is, it has nothing to complain about.
    if (analyzed.error === undefined) assert.equal(analyzed.stderr, "");
  });

  it("refuses wrong options, releases that are damaged, and folders with something in them", async () => {
    await assert.rejects(write(), /^Error: invalid directory; expected a folder of releases that is there/);
    await release(cornersModel());
    const cases: [Partial<Parameters<typeof files>[0]>, RegExp][] = [
      [{ target: "" }, /^Error: invalid target/],
      [{ target: directory }, /^Error: invalid target; expected a folder that is not there yet, or empty/],
      [{ name: "Model" }, /^Error: invalid name/],
      [{ name: "a\nb" }, /^Error: invalid name/],
      [{ port: 80 }, /^Error: invalid port/],
      [{ image: 'a"' }, /^Error: invalid image/],
      [{ storageUri: "x" }, /^Error: invalid storageUri/],
      [{ version: "v2" }, /^Error: invalid release/],
      [{ verison: "v1" } as object, /did you mean version/],
    ];
    for (const [options, message] of cases) await assert.rejects(write(options), message);
    mkdirSync(join(directory, "out"));
    const written = await write();
    assert.match(String(written), /^\d+ files of release v1 in .*\nDockerfile +docker build --tag model:v1 \.\n/);
    writeFileSync(join(directory, "releases", "v1", "labels.txt"), "");
    await assert.rejects(
      write({ target: join(directory, "other") }),
      /^Error: invalid release v1; expected files as its manifest says/,
    );
    assert.deepEqual(readdirSync(directory).sort(), ["out", "releases"]);
  });
});
