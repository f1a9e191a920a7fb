/** Plain cdk8s: the same objects in one chart; the YAML goes to standard output. */

import { ApiObject, App, Chart, YamlOutputType } from "cdk8s";
import { objectId } from "#lib/kube/object";
import { objectSet } from "../object-set";

const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_APP });
const chart = new Chart(app, "bench");
for (const object of objectSet(Number(process.argv[2]))) new ApiObject(chart, objectId(object).replaceAll("/", "-"), object);
process.stdout.write(app.synthYaml());
