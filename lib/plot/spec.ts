// What a chart is made of: Vega-Lite 5, because that is what JupyterLab bundles (5.6). All charts get the one look from here.
import { fontFamily } from "./font.js";

/** A Vega-Lite specification: JSON that can be edited further. https://vega.github.io/vega-lite/docs/ */
export interface Spec {
  $schema: string;
  [property: string]: unknown;
}

/** Okabe and Ito's colours, which the colour-blind tell apart: https://jfly.uni-koeln.de/color/ */
export const palette = {
  blue: "#0072b2",
  vermillion: "#d55e00",
  green: "#009e73",
  purple: "#cc79a7",
  orange: "#e69f00",
  sky: "#56b4e9",
  grey: "#595959",
} as const;

/** From nothing to much, one hue: readable in print and by the colour-blind. */
export const ramp = ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"];

const [text, quiet, faint] = ["#222222", "#595959", "#e5e5e5"];

/** The background is white, whatever is around it: so the text is readable in a dark notebook and on paper. */
const config = {
  background: "white",
  padding: 12,
  font: `${fontFamily}, system-ui, "Helvetica Neue", Arial, sans-serif`,
  axis: {
    labelColor: quiet,
    titleColor: text,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 600,
    titlePadding: 8,
    labelLimit: 0,
    gridColor: faint,
    domainColor: "#8c8c8c",
    tickColor: "#8c8c8c",
  },
  legend: {
    labelColor: quiet,
    titleColor: text,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 600,
    labelLimit: 0,
    titleLimit: 0,
  },
  header: {
    labelColor: quiet,
    titleColor: text,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 600,
    labelLimit: 0,
  },
  // Themes of notebooks set these, white in the dark one, and they hold where the others say nothing.
  style: { "guide-label": { fill: quiet }, "guide-title": { fill: text } },
  title: {
    anchor: "start",
    frame: "group",
    color: text,
    fontSize: 14,
    fontWeight: 600,
    subtitleColor: quiet,
    subtitleFontSize: 11,
    subtitlePadding: 4,
    offset: 12,
    limit: 0,
  },
  view: { stroke: null },
  line: { strokeWidth: 2 },
  range: {
    category: [
      palette.blue,
      palette.vermillion,
      palette.green,
      palette.purple,
      palette.orange,
      palette.sky,
      palette.grey,
    ],
  },
};

/** A specification with the schema and the look. */
export function makeSpec(parts: Record<string, unknown>): Spec {
  return { $schema: "https://vega.github.io/schema/vega-lite/v5.json", ...parts, config };
}

/** A text mark twice, first as a white edge, for letters that lines may cross. */
export function onWhite(mark: object): object[] {
  return [{ ...mark, stroke: "white", strokeWidth: 4, strokeJoin: "round" }, mark];
}

/** As numbers travel in a specification: six digits are more than a picture shows, and what is no number is null. */
export function brief(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
