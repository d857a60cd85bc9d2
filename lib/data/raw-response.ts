// A file of a server, byte for byte. Not by fetch, which unpacks what is sent as `Content-Encoding: gzip` (as many servers call a .tar.gz):
// neither the checksum nor the place to resume at would fit the file. Called by download.ts.
import { type IncomingMessage, get as plainGet } from "node:http";
import { get as secureGet } from "node:https";

/** As fetch follows at most. */
const mostRedirects = 20;
/** Milliseconds without a byte after which a connection is given up. */
const longestSilence = 60_000;

export interface RequestOptions {
  /** Beside what the request has by itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte; a minute by default. */
  readonly silence?: number;
}

/**
 * The answer to a GET, once its head is there; redirects are followed. Whoever takes it reads or destroys it.
 * @throws when there is no answer, or none that can be followed
 */
export async function rawResponse(url: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  let address = new URL(url);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await answerOf(address, options);
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    address = new URL(location, address);
  }
  throw new Error(`the server redirects more than ${mostRedirects} times`);
}

function answerOf(address: URL, { headers = {}, signal, silence = longestSilence }: RequestOptions) {
  if (!/^https?:$/.test(address.protocol)) throw new Error(`${address.protocol} is neither http: nor https:`);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = (address.protocol === "https:" ? secureGet : plainGet)(address, {
      // Otherwise a proxy might pack it on its way.
      headers: { "accept-encoding": "identity", ...headers },
      ...(signal === undefined ? {} : { signal }),
      timeout: silence,
    });
    let answer: IncomingMessage | undefined;
    request.on("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", reject);
    request.on("timeout", () =>
      (answer ?? request).destroy(new Error(`the server was silent for ${silence / 1000} s`)),
    );
  });
}
