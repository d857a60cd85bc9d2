// The real kernel as case-runner.ts sees it: one process and its sockets for all cases of a test file.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { notebookOutputs } from "../../jupyter-client/notebook-outputs.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";
import type { CaseKernel, Outcome, ShownError } from "./case-runner.js";
import type { Files } from "./language-case.js";

export class SocketKernel implements CaseKernel {
  #last: Sent | undefined;

  private constructor(readonly client: KernelClient) {}

  static async start(): Promise<SocketKernel> {
    return new SocketKernel(await startKernel());
  }

  async run(code: string): Promise<Outcome> {
    const sent = this.client.start(code);
    this.#last = sent;
    const [reply] = await Promise.all([sent.reply, sent.idle]);
    const outputs = notebookOutputs(sent.iopub);
    const result = outputs.find(({ type }) => type === "execute_result");
    const printed = outputs.filter(({ type, name }) => type === "stream" && name === "stdout");
    return {
      count: Number(reply.content.execution_count),
      ...(result ? { shows: String(result.data?.["text/plain"]) } : {}),
      prints: printed.map(({ text }) => text).join(""),
      ...(reply.content.status === "ok" ? {} : { error: errorOf(reply.content) }),
    };
  }

  async lateError(): Promise<ShownError> {
    const id = this.#last?.id;
    const message = await this.client.published(
      ({ header, parentHeader }) => header.msg_type === "error" && parentHeader.msg_id === id,
      "a late error",
    );
    return errorOf(message.content);
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.client.directory, name);
      if (text === null) rmSync(path, { force: true, recursive: true });
      else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

function errorOf(content: Record<string, unknown>): ShownError {
  const { ename, evalue, traceback } = content;
  return { ename: String(ename), evalue: String(evalue), traceback: traceback as string[] };
}
