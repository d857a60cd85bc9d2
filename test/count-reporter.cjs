// Mocha's own `spec` output, and the counts as JSON in the file that CELLGRAD_TEST_REPORT names: .ci/run adds them up.
// A pending test counts as failed, since none may be skipped. CommonJS, because Mocha loads reporters with require().
const { mkdirSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { Spec } = require("mocha/lib/reporters/index.cjs");

module.exports = class CountReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.CELLGRAD_TEST_REPORT;
    if (file === undefined) return;
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ passed: passes, failed: failures + pending })}\n`);
    });
  }
};
