// The pipe to the compiler's process, in place of the one that its API brings along: that one takes two writes and several
// turns of the event loop a message, and opening a project asks for 850 files (0.1 s of the session's time; here 0.03).
// JSON-RPC with the headers of the language server protocol. Used by compiler-project.ts.
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { API } from "typescript/unstable/async";

/** What the API asks of a connection. */
interface Connection {
  sendRequest(type: { method: string }, params: unknown): Promise<unknown>;
  dispose(): void;
}

interface Client {
  connect(): Promise<void>;
  process?: ChildProcess;
  connection?: Connection;
}

interface Incoming {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Answers undefined for a file that is on the disk, or nowhere. */
export type ReadFile = (path: string) => string | undefined;

/** Starts the compiler. Where the API is not made as expected, its own connection stays. */
export async function connectCompiler(api: API, readFile: ReadFile): Promise<ChildProcess | undefined> {
  const { client } = api as unknown as { client?: Client };
  await client?.connect();
  const { connection, process } = client ?? {};
  if (!client || !connection || !process?.stdin || !process.stdout) return process;
  connection.dispose();
  process.stdout.removeAllListeners("data");
  client.connection = new CompilerConnection(process.stdin, process.stdout, readFile);
  return process;
}

const headerEnd = "\r\n\r\n";

export class CompilerConnection implements Connection {
  private readonly waiting = new Map<number | string, Waiting>();
  private requests = 0;
  private chunks: Buffer[] = [];
  private received = 0;
  /** Bytes that must be there before there is something to read; of the body, when its header has been read. */
  private needed = 0;
  private bodyLength: number | undefined;

  constructor(
    private readonly input: Writable,
    output: Readable,
    private readonly readFile: ReadFile,
  ) {
    // A compiler that is gone is noticed by its `exit`.
    input.on("error", () => undefined);
    output.on("data", (chunk: Buffer) => this.receive(chunk));
  }

  sendRequest(type: { method: string }, params: unknown): Promise<unknown> {
    const id = ++this.requests;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ jsonrpc: "2.0", id, method: type.method, params });
    });
  }

  dispose(): void {
    const error = new Error("the connection to the compiler was closed");
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private send(message: object): void {
    const body = JSON.stringify(message);
    this.input.write(`Content-Length: ${Buffer.byteLength(body)}${headerEnd}${body}`);
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    while (this.received > 0 && this.received >= this.needed) {
      const data = this.chunks.length === 1 ? (this.chunks[0] ?? chunk) : Buffer.concat(this.chunks);
      this.keep(this.bodyLength === undefined ? this.readHeader(data) : this.readBody(data, this.bodyLength));
    }
  }

  private keep(rest: Buffer): void {
    this.chunks = rest.length > 0 ? [rest] : [];
    this.received = rest.length;
  }

  /** Answers what is behind what it read. */
  private readHeader(data: Buffer): Buffer {
    const end = data.indexOf(headerEnd);
    if (end < 0) {
      this.needed = data.length + 1;
      return data;
    }
    this.bodyLength = Number(/content-length: *(\d+)/i.exec(data.toString("latin1", 0, end))?.[1] ?? 0);
    this.needed = this.bodyLength;
    return data.subarray(end + headerEnd.length);
  }

  private readBody(data: Buffer, length: number): Buffer {
    this.bodyLength = undefined;
    this.needed = 0;
    this.take(JSON.parse(data.toString("utf8", 0, length)) as Incoming);
    return data.subarray(length);
  }

  private take({ id, method, params, result, error }: Incoming): void {
    if (id === undefined) return;
    if (method !== undefined) {
      this.answer(id, method, params);
      return;
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  /** The compiler asks for a file: `null` sends it to the disk. */
  private answer(id: number | string, method: string, params: unknown): void {
    const path: unknown = Array.isArray(params) ? params[0] : params;
    const content = method === "readFile" ? this.readFile(String(path)) : undefined;
    this.send({ jsonrpc: "2.0", id, result: content === undefined ? null : { content } });
  }
}
