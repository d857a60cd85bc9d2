// The pipe to the compiler's process, in place of the one that its asynchronous API brings along: the process is started in
// its serial mode, which answers one request after the other and takes half the time a request that the concurrent one takes
// (0.9 ms less a cell). Messages are tuples of MessagePack, [type, name, payload]. Used by compiler-project.ts.
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { API } from "typescript/unstable/async";
import { compilerExecutable } from "./compiler-executable.js";
import { encodeTuple, TupleReader } from "./message-tuples.js";

/** What the API asks of a connection. */
interface Connection {
  sendRequest(type: { method: string }, params: unknown): Promise<unknown>;
  dispose(): void;
}

interface Client {
  connected: boolean;
  process?: ChildProcess;
  connection?: Connection;
}

interface Request {
  method: string;
  params: unknown;
  /** The file that this request will ask for, whose answer goes with it. */
  ahead?: Ahead | undefined;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Answers undefined for a file that is on the disk, or nowhere. */
export type ReadFile = (path: string) => string | undefined;

/** Starts the compiler. Resolves when its process runs. */
export async function connectCompiler(
  api: API,
  directory: string,
  readFile: ReadFile,
): Promise<{ process: ChildProcess; connection: CompilerConnection }> {
  const { client } = api as unknown as { client?: Client };
  if (!client || !("connected" in client))
    throw new Error("this version of typescript has another API than cellgrad knows; expected typescript 7.0");
  const process = spawn(await compilerExecutable(), ["--api", "--cwd", directory, "--callbacks=readFile"], {
    stdio: ["pipe", "pipe", "inherit"],
    windowsHide: true,
    // Its garbage collector, which runs beside a cell that takes all processors, works half as often: 50 MB for a shorter wait.
    env: { GOGC: "200", ...globalThis.process.env },
  });
  await new Promise<void>((resolve, reject) => {
    process.once("spawn", resolve);
    process.once("error", (error) => reject(new Error(`the TypeScript compiler can't be started: ${error.message}`)));
  });
  // It takes no notice of a SIGTERM while it reads from its pipe.
  const connection = new CompilerConnection(process.stdin, process.stdout, readFile, () => process.kill("SIGKILL"));
  Object.assign(client, { process, connection, connected: true });
  return { process, connection };
}

/** A file that the next `updateSnapshot` will ask for first. */
export interface Ahead {
  path: string;
  /** It asks for no other, so that requests about the snapshot may follow at once. */
  only: boolean;
}

const types = { request: 1, callResponse: 2, response: 4, error: 5, call: 6 };

/**
 * While the compiler reads files it takes the next tuple for its file: nothing else may be under way, unless it is known which
 * files it reads. All other requests are sent as they come, and answered in order.
 */
const readsFiles = new Set(["initialize", "updateSnapshot", "parseConfigFile"]);
/** Their answers are bytes, which the API expects as its own connection hands them over. */
const answersBytes = new Set(["getSourceFile", "typeToTypeNode", "signatureToSignatureDeclaration"]);

export class CompilerConnection implements Connection {
  /** Sent, in order. */
  private readonly sent: Request[] = [];
  private readonly waiting: Request[] = [];
  /** Why nothing is sent any more. */
  private ended: Error | undefined;
  private ahead: Ahead | undefined;
  /** How many pieces of answers have come: while it grows the compiler is at work, not hung. */
  heard = 0;
  private onAheadSent: () => void = () => undefined;

  constructor(
    private readonly input: Writable,
    output: Readable,
    private readonly readFile: ReadFile,
    /** The two can't understand each other any more. */
    private readonly giveUp: () => void,
  ) {
    // A compiler that is gone is noticed by its `exit`.
    input.on("error", () => undefined);
    const reader = new TupleReader((type, name, payload) => this.receive(type, name, payload));
    output.on("data", (chunk: Buffer) => {
      this.heard++;
      try {
        reader.push(chunk);
      } catch {
        giveUp();
      }
    });
  }

  sendRequest({ method }: { method: string }, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      const ahead = method === "updateSnapshot" ? this.ahead : undefined;
      if (ahead) this.ahead = undefined;
      this.waiting.push({ method, params, ahead, resolve, reject });
      this.sendNext();
    });
  }

  /** Of the next `updateSnapshot`: saves a round trip, or with `only` two. Resolves when both are sent. */
  answerAhead(ahead: Ahead): Promise<void> {
    this.ahead = ahead;
    return new Promise((resolve) => {
      this.onAheadSent = resolve;
    });
  }

  /** What is open is rejected, and whatever is asked from now on. */
  dispose(reason = new Error("the connection to the compiler was closed")): void {
    this.ended ??= reason;
    for (const { reject } of [...this.sent.splice(0), ...this.waiting.splice(0)]) reject(this.ended);
  }

  private sendNext(): void {
    // What is asked together goes out together: a write takes 0.1 ms.
    if (this.waiting.length > 0) {
      this.input.cork();
      process.nextTick(() => this.input.uncork());
    }
    for (let next = this.waiting[0]; next && this.maySend(next); next = this.waiting[0]) {
      this.waiting.shift();
      this.sent.push(next);
      const payload = next.params === undefined ? "" : JSON.stringify(next.params);
      this.input.write(encodeTuple(types.request, next.method, payload));
      if (next.ahead) {
        this.sendFile("readFile", next.ahead.path);
        this.onAheadSent();
      }
    }
  }

  private maySend({ method }: Request): boolean {
    if (this.sent.length === 0) return true;
    return !readsFiles.has(method) && this.sent.every((it) => !readsFiles.has(it.method) || it.ahead?.only);
  }

  private receive(type: number, name: string, payload: Buffer): void {
    if (type === types.call) {
      this.answer(name, String(JSON.parse(payload.toString())));
      return;
    }
    const request = this.sent.shift();
    // A file that was not asked for would be taken for the next request.
    if (!request || request.method !== name || request.ahead) {
      this.giveUp();
      return;
    }
    if (type === types.error) request.reject(new Error(payload.toString()));
    else request.resolve(resultOf(name, payload));
    this.sendNext();
  }

  /** The compiler asks for a file. */
  private answer(name: string, path: string): void {
    const [request] = this.sent;
    if (request?.ahead) {
      // It has its answer, whatever it asked for.
      if (request.ahead.path !== path || name !== "readFile") this.giveUp();
      request.ahead = undefined;
    } else if (this.sent.length > 1) this.giveUp();
    else this.sendFile(name, path);
  }

  /** Nothing sends the compiler to the disk. */
  private sendFile(name: string, path: string): void {
    const content = name === "readFile" ? this.readFile(path) : undefined;
    const answer = content === undefined ? "" : JSON.stringify({ content });
    this.input.write(encodeTuple(types.callResponse, name, answer));
  }
}

function resultOf(method: string, payload: Buffer): unknown {
  if (payload.length === 0) return undefined;
  return answersBytes.has(method) ? { data: payload.toString("base64") } : JSON.parse(payload.toString());
}
