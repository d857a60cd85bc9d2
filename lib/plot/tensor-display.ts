// How every tensor of TensorFlow.js shows itself in a notebook: what it is, how its values are distributed, and a table or, of
// images, a picture. At once, since a cell may dispose of the tensor next; the plain text beside it is the kernel's.
import * as tf from "@tensorflow/tfjs";
import { escapeHTML } from "../engine/escape-html.js";
import { imageBytes, imageRange, isImageShape } from "../engine/image-bytes.js";
import { moments } from "./moments.js";
import { short } from "./number-series.js";
import { plainPNG } from "./plain-png.js";

/** Of larger tensors only so many values are read, so that no display is slow. */
const mostValues = 1_000_000;
const [mostRows, mostColumns, mostCharacters] = [10, 10, 40];
const [leastSide, mostSide, mostImages, gap] = [8, 48, 8, 2];

/** @returns nothing for what text says as well: scalars, and tensors without values */
export function showTensor(tensor: tf.Tensor): { "text/html"?: string } {
  if (tensor.isDisposed || tensor.rank === 0 || tensor.size === 0 || tensor.dtype === "complex64") return {};
  const values = firstValues(tensor);
  const kind = tensor instanceof tf.Variable ? "Variable" : "Tensor";
  const bytes = tensor.dtype === "string" ? [] : [sizeOf(tensor.size * (tensor.dtype === "bool" ? 1 : 4))];
  const head = [`${kind} ${tensor.dtype} [${tensor.shape.join(", ")}]`, ...bytes, ...distribution(tensor, values)];
  const picture = pictureOf(tensor, values);
  return { "text/html": `<p>${head.join(", ")}</p>${picture ?? tableOf(tensor, values)}` };
}

type Values = ArrayLike<number> | ArrayLike<string>;

function firstValues(tensor: tf.Tensor): Values {
  if (tensor.size <= mostValues) return tensor.dataSync() as Values;
  const part = tf.tidy(() => tensor.flatten().slice(0, mostValues));
  const values = part.dataSync();
  part.dispose();
  return values;
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${short(bytes / 1024)} KB` : `${short(bytes / 1024 ** 2)} MB`;
}

function distribution(tensor: tf.Tensor, values: Values): string[] {
  const part = values.length < tensor.size ? [`of the first ${values.length.toLocaleString("en")} values`] : [];
  if (!areNumbers(values)) return part;
  const { count, mean, std, least, most, nan, infinite } = moments(values);
  if (tensor.dtype === "bool") return [`${Math.round(mean * count).toLocaleString("en")} true`, ...part];
  const range = count ? [`${short(least)} to ${short(most)}`, `mean ${short(mean)}`, `std ${short(std)}`] : [];
  const wrong = (what: string, found: number) => {
    const text = `${found.toLocaleString("en")} ${what}`;
    return found ? `<b>${text}</b>` : text;
  };
  const special =
    tensor.dtype === "int32" ? [] : [wrong("NaN", nan), ...(infinite ? [wrong("infinite", infinite)] : [])];
  return [...range, ...special, ...part];
}

function areNumbers(values: Values): values is ArrayLike<number> {
  return typeof values[0] === "number";
}

/** Of [images, height, width, channels] or [height, width, channels], with as many channels as images have. */
function pictureOf(tensor: tf.Tensor, values: Values): string | undefined {
  const shape = tensor.rank === 4 ? tensor.shape.slice(1) : tensor.shape;
  const [height = 0, width = 0, channels = 0] = shape;
  const isImage = tensor.rank === 3 || tensor.rank === 4 ? isImageShape(shape) : false;
  if (!isImage || Math.min(height, width) < leastSide || !areNumbers(values)) return undefined;
  const size = height * width * channels;
  const count = Math.min(mostImages, Math.floor(values.length / size));
  if (count < 1) return undefined;
  const step = Math.ceil(Math.max(height, width) / mostSide);
  const [tileHeight, tileWidth] = [Math.ceil(height / step), Math.ceil(width / step)];
  const strip = { height: tileHeight, width: count * (tileWidth + gap) - gap, channels: channels as 1 | 3 | 4 };
  const pixels = new Float32Array(strip.height * strip.width * channels).fill(Number.NaN);
  for (let image = 0; image < count; image++)
    for (let y = 0; y < tileHeight; y++)
      for (let x = 0; x < tileWidth; x++)
        for (let channel = 0; channel < channels; channel++) {
          const from = image * size + (y * step * width + x * step) * channels + channel;
          pixels[(y * strip.width + image * (tileWidth + gap) + x) * channels + channel] = values[from] ?? Number.NaN;
        }
  const range = imageRange([pixels.filter(Number.isFinite)]);
  const bounded = pixels.map((value) => Math.min(range[1], Math.max(range[0], value)));
  const bytes = tensor.dtype === "int32" && range[1] <= 1 && range[0] >= 0 ? ([0, 255] as const) : range;
  // What is not a number becomes 0: black, or clear between images with a channel for that.
  const png = plainPNG(imageBytes(bounded, bytes), strip).toString("base64");
  const all = tensor.rank === 4 ? (tensor.shape[0] ?? 1) : 1;
  const scale = bytes[0] === 0 ? "" : `; black ${short(bytes[0])}, white ${short(bytes[1])}`;
  const note = all > count || scale ? `<p>${count} of ${all.toLocaleString("en")} images${scale}</p>` : "";
  const style = `height:${Math.max(tileHeight, 64)}px;max-width:none;margin:0;image-rendering:pixelated`;
  return `<img src="data:image/png;base64,${png}" alt="${count} images" style="${style}">${note}`;
}

/** The first rows and columns; of more than two dimensions, of the first matrix. */
function tableOf(tensor: tf.Tensor, values: Values): string {
  const columns = tensor.shape.at(-1) ?? 1;
  const rows = tensor.rank > 1 ? (tensor.shape.at(-2) ?? 1) : 1;
  const [shownRows, shownColumns] = [Math.min(rows, mostRows), Math.min(columns, mostColumns)];
  const more = columns > shownColumns;
  const body = Array.from({ length: shownRows }, (_, row) => {
    const cells = Array.from({ length: shownColumns }, (_, column) => cell(values[row * columns + column]));
    return `<tr>${cells.join("")}${more ? "<td>…</td>" : ""}</tr>`;
  });
  if (rows > shownRows) body.push(`<tr>${"<td>⋮</td>".repeat(shownColumns + Number(more))}</tr>`);
  const place = tensor.rank > 2 ? `<caption>[${"0, ".repeat(tensor.rank - 2)}:, :]</caption>` : "";
  return `<table>${place}<tbody>${body.join("")}</tbody></table>`;
}

function cell(value: number | string | undefined): string {
  if (value === undefined) return "<td>…</td>";
  if (typeof value === "number") {
    const text = Number.isFinite(value) ? String(Number(value.toPrecision(4))) : `<b>${value}</b>`;
    return `<td>${text}</td>`;
  }
  const cut = value.length > mostCharacters ? `${value.slice(0, mostCharacters)}…` : value;
  return `<td>${escapeHTML(cut)}</td>`;
}

// TensorFlow.js knows nothing of notebooks: its class is told here, once, when the library is loaded.
Object.defineProperty(tf.Tensor.prototype, Symbol.for("Jupyter.display"), {
  configurable: true,
  writable: true,
  value(this: tf.Tensor) {
    return showTensor(this);
  },
});
