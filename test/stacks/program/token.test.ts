import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resourceToken } from "#stacks/program/token";

const SDK = join(__dirname, "../../../node_modules/@pulumi/kubernetes");

test.each([
  ["core/v1", "configMap", "v1", "ConfigMap"],
  ["apps/v1", "deployment", "apps/v1", "Deployment"],
  ["batch/v1", "job", "batch/v1", "Job"],
  ["networking/v1", "networkPolicy", "networking.k8s.io/v1", "NetworkPolicy"],
  ["rbac/v1", "role", "rbac.authorization.k8s.io/v1", "Role"],
  ["apiextensions/v1", "customResourceDefinition", "apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["scheduling/v1", "priorityClass", "scheduling.k8s.io/v1", "PriorityClass"],
])("gives %s/%s the token of its class in the SDK", (folder, file, apiVersion, kind) => {
  expect(readdirSync(join(SDK, folder))).toContain(`${file}.js`);

  expect(readFileSync(join(SDK, folder, `${file}.js`), "utf8")).toContain(`__pulumiType = '${resourceToken({ apiVersion, kind })}'`);
});

test("gives a custom kind the token of apiextensions.CustomResource", () => {
  expect(resourceToken({ apiVersion: "flink.apache.org/v1beta1", kind: "FlinkDeployment" })).toBe(
    "kubernetes:flink.apache.org/v1beta1:FlinkDeployment",
  );
});
