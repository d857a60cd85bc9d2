// Test results as JUnit XML, which GitHub's, GitLab's and Jenkins' pages of test results read. Used by test.ts.
// https://github.com/testmoapp/junitxml describes the format.
import type { CellResult, NotebookResult } from "./notebook-tests.js";

export function junitXML(results: readonly NotebookResult[]): string {
  const all = results.flatMap(({ cells }) => cells);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cellgrad test" ${counts(all)} time="${seconds.toFixed(3)}">`,
    ...results.map(suite),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite({ file, started, seconds, cells }: NotebookResult): string {
  const name = attribute(file);
  const time = `time="${seconds.toFixed(3)}" timestamp="${started.toISOString()}"`;
  const cases = cells.map((cell) => testCase(name, cell));
  return [`  <testsuite name=${name} file=${name} ${counts(cells)} ${time}>`, ...cases, "  </testsuite>"].join("\n");
}

function testCase(notebook: string, { name, outcome, seconds, failure }: CellResult): string {
  const begin = `    <testcase classname=${notebook} name=${attribute(name)} time="${seconds.toFixed(3)}"`;
  if (outcome === "passed") return `${begin}/>`;
  if (outcome === "not run") return `${begin}><skipped message="a cell before it failed"/></testcase>`;
  const { message = "", details = "" } = failure ?? {};
  return `${begin}><failure message=${attribute(message)}>${xmlText(details)}</failure></testcase>`;
}

function counts(cells: readonly CellResult[]): string {
  const of = (outcome: CellResult["outcome"]) => cells.filter((cell) => cell.outcome === outcome).length;
  return `tests="${cells.length}" failures="${of("failed")}" errors="0" skipped="${of("not run")}"`;
}

function attribute(text: string): string {
  return `"${xmlText(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`;
}

/** XML 1.0 has no way to write most control characters, nor half of a surrogate pair: they become U+FFFD. */
function xmlText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(/[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
