// The command line as a whole: help everywhere, errors on standard error, meaningful exit codes.
import assert from "node:assert/strict";
import { Workplace } from "./command.js";

describe("cellgrad", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  it("prints its version", async () => {
    const { code, stdout } = await workplace.run(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const command of [
    "lab",
    "run",
    "test",
    "init",
    "install",
    "doctor",
    "backend",
    "serve",
    "deploy",
    "worker",
    "kernel",
  ]) {
    it(`${command} --help explains itself on standard output`, async () => {
      const { code, stdout, stderr } = await workplace.run([command, "--help"]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`^Usage: cellgrad ${command}`));
    });
  }

  it("lists its commands and exit codes", async () => {
    const { code, stdout } = await workplace.run(["--help"]);
    assert.equal(code, 0);
    for (const word of ["lab", "run", "test", "init", "install", "doctor", "kernel", "Exit codes"])
      assert.ok(stdout.includes(word), word);
  });

  const wrong: [what: string, args: string[], message: RegExp][] = [
    ["no command", [], /Usage: cellgrad/],
    ["an unknown command", ["instal"], /unknown command 'instal'\n\(Did you mean install\?\)/],
    ["an unknown option", ["run", "--fast", "x.ipynb"], /unknown option '--fast'/],
    ["a missing argument", ["run"], /missing required argument 'notebooks'/],
    ["a wrong timeout", ["run", "x.ipynb", "--timeout", "soon"], /Expected a number of seconds above 0/],
    ["a timeout of 0", ["run", "x.ipynb", "--timeout", "0"], /Expected a number of seconds above 0/],
    ["no notebook to test", ["test"], /missing required argument 'notebooks'/],
    ["a wrong number of jobs", ["test", "x.ipynb", "--jobs", "0"], /Expected 1 to 64/],
    ["a notebook to test that isn't there", ["test", "x.ipynb"], /expected a file or a folder that exists: x\.ipynb/],
    ["a folder without notebooks", ["test", "."], /expected \.ipynb files: none in \./],
    [
      "a wrong queue",
      ["worker", "--queue", "a:b"],
      /invalid queue\.name; expected letters, digits, dots, - and _: "a:b"/,
    ],
    [
      "a wrong number of workers",
      ["worker", "--workers", "0"],
      /invalid workers; expected a whole number from 1 to 1024: 0/,
    ],
    ["a wrong port", ["lab", "--port", "70000"], /Expected 1 to 65535/],
    ["options that exclude each other", ["install", "--user", "--prefix", "x"], /cannot be used with/],
  ];
  for (const [what, args, message] of wrong) {
    it(`answers ${what} with exit code 2`, async () => {
      const { code, stdout, stderr } = await workplace.run(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
    });
  }

  it("says what is wrong with a connection file", async () => {
    const { code, stderr } = await workplace.run(["kernel", workplace.path("absent.json")]);
    assert.equal(code, 1);
    assert.match(stderr, /^cellgrad: invalid connection file; expected a JSON file: .*absent\.json/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
});
