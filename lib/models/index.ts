// What `ml.models` is in a cell.
export { type Lenet5Options, lenet5 } from "./lenet5.js";
export { type MlpOptions, mlp } from "./mlp.js";
export { type ResnetOptions, resnet } from "./resnet.js";
