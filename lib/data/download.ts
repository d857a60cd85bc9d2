// Fetches a file once: resumes what was begun, checks it, says how far it is. Called by the data sets that can be downloaded.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { checkBoolean, checkText, invalid } from "../engine/invalid.js";
import { type Progress, ProgressBar } from "../engine/progress-bar.js";
import { rawResponse } from "./raw-response.js";
import { stopSignal } from "./stop-signal.js";

export interface DownloadProgress {
  readonly url: string;
  /** Bytes that are there, what was there before included. */
  readonly received: number;
  /** Bytes in all, where the server says so. */
  readonly total: number | undefined;
}

export interface DownloadOptions {
  /** Called a few times a second; by default a progress bar in a notebook, and a line on stderr elsewhere. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what came is kept and the next call goes on from there. The current cell's signal does too. */
  readonly signal?: AbortSignal;
}

/** The MD5 of a file, in hexadecimal; undefined where there is no file. */
export async function md5Of(path: string): Promise<string | undefined> {
  if ((await sizeOf(path)) === 0) return undefined;
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** @throws unless it is an MD5 in hexadecimal. */
export function checkMd5(name: string, value: unknown): void {
  if (typeof value !== "string" || !/^[0-9a-f]{32}$/i.test(value))
    throw invalid(name, "an MD5, 32 hexadecimal digits", value);
}

/** @throws unless a data set's options of where it is read from and how it is fetched are what they should be. */
export function checkDownload(directory: unknown, download: unknown, url: unknown, options: DownloadOptions): void {
  checkText("directory", directory, "the path of a directory");
  if (download !== undefined) checkBoolean("download", download);
  if (typeof url !== "string" || !URL.canParse(url)) throw invalid("url", "an address, https://…", url);
  const { onProgress, signal } = options;
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw invalid("onProgress", "a function", onProgress);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid("signal", "an AbortSignal", signal);
}

/**
 * Downloads `url` to `path`, unless a file with this MD5 is there. What is incomplete is in `path`.part, where the next call
 * goes on.
 * @throws when there is no network (saying where to put the file by hand), or when the file is not the right one
 */
export async function download(url: string, path: string, md5: string, options: DownloadOptions = {}): Promise<void> {
  const expected = md5.toLowerCase();
  if ((await md5Of(path)) === expected) return;
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  const shown = options.onProgress ? { tell: options.onProgress, end: () => {} } : showProgress(url);
  const signal = stopSignal(options.signal);
  signal?.throwIfAborted();
  try {
    await fetchRest(url, part, shown.tell, signal);
    shown.end("done");
  } catch (error) {
    shown.end("stopped");
    signal?.throwIfAborted();
    const kept = await sizeOf(part);
    const resumes = kept > 0 ? ` ${kept.toLocaleString("en")} bytes are kept; calling again goes on from there.` : "";
    throw new Error(
      `cannot download ${url}: ${reasonOf(error)}.${resumes} Without a network, put the file at ${path}`,
      {
        cause: error,
      },
    );
  }
  const found = await md5Of(part);
  if (found !== expected) {
    await rm(part, { force: true });
    throw new Error(
      `invalid download; expected MD5 ${expected} of ${url}: ${found ?? "nothing"} (deleted; calling again starts anew)`,
    );
  }
  await rename(part, path);
}

async function fetchRest(
  url: string,
  part: string,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const have = await sizeOf(part);
  const response = await rawResponse(url, { headers: have > 0 ? { range: `bytes=${have}-` } : {}, signal });
  const { statusCode = 0, statusMessage = "", headers } = response;
  if (statusCode !== 200 && statusCode !== 206) {
    response.destroy();
    // All of it is there already, or more than there should be: the checksum tells.
    if (statusCode === 416) return;
    throw new Error(`the server answers ${statusCode} ${statusMessage}`);
  }
  const resumes = statusCode === 206;
  const length = Number(headers["content-length"] ?? Number.NaN);
  let received = resumes ? have : 0;
  const total = Number.isFinite(length) ? received + length : undefined;
  let told = 0;
  const count = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (performance.now() - told > 250 || received === total) {
        told = performance.now();
        onProgress({ url, received, total });
      }
      yield chunk;
    }
  };
  const ended = (cause?: unknown) =>
    new Error(`the connection ended after ${received} of ${total ?? "unknown"} bytes`, { cause });
  await pipeline(response, count, createWriteStream(part, { flags: resumes ? "a" : "w" })).catch((error: Error) => {
    // "aborted" says less.
    throw (error as NodeJS.ErrnoException).code === "ECONNRESET" ? ended(error) : error;
  });
  if (total !== undefined && received < total) throw ended();
}

function reasonOf(error: unknown): string {
  // Of several addresses that were tried, the errors are inside.
  const { message, code, errors } = error as { message?: string; code?: string; errors?: readonly unknown[] };
  return message || code || (errors?.length ? reasonOf(errors[0]) : String(error));
}

interface ShownProgress {
  tell(progress: DownloadProgress): void;
  end(state: "done" | "stopped"): void;
}

/** Megabytes and per cent. */
function showProgress(url: string): ShownProgress {
  const bar = new ProgressBar(basename(url), (text) => void process.stderr.write(text));
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  let last: Progress | undefined;
  return {
    tell({ received, total }) {
      const of = total === undefined ? "" : ` of ${megabytes(total)}`;
      last = { share: total === undefined ? undefined : received / total, text: `${megabytes(received)}${of} MB` };
      bar.update(last);
    },
    end(state) {
      if (last) bar.end(last, state);
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
