// The fuzz table's exporters and compression. Paths stay as they are: they say where files are written.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";
import { placeOf } from "./data.js";

const net = () =>
  tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [2, 2, 1] }),
      tf.layers.dense({ units: 4, activation: "relu", name: "first" }),
      tf.layers.dense({ units: 3, name: "second" }),
    ],
  });

export const exporters: readonly Subject[] = [
  {
    name: "ml.exporters.onnx",
    args: () => [
      net(),
      placeOf("model.onnx"),
      {
        transform: ml.transforms.toTensor(),
        imageShape: [2, 2, 1],
        inputShape: [2, 2, 1],
        classNames: ["a", "b", "c"],
        tolerance: 1e-4,
      },
    ],
    fixed: ["1"],
    runs: 30,
  },
  {
    name: "ml.exporters.safetensors",
    args: () => [net(), placeOf("model.safetensors"), { layout: "pytorch", names: { first: "fc1", second: "fc2" } }],
    fixed: ["1"],
    runs: 60,
  },
  {
    name: "ml.exporters.loadSafetensors",
    args: () => [net(), placeOf("missing.safetensors"), { layout: "pytorch", names: { first: "fc1" } }],
    refused: true,
    runs: 40,
  },
  {
    name: "ml.exporters.keras",
    args: () => [net(), placeOf("model.keras"), { inputShape: [2, 2, 1], tolerance: 1e-5 }],
    fixed: ["1"],
    runs: 30,
  },
  {
    name: "ml.exporters.savedModel",
    args: () => [net(), placeOf("saved"), { python: "no-such-python" }],
    fixed: ["1", "python"],
    refused: true,
    runs: 30,
  },
  { name: "ml.exporters.loadKeras", args: () => [placeOf("missing.keras")], refused: true, runs: 40 },
  { name: "ml.exporters.tfjs", args: () => [net(), placeOf("tfjs")], fixed: ["1"], runs: 40 },
  {
    name: "ml.compress.quantize",
    args: () => [placeOf("missing.onnx"), placeOf("int8.onnx"), { mode: "static", method: "minMax", percentile: 0.9 }],
    fixed: ["0", "1"],
    refused: true,
    runs: 40,
  },
  {
    name: "ml.compress.prune",
    args: () => [net(), { sparsity: 0.5, structured: true }],
    use: ({ model, after }: ml.compress.PruningReport) => {
      model.dispose();
      return after;
    },
    runs: 60,
  },
  { name: "ml.exporters.loadTfjs", args: () => [placeOf("missing")], refused: true, runs: 40 },
];
