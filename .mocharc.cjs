// Options of `npm test`. WebAssembly threads spin while they wait, which costs more than it brings on a busy machine.
process.env.CELLGRAD_THREADS ??= "1";

module.exports = {
  spec: [
    "dist/test/kernel/**/*.test.js",
    "dist/test/lib/**/*.test.js",
    "dist/test/bench/*.test.js",
    "dist/test/notebooks/**/*.test.js",
    "dist/test/bench/**/*.test.js",
    "dist/test/*.test.js",
  ],
  timeout: 120000,
  nodeOption: ["enable-source-maps"],
  reporter: "./test/count-reporter.cjs",
  forbidPending: true,
};
