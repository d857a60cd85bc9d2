// A small residual network for images of 32 × 32 or so, as in the CIFAR-10 part of the ResNet paper.
import * as tf from "@tensorflow/tfjs";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkImageShape, checkShape, checkUnits, LARGEST, layerSeeds } from "./seeds.js";

export interface ResnetOptions {
  /** [height, width, channels]. */
  inputShape: readonly number[];
  /** At least 1. */
  classes: number;
  /** Residual blocks a stage; [1, 1, 1] by default (ResNet-8), [3, 3, 3] is ResNet-20. Each stage after the first halves the image. */
  blocks?: readonly number[];
  /** Filters of the first stage, doubled each stage; 16 by default. */
  filters?: number;
  /** Makes the first weights repeatable; a whole number in [0, 2³²). */
  seed?: number;
}

/** ResNet-110, the deepest of the paper that trains well, has 54. */
const MOST_BLOCKS = 512;

/**
 * Residual blocks of two 3 × 3 convolutions with batch normalisation, global average pooling, one dense layer (He et al.,
 * "Deep Residual Learning for Image Recognition", 2016, section 4.2; 1 × 1 convolutions where shapes change).
 * @returns a model from float32 [batch, height, width, channels] to logits [batch, classes]
 * @throws when an option is out of range
 */
export function resnet(options: ResnetOptions): tf.LayersModel {
  checkOptions("options", options, ["inputShape", "classes", "blocks", "filters", "seed"]);
  const { inputShape, classes, blocks = [1, 1, 1], filters = 16, seed } = options;
  checkImageShape(inputShape);
  checkUnits("classes", classes);
  checkShape("blocks", "a list with the blocks of each stage", blocks);
  if (!blocks.length || blocks.reduce((sum, count) => sum + count, 0) > MOST_BLOCKS)
    throw invalid("blocks", `1 to ${MOST_BLOCKS} blocks, in at least one stage`, blocks);
  // Each stage doubles them.
  checkWhole("filters", filters, 1, Math.floor(LARGEST / 2 ** (blocks.length - 1)));
  const next = layerSeeds(seed);
  const kernelInitializer = () => {
    const value = next();
    return tf.initializers.heNormal(value === undefined ? {} : { seed: value });
  };
  const convolution = (x: tf.SymbolicTensor, size: number, kernelSize: number, strides: number): tf.SymbolicTensor => {
    const layer = tf.layers.conv2d({
      filters: size,
      kernelSize,
      strides,
      padding: "same",
      useBias: false,
      kernelInitializer: kernelInitializer(),
    });
    return tf.layers.batchNormalization().apply(layer.apply(x)) as tf.SymbolicTensor;
  };
  const relu = (x: tf.SymbolicTensor) => tf.layers.reLU().apply(x) as tf.SymbolicTensor;
  const input = tf.input({ shape: [...inputShape] });
  let x = relu(convolution(input, filters, 3, 1));
  blocks.forEach((count, stage) => {
    const size = filters * 2 ** stage;
    for (let block = 0; block < count; block++) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const inner = convolution(relu(convolution(x, size, 3, strides)), size, 3, 1);
      const shortcut = x.shape.at(-1) === size && strides === 1 ? x : convolution(x, size, 1, strides);
      x = relu(tf.layers.add().apply([inner, shortcut]) as tf.SymbolicTensor);
    }
  });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  const output = tf.layers.dense({ units: classes, kernelInitializer: kernelInitializer() }).apply(pooled);
  return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor, name: "resnet" });
}
