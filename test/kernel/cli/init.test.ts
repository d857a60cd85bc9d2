// `cellgrad init ci`: the files are what their services read, and the command in them runs.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { load } from "js-yaml";
import { Workplace } from "./command.js";

const services = { github: ".github/workflows/notebooks.yml", gitlab: ".gitlab-ci.yml", jenkins: "Jenkinsfile" };

describe("cellgrad init ci", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
    mkdirSync(workplace.path("lessons"));
    const cell = { cell_type: "code", id: "a", metadata: {}, source: "1 + 1", outputs: [], execution_count: null };
    const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(workplace.path("lessons/a.ipynb"), JSON.stringify(notebook));
  });
  afterEach(() => workplace.remove());

  for (const [service, file] of Object.entries(services))
    it(`writes ${file}, whose command tests the notebooks`, async () => {
      const written = await workplace.run(["init", "ci", "--service", service, "--notebooks", "lessons"]);
      assert.deepEqual([written.code, written.stderr], [0, ""]);
      assert.equal(written.stdout, `Wrote ${file}, which runs: cellgrad test lessons\n`);
      const text = readFileSync(workplace.path(file), "utf8");
      const command = /npx cellgrad ([^'\n]+)/.exec(text)?.[1]?.split(" ") ?? [];
      const { code, stdout } = await workplace.run(command);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /^1 passed, 0 failed/m);
      const report = command[command.indexOf("--junit") + 1] ?? "";
      assert.match(readFileSync(workplace.path(report), "utf8"), /<testsuites .* tests="1" failures="0"/);
      assert.ok(text.split(report).length > 2, "the service is told of the report");
    });

  it("writes YAML of the shape that GitHub and GitLab describe", async () => {
    for (const service of ["github", "gitlab"]) await workplace.run(["init", "ci", "-s", service, "-n", "lessons"]);
    const github = load(readFileSync(workplace.path(services.github), "utf8")) as {
      on: Record<string, unknown>;
      jobs: { notebooks: { "runs-on": string; steps: Record<string, unknown>[] } };
    };
    assert.deepEqual(Object.keys(github.on), ["push", "pull_request"]);
    const { steps } = github.jobs.notebooks;
    assert.ok(steps.every((step) => typeof step.uses === "string" || typeof step.run === "string"));
    assert.deepEqual(steps.at(-1)?.with, { name: "notebooks", path: "notebooks.xml" });
    const gitlab = load(readFileSync(workplace.path(services.gitlab), "utf8")) as {
      notebooks: { script: string[]; artifacts: { when: string; reports: unknown } };
    };
    assert.ok(gitlab.notebooks.script.every((line) => typeof line === "string"));
    assert.deepEqual(gitlab.notebooks.artifacts, { when: "always", reports: { junit: "notebooks.xml" } });
  });

  it("leaves a file alone that is there, unless it is told to replace it", async () => {
    writeFileSync(workplace.path("Jenkinsfile"), "mine");
    const args = ["init", "ci", "--service", "jenkins", "--notebooks", "lessons"];
    const { code, stderr } = await workplace.run(args);
    assert.equal(code, 2);
    assert.match(stderr, /Jenkinsfile is there already; --force replaces it\./);
    assert.equal(readFileSync(workplace.path("Jenkinsfile"), "utf8"), "mine");
    assert.equal((await workplace.run([...args, "--force"])).code, 0);
    assert.match(readFileSync(workplace.path("Jenkinsfile"), "utf8"), /^pipeline \{/m);
  });

  for (const [what, args, message] of [
    ["another service", ["--service", "travis"], /Allowed choices are github, gitlab, jenkins/],
    ["a path that a shell reads otherwise", ["--notebooks", "$(boom)"], /expected a relative path of letters/],
    ["an absolute path", ["--notebooks", "/lessons"], /expected a relative path of letters/],
    ["notebooks that aren't there", ["--notebooks", "nowhere"], /expected a file or a folder that exists: nowhere/],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await workplace.run(["init", "ci", ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
});
