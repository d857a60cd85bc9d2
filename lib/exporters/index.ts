// What `ml.exporters` is.
export { type OnnxOptions, onnx } from "./onnx.js";
export { OnnxReport } from "./onnx-report.js";
