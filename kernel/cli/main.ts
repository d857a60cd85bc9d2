#!/usr/bin/env node
// The `cellgrad` command. Jupyter starts `cellgrad kernel FILE` for every notebook and waits for it, so that form loads
// neither commander nor the other commands; everything else goes through program.ts.
const [command, file, ...rest] = process.argv.slice(2);

if (command === "kernel" && file !== undefined && !file.startsWith("-") && rest.length === 0) {
  const { runKernel } = await import("./kernel.js");
  await runKernel(file);
} else {
  const { runProgram } = await import("./program.js");
  process.exitCode = await runProgram(process.argv);
}
