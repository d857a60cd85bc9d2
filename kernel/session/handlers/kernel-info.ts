// kernel_info_request: who we are. Answered at once, before the compiler and the worker are up, so that a front end knows
// that the kernel lives.
import { readFileSync } from "node:fs";
import { protocolVersion } from "../../protocol/message.js";
import type { KernelInfoReply } from "../../protocol/replies.js";

let info: KernelInfoReply | undefined;

export function kernelInfo(): KernelInfoReply {
  info ??= readInfo();
  return info;
}

function readInfo(): KernelInfoReply {
  // This file runs as dist/kernel/session/handlers/kernel-info.js.
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"));
  const { version, dependencies } = manifest as { version: string; dependencies: Record<string, string> };
  const typescript = dependencies.typescript ?? "";
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "cellgrad",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "application/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      // A string: front ends look the mode up by it. With an object JupyterLab finds no highlighting.
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `cellgrad ${version}: TypeScript ${typescript} on Node.js ${process.versions.node}. %help lists the magics.`,
    debugger: false,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
      { text: "tslab", url: "https://github.com/yunabe/tslab" },
      { text: "Node.js", url: "https://nodejs.org/api/" },
    ],
    supported_features: [],
  };
}
