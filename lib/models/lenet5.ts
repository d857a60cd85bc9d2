// LeNet-5 in today's form, the net of PyTorch's CIFAR-10 tutorial: two convolutions with pooling, three dense layers.
import * as tf from "@tensorflow/tfjs";
import { checkOptions, invalid } from "../engine/invalid.js";
import { checkImageShape, checkUnits, layerSeeds } from "./seeds.js";

export interface Lenet5Options {
  /** [height, width, channels]; at least 12 × 12. 32 × 32 gives the 16·5·5 of the textbooks. */
  inputShape: readonly number[];
  /** At least 1. */
  classes: number;
  /** Makes the first weights repeatable; a whole number in [0, 2³²). */
  seed?: number;
}

/**
 * Conv 6@5×5, pool, Conv 16@5×5, pool, 120, 84, classes; ReLU between (LeCun et al., "Gradient-Based Learning Applied to
 * Document Recognition", 1998, with max pooling and ReLU).
 * @returns a model from float32 [batch, height, width, channels] to logits [batch, classes]
 * @throws when an option is out of range
 */
export function lenet5(options: Lenet5Options): tf.LayersModel {
  checkOptions("options", options, ["inputShape", "classes", "seed"]);
  const { inputShape, classes, seed } = options;
  checkImageShape(inputShape);
  checkUnits("classes", classes);
  const [height, width] = inputShape;
  if (Math.min(height, width) < 12)
    throw invalid("inputShape", "at least 12 × 12, so that two convolutions and poolings fit", inputShape);
  const next = layerSeeds(seed);
  const kernelInitializer = () => {
    const value = next();
    return tf.initializers.heUniform(value === undefined ? {} : { seed: value });
  };
  return tf.sequential({
    name: "lenet5",
    layers: [
      tf.layers.conv2d({
        inputShape,
        filters: 6,
        kernelSize: 5,
        activation: "relu",
        kernelInitializer: kernelInitializer(),
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu", kernelInitializer: kernelInitializer() }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 120, activation: "relu", kernelInitializer: kernelInitializer() }),
      tf.layers.dense({ units: 84, activation: "relu", kernelInitializer: kernelInitializer() }),
      tf.layers.dense({ units: classes, kernelInitializer: kernelInitializer() }),
    ],
  });
}
