/** Ours: a construct tree, a release, its files; the YAML goes to standard output. */

import { ApiObject, App } from "cdk8s";
import { StageChart } from "#charts/stage-chart";
import { releaseOf } from "#charts/synthesize";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { objectId } from "#lib/kube/object";
import { objectSet } from "../object-set";

const app = new App();
const chart = new StageChart(app, "pipelines");
for (const object of objectSet(Number(process.argv[2]))) new ApiObject(chart, objectId(object).replaceAll("/", "-"), object);
for (const text of unwrap(plainTree(unwrap(releaseOf(app, "bench")))).values()) process.stdout.write(text);
