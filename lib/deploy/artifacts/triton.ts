// A model repository for NVIDIA Triton, and for KServe, which runs Triton: the same release where one machine is not enough.
// https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_configuration.html
import { invalid } from "../../engine/invalid.js";
import type { ReleaseTensor } from "../manifest.js";
import { type ArtifactParts, quoted } from "./parts.js";

/** https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto */
const types: Readonly<Record<string, string>> = {
  uint8: "TYPE_UINT8",
  int32: "TYPE_INT32",
  float32: "TYPE_FP32",
  float64: "TYPE_FP64",
};

/** Folders of versions are numbers there; of a release without one in its name, the first. */
export function tritonVersion(version: string): string {
  return /^v?([1-9]\d{0,8})$/.exec(version)?.[1] ?? "1";
}

/** The file config.pbtxt, in protobuf's text format. */
export function tritonConfig({ name, release }: ArtifactParts): string {
  const { input, output, classNames } = release.manifest;
  // A model that is made for single inputs has its batch of 1 among its lengths.
  const isBatched = input.shape[0] !== 1;
  const labels = classNames !== null && classNames.length === output.shape.at(-1);
  const tensor = (one: ReleaseTensor, more = "") => `[
  {
    name: ${quoted(one.name)}
    data_type: ${typeOf(one)}
    dims: [ ${one.shape
      .slice(isBatched ? 1 : 0)
      .map(lengthOf)
      .join(", ")} ]
${more}  }
]`;
  const batching = `
dynamic_batching {
  max_queue_delay_microseconds: 5000
}`;
  return `# Release ${release.version} of ${name}; SHA-256 ${release.manifest.files["model.onnx"]?.sha256 ?? ""}
name: ${quoted(name)}
platform: "onnxruntime_onnx"
max_batch_size: ${isBatched ? 16 : 0}
input ${tensor(input)}
output ${tensor(output, labels ? '    label_filename: "labels.txt"\n' : "")}
instance_group [
  {
    count: 1
    kind: KIND_CPU
  }
]
${isBatched ? batching.trimStart() : ""}
`
    .trimEnd()
    .concat("\n");
}

/** An InferenceService of KServe that runs the repository. https://kserve.github.io/website/ */
export function kserve({ name, release, storageUri }: ArtifactParts): string {
  return `# Serves release ${release.version} of ${name} by Triton. storageUri is where the folder triton/ was copied to.
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${name}
  annotations:
    cellgrad/version: ${quoted(release.version)}
spec:
  predictor:
    model:
      modelFormat:
        name: triton
      runtime: kserve-tritonserver
      protocolVersion: v2
      storageUri: ${quoted(storageUri)}
`;
}

function typeOf({ name, type }: ReleaseTensor): string {
  const found = types[type];
  if (found === undefined) throw invalid(`release ${name}`, `a tensor of ${Object.keys(types).join(", ")}`, type);
  return found;
}

function lengthOf(length: number | string): string {
  return typeof length === "number" ? String(length) : "-1";
}
