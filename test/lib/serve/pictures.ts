// Pictures to send, and requests with them. Used by the server's tests.
import sharp from "sharp";
import { SplitMix32 } from "../../../lib/engine/random.js";
import type { Failure, Prediction, PredictResponse } from "../../../lib/serve/index.js";

/** Bytes [height, width, channels] that a seed says. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const random = new SplitMix32(seed);
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** A file of these bytes, without loss but for JPEG. */
export async function pictureFile(
  bytes: Uint8Array,
  [height, width, channels]: readonly [number, number, 1 | 3],
  format: "png" | "webp" | "jpeg" | "gif" | "tiff" = "png",
): Promise<Buffer> {
  const picture = sharp(bytes, { raw: { width, height, channels } });
  return picture.toFormat(format, format === "webp" ? { lossless: true } : {}).toBuffer();
}

export function upload(
  url: string,
  files: readonly Uint8Array[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  // The type and the name that a client says are not believed.
  for (const file of files)
    form.append("image", new Blob([Uint8Array.from(file)], { type: "text/plain" }), "../../a.txt");
  return fetch(`${url}/predict`, { method: "POST", body: form, headers });
}

export function sendJSON(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/predict`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
}

export async function answered(sent: Promise<Response>): Promise<PredictResponse> {
  const response = await sent;
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as PredictResponse;
}

export async function refused(sent: Promise<Response>): Promise<{ status: number; headers: Headers } & Failure> {
  const response = await sent;
  return { status: response.status, headers: response.headers, ...((await response.json()) as Failure) };
}

/** What the model itself answered: scores, or values where it has no classes. */
export function numbersOf(prediction: Prediction | undefined): readonly number[] | undefined {
  if (prediction === undefined) return undefined;
  return "values" in prediction ? prediction.values : prediction.scores;
}
