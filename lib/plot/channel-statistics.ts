// How bright images are, channel by channel: mean and standard deviation as `normalize` takes them, and the distribution.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { binCounts, binEdges } from "./bins.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { spread } from "./image-grid.js";
import type { ImageSamples } from "./image-values.js";
import { leftOut, moments } from "./moments.js";
import { extent, short } from "./number-series.js";
import { brief, makeSpec, palette } from "./spec.js";

export interface ChannelStatisticsOptions {
  /** How many images at most, spread evenly over all; 5,000 by default. */
  count?: number;
  /** Above the chart. */
  title?: string;
}

export interface ChannelStatisticsData {
  /** One a channel; of bytes, after division by 255: what `ml.transforms.normalize` takes after `toTensor`. */
  readonly mean: readonly number[];
  /** One a channel, of the population (divided by the count). */
  readonly std: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Values that are NaN or infinite, which are left out. */
  readonly notFinite: number;
  /** How many images were looked at. */
  readonly images: number;
}

const bins = 64;
const mostChannels = 7;
const mostValues = 2e7;
const colors = [palette.vermillion, palette.green, palette.blue, palette.grey];

/**
 * Draws how the values of images are distributed in each channel, with mean and standard deviation, which `ml.transforms.normalize`
 * takes: `normalize(chart.data.mean, chart.data.std)`. Bytes are divided by 255, as `toTensor` does.
 * @param images a tensor [count, height, width, channels] (int32 holds bytes), or a data set of images; 1 to 7 channels
 * @throws unless there are images with a finite value in each channel
 */
export function channelStatistics(
  images: tf.Tensor | ImageSamples,
  options: ChannelStatisticsOptions = {},
): Chart<ChannelStatisticsData> {
  checkOptions("options", options, ["count", "title"]);
  checkTitle(options);
  const { count = 5000, title = "Channel statistics" } = options;
  checkWhole("count", count, 1);
  const { values, channels, chosen, total } = readChannels(images, count);
  const own = values.map((list) => moments(list));
  const none = own.findIndex((channel) => channel.count === 0);
  if (none >= 0) throw invalid("images", "a finite value in each channel", `none in channel ${none}`);
  const ends = extent(own.flatMap(({ least, most }) => [least, most])) ?? [0, 1];
  const edges = binEdges([], bins, ends[0] >= 0 && ends[1] <= 1 ? [0, 1] : ends);
  const names = channels === 1 ? ["grey"] : ["red", "green", "blue", "alpha"].slice(0, channels);
  const named = channels === 2 || channels > 4 ? values.map((_, i) => `channel ${i}`) : names;
  const shares = values.map((list, i) => binCounts(list, edges).map((n) => n / (own[i]?.count ?? 1)));
  const about = own.map(
    ({ mean, std }, i) => `${channels === 1 ? "" : `${named[i]} `}mean ${short(mean)}, std ${short(std)}`,
  );
  const notFinite = own.reduce((sum, { nan, infinite }) => sum + nan + infinite, 0);
  const nan = own.reduce((sum, channel) => sum + channel.nan, 0);
  const out = leftOut({ nan, infinite: notFinite - nan });
  const looked = `${chosen < total ? `${chosen.toLocaleString("en")} of ` : ""}${total.toLocaleString("en")} ${total === 1 ? "image" : "images"}`;
  const subtitle = [`${looked}${out && `; ${out}`}`, ...lines(about)];
  const spec = makeSpec({
    title: { text: title, subtitle },
    width: 480,
    height: 220,
    data: {
      values: edges.slice(1).map((to, bin) => ({
        value: brief(((edges[bin] ?? 0) + to) / 2),
        share: shares.map((list) => brief(list[bin] ?? 0)),
      })),
    },
    transform: [{ calculate: JSON.stringify(named), as: "channel" }, { flatten: ["channel", "share"] }],
    mark: { type: "line", interpolate: "step", strokeWidth: 1.5 },
    encoding: {
      x: {
        field: "value",
        type: "quantitative",
        title: "value",
        scale: { domain: [brief(edges[0] ?? 0), brief(edges.at(-1) ?? 1)], nice: false },
        axis: { grid: false, format: "~g", tickCount: 8 },
      },
      y: { field: "share", type: "quantitative", title: "share of pixels", axis: { format: "~%", tickCount: 5 } },
      color: {
        field: "channel",
        type: "nominal",
        sort: named,
        legend: channels === 1 ? null : { title: null },
        scale: {
          domain: named,
          range: named.map(
            (_, i) => (channels <= 4 && channels > 2 ? colors[i] : undefined) ?? Object.values(palette)[i],
          ),
        },
      },
      tooltip: [{ field: "channel" }, { field: "value", format: ".3~f" }, { field: "share", format: ".2~%" }],
    },
  });
  const columns = ["mean", "std", "min", "max"];
  const rows = own.map(({ mean, std, least, most }, i) => ({
    name: named[i] ?? "",
    cells: [mean, std, least, most].map(short),
  }));
  const text = `${title}: ${subtitle[0]}\n${tableAsText({ columns, rows })}`;
  const data = {
    mean: own.map(({ mean }) => mean),
    std: own.map(({ std }) => std),
    min: own.map(({ least }) => least),
    max: own.map(({ most }) => most),
    notFinite,
    images: chosen,
  };
  return new Chart(spec, data, text);
}

/** Three to a line. */
function lines(parts: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(parts.length / 3) }, (_, i) => parts.slice(3 * i, 3 * i + 3).join("; "));
}

interface Channels {
  /** One list a channel. */
  readonly values: readonly Float64Array[];
  readonly channels: number;
  readonly chosen: number;
  readonly total: number;
}

function readChannels(images: tf.Tensor | ImageSamples, count: number): Channels {
  const isTensor = images instanceof tf.Tensor;
  if (isTensor) checkTensor("images", images);
  else if (!Number.isInteger(images?.length) || !isList(images.shape) || typeof images.get !== "function")
    throw invalid("images", "a tensor [count, height, width, channels], or a data set of images", images);
  const shape = isTensor ? images.shape.slice(1) : Array.from(images.shape);
  const [height = 0, width = 0, channels = 0] = shape;
  const rule = `images of [height, width, 1 to ${mostChannels} channels]`;
  if (shape.length !== 3 || !(height * width > 0) || channels < 1 || channels > mostChannels)
    throw invalid("images", rule, isTensor ? images : shape);
  const total = isTensor ? (images.shape[0] ?? 0) : images.length;
  if (total < 1) throw invalid("images", "at least one image", "none");
  const size = height * width * channels;
  const indices = spread(total, Math.min(count, Math.max(1, Math.floor(mostValues / size))));
  const all = isTensor ? images.dataSync() : undefined;
  const values = Array.from({ length: channels }, () => new Float64Array(indices.length * height * width));
  const areBytes = isTensor && images.dtype === "int32";
  indices.forEach((index, place) => {
    const sample = isTensor ? all?.subarray(index * size, (index + 1) * size) : images.get(index).values;
    if (sample?.length !== size) throw invalid("images", rule, sample);
    const scale = areBytes || sample instanceof Uint8Array ? 255 : 1;
    for (let pixel = 0; pixel < height * width; pixel++)
      for (let channel = 0; channel < channels; channel++) {
        const list = values[channel];
        if (list) list[place * height * width + pixel] = (sample[pixel * channels + channel] ?? Number.NaN) / scale;
      }
  });
  return { values, channels, chosen: indices.length, total };
}
