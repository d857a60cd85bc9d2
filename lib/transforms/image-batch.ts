// What transforms work on: images (or a table's samples) in one typed array, not tensors, so that worker threads can run
// them without TensorFlow.js.

/** Images, and the labels that go with them. */
export interface ImageBatch {
  /** Row by row, channels last; uint8 from 0 to 255, or float32. */
  readonly values: Uint8Array | Float32Array;
  /** [images, height, width, channels]; a table's samples are [samples, 1, 1, features]. */
  readonly shape: readonly [number, number, number, number];
  /** Classes [images] as int32; values to predict [images], or probabilities [images, classes], as float32; may be empty. */
  readonly labels: Int32Array | Float32Array;
  /** How many classes there are; 0 where labels are no classes. */
  readonly classes: number;
}

/** An array of the same type for `length` values. */
export function sameType<T extends ImageBatch["values"]>(values: T, length: number): T {
  const Constructor = values.constructor as new (length: number) => T;
  return new Constructor(length);
}
