/** Every command that the README gives does what it says, typed as it stands there. */

import { unwrap } from "#lib/core/problem";
import { loadEnvironment } from "#stacks/environments";
import { withChartFolder } from "../fixtures/charts";
import { projectCopy, ROOT } from "../fixtures/command";
import { withEngine } from "../fixtures/engine";
import { LIFECYCLE, REPOSITORY, readmeCommands, typed } from "./readme-commands";

/** Those that need no control plane, and something that each shows. */
const COMMANDS: readonly (readonly [string, RegExp])[] = [
  ["npx beamstack-iac validate prod", /prod/],
  ["npx beamstack-iac diff staging prod", /prod/],
  ["npx beamstack-iac lineage registry local", /^ {2}comes from$/m],
  ["npx beamstack-iac pipeline validate stacks/env/pipelines/upstream-demo.yaml", /Beam's rules accept it$/m],
  ["npx beamstack-iac environments", /^prod +context beamstack-prod /m],
  ["npx beamstack-iac --version", /^\d+\.\d+\.\d+$/m],
  ["npx beamstack-iac preview prod", /^prod previewed: /m],
  ["npm run synth -- prod --out build/prod", /build\/prod/],
  ["npx beamstack-iac pipeline run-local stacks/env/pipelines/upstream-tutorial.yaml", /DONE/],
];

/** Those that install, or run tests: this one among them, or minutes of others. */
const ELSEWHERE = [
  "npm ci",
  "npm run check",
  "npm run bench",
  "npm test",
  "npm run test:operators [name...]",
  "npm run test:programs [name...]",
];

/** Those that need a cluster where Flink runs: `pipeline-logs.test.ts` and `stop-pipeline.test.ts` say what they do there. */
const ON_A_CLUSTER = ["npx beamstack-iac pipeline logs prod visits", "npx beamstack-iac pipeline stop prod visits"];

const project = projectCopy();
withEngine();
// A preview reads charts, and this machine may have no network.
const charts = withChartFolder();
beforeAll(() => charts.pack(unwrap(loadEnvironment("prod")).release));

test("the README gives these commands and no others", () => {
  const known = [...COMMANDS.map(([command]) => command), ...LIFECYCLE, ...REPOSITORY, ...ELSEWHERE, ...ON_A_CLUSTER];
  expect(readmeCommands()).toEqual(new Set(known));
});

test.each(COMMANDS)("%s", async (command, shown) => {
  // Files go into the copy; but there npx would not find the packages, which are a link.
  const env = { ...process.env, BEAMSTACK_IAC_CHARTS: charts.path };
  expect(await typed(command, command.startsWith("npx") ? ROOT : project, env)).toMatch(shown);
});
