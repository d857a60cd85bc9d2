// Options of `npm test`. Two files at a time, since many wait for processes that they start; what takes long begins first.
const { availableParallelism } = require("node:os");

// WebAssembly threads spin while they wait, which costs more than it brings on a busy machine.
process.env.CELLGRAD_THREADS ??= "1";

module.exports = {
  spec: [
    "dist/test/notebooks/**/*.test.js",
    "dist/test/kernel/**/*.test.js",
    "dist/test/lib/**/*.test.js",
    "dist/test/bench/**/*.test.js",
    "dist/test/*.test.js",
  ],
  timeout: 120000,
  nodeOption: ["enable-source-maps"],
  reporter: "./test/count-reporter.cjs",
  forbidPending: true,
  parallel: true,
  jobs: Math.max(2, Math.floor(availableParallelism() / 2)),
};
