// What `ml.exporters` is.
export { FileReport } from "./file-report.js";
export { type KerasOptions, keras, loadKeras } from "./keras/keras.js";
export { KerasReport } from "./keras/keras-report.js";
export { type OnnxOptions, onnx } from "./onnx.js";
export { OnnxReport } from "./onnx-report.js";
export { loadSafetensors, type SafetensorsOptions, safetensors } from "./safetensors.js";
export { type SavedModelOptions, savedModel } from "./saved-model.js";
export { loadTfjs, tfjs } from "./tfjs.js";
