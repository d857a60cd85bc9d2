// What `ml.data` is in a cell.
export type { BatchTransform, ImageBatch } from "./batch.js";
export { type Cifar10Options, cifar10 } from "./cifar10.js";
export { type CsvOptions, csv } from "./csv.js";
export { Dataset, type DatasetParts, type Labels, type Sample, type Values } from "./dataset.js";
export type { DownloadOptions, DownloadProgress } from "./download.js";
export { type FashionMnistOptions, fashionMnist } from "./fashion-mnist.js";
export { type ArraysOptions, fromArrays, type Numbers } from "./from-arrays.js";
export { type ImageFolderOptions, imageFolder } from "./image-folder.js";
export { type Fold, type KFoldOptions, kFold } from "./k-fold.js";
export { type ArrayBatch, type Batch, Loader, type LoaderOptions, loader } from "./loader.js";
export { type MnistOptions, mnist } from "./mnist.js";
export { type SplitOptions, split } from "./split.js";
export type { TrainAndTest } from "./train-and-test.js";
