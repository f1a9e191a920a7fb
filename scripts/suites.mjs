/** `npm run test:operators|test:programs [name...]`: the suites whose path below `test` has one of the names. jest alone would search the path of the checkout, too. */

import { spawnSync } from "node:child_process";

const [project = "", ...names] = process.argv.slice(2);
const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const patterns = names.map((name) => `${literal(process.cwd())}/test/.*${literal(name)}`);
const { status } = spawnSync("jest", ["--selectProjects", project, "--runInBand", "--", ...patterns], { stdio: "inherit" });
process.exit(status ?? 1);
