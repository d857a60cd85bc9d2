// The fuzz table's server. The file is missing, so that no call opens a port: what is judged is what each option is told.
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";
import { placeOf } from "./data.js";

export const serve: readonly Subject[] = [
  {
    name: "ml.serve.start",
    args: () => [
      {
        model: placeOf("missing.onnx"),
        port: 0,
        host: "127.0.0.1",
        token: "secret",
        store: { append: () => {} },
        dashboard: { answer: async () => undefined, isPublic: () => true },
        version: "first",
        transform: ml.transforms.toTensor(),
        imageShape: [28, 28, 1],
        classNames: ["a", "b"],
        outputs: "scores",
        fit: "cover",
        formats: ["png", "jpeg"],
        maxPixels: 1e6,
        maxBody: 1e6,
        maxMemory: 1e7,
        queue: 10,
        batchSize: 4,
        batchDelay: 5,
        timeout: 1000,
        requestTimeout: 1000,
        drainTimeout: 1000,
        threads: 1,
        log: "silent",
        logTo: { write: () => {} },
      },
    ],
    refused: true,
    runs: 200,
  },
];
