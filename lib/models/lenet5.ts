// LeNet-5 in today's form: two convolutions with pooling, three dense layers, normalised by batch unless that is refused.
import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkOptions, invalid } from "../engine/invalid.js";
import { checkImageShape, checkUnits, layerSeeds } from "./seeds.js";

export interface Lenet5Options {
  /** [height, width, channels]; at least 12 × 12. 32 × 32 gives the 16·5·5 of the textbooks. */
  inputShape: readonly number[];
  /** At least 1. */
  classes: number;
  /**
   * Batch normalization after each layer but the last; true by default, since five epochs then reach what takes ten without. False: the
   * net of PyTorch's CIFAR-10 tutorial, 61,706 parameters for [32, 32, 1].
   */
  batchNorm?: boolean;
  /** Makes the first weights repeatable; a whole number in [0, 2³²). */
  seed?: number;
}

/**
 * Conv 6@5×5, pool, Conv 16@5×5, pool, 120, 84, classes; ReLU between (LeCun et al., "Gradient-Based Learning Applied to
 * Document Recognition", 1998, with max pooling and ReLU), after batch normalization (Ioffe and Szegedy, "Batch Normalization:
 * Accelerating Deep Network Training by Reducing Internal Covariate Shift", 2015).
 * @returns a model from float32 [batch, height, width, channels] to logits [batch, classes]
 * @throws when an option is out of range
 */
export function lenet5(options: Lenet5Options): tf.LayersModel {
  checkOptions("options", options, ["inputShape", "classes", "batchNorm", "seed"]);
  const { inputShape, classes, batchNorm = true, seed } = options;
  checkImageShape(inputShape);
  checkUnits("classes", classes);
  checkBoolean("batchNorm", batchNorm);
  const [height, width] = inputShape;
  if (Math.min(height, width) < 12)
    throw invalid("inputShape", "at least 12 × 12, so that two convolutions and poolings fit", inputShape);
  const next = layerSeeds(seed);
  const kernelInitializer = () => {
    const value = next();
    return tf.initializers.heUniform(value === undefined ? {} : { seed: value });
  };
  const { batchNormalization, conv2d, dense, flatten, maxPooling2d, reLU } = tf.layers;
  /** What follows a layer's sum; the normalization brings a bias of its own. Its momentum is PyTorch's. */
  const hidden = batchNorm ? { useBias: false } : { activation: "relu" as const };
  const normalized = () => (batchNorm ? [batchNormalization({ momentum: 0.9, epsilon: 1e-5 }), reLU()] : []);
  return tf.sequential({
    name: "lenet5",
    layers: [
      conv2d({
        inputShape: [...inputShape],
        filters: 6,
        kernelSize: 5,
        kernelInitializer: kernelInitializer(),
        ...hidden,
      }),
      ...normalized(),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 16, kernelSize: 5, kernelInitializer: kernelInitializer(), ...hidden }),
      ...normalized(),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 120, kernelInitializer: kernelInitializer(), ...hidden }),
      ...normalized(),
      dense({ units: 84, kernelInitializer: kernelInitializer(), ...hidden }),
      ...normalized(),
      dense({ units: classes, kernelInitializer: kernelInitializer() }),
    ],
  });
}
