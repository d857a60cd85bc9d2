// The fuzz table's deploy. Folders stay as they are: they say where files are written. Where a release is needed there is none, so that what is
// judged is what each option is told.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";
import { placeOf } from "./data.js";

const net = () =>
  tf.sequential({
    layers: [tf.layers.flatten({ inputShape: [2, 2, 1] }), tf.layers.dense({ units: 3, name: "only" })],
  });

const batch = () => ({
  xs: tf.randomUniform([12, 2, 2, 1], 0, 1, "float32", 1),
  ys: tf.tensor1d(
    Array.from({ length: 12 }, (_, i) => i % 3),
    "int32",
  ),
});

const gate = {
  accuracy: 0.5,
  accuracyBy: "low",
  accuracyDrop: 0.5,
  latency: 1000,
  size: 100_000,
  drift: 0.01,
} as const;

export const deploy: readonly Subject[] = [
  {
    name: "ml.deploy.pipeline",
    args: () => [
      {
        model: net(),
        // Small enough to be refused before a file is loaded.
        gate: { ...gate, accuracy: 0.99 },
        directory: placeOf("releases"),
        test: [batch()],
        transform: ml.transforms.toTensor(),
        imageShape: [2, 2, 1],
        inputShape: [2, 2, 1],
        classNames: ["a", "b", "c"],
        tolerance: 1e-4,
        canary: { requests: 100, seconds: 1, agreement: 0.9 },
        promote: false,
        keep: 3,
        onStage: () => {},
      },
    ],
    fixed: ["directory"],
    // The stages that a release goes through are no results of numbers; what was found is.
    use: ({ checks }: ml.deploy.Deployment) => checks,
    runs: 60,
  },
  {
    name: "ml.deploy.pipeline",
    args: () => [{ model: net(), gate: { size: 100_000 }, directory: placeOf("releases"), promote: false }],
    fixed: ["directory"],
    use: ({ checks }: ml.deploy.Deployment) => checks,
    runs: 8,
  },
  {
    name: "ml.deploy.pipeline",
    args: () => [
      {
        model: placeOf("missing.onnx"),
        gate,
        directory: placeOf("releases"),
        test: placeOf("missing"),
        version: "v1",
        promote: true,
      },
    ],
    fixed: ["directory"],
    refused: true,
    runs: 60,
  },
  {
    name: "ml.deploy.promote",
    args: () => [{ directory: placeOf("no releases"), version: "v1" }],
    refused: true,
    runs: 60,
  },
  {
    name: "ml.deploy.rollback",
    args: () => [{ directory: placeOf("no releases"), version: "v1" }],
    refused: true,
    runs: 60,
  },
  { name: "ml.deploy.status", args: () => [placeOf("no releases")], refused: true, runs: 30 },
  {
    name: "ml.deploy.serve",
    args: () => [
      { directory: placeOf("no releases"), every: 100, onError: () => {}, port: 0, host: "127.0.0.1", batchSize: 4 },
    ],
    refused: true,
    runs: 60,
  },
  {
    name: "ml.deploy.files",
    args: () => [
      {
        directory: placeOf("no releases"),
        target: placeOf("out"),
        version: "v1",
        name: "model",
        port: 8000,
        image: "model:v1",
        storageUri: "pvc://models/model",
      },
    ],
    refused: true,
    runs: 60,
  },
];
