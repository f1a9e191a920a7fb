import { ConfigError } from "#lib/core/problem";
import { realVariables } from "#stacks/engine/settings";

const HOME = "/home/me/.local/state/beamstack-iac/team";

test.each([
  ["PULUMI_BACKEND_URL", `file://${HOME}/instances/local/pulumi`],
  ["PULUMI_HOME", `${HOME}/instances/local/pulumi/home`],
  ["KUBECONFIG", `/home/me/.kube/config:${HOME}/instances/local/kubeconfig`],
])("refuses a real environment with %s of a control plane, and names what to unset", (key, value) => {
  expect.assertions(2);
  try {
    realVariables("prod", { [key]: value }, HOME);
  } catch (thrown) {
    const [problem] = thrown instanceof ConfigError ? thrown.problems : [];
    expect(problem).toMatchObject({ id: "environment.local-variables", path: key });
    expect(problem?.fix).toMatch(/^unset KUBECONFIG PULUMI_HOME PULUMI_BACKEND_URL .*PULUMI_SKIP_CHECKPOINTS/);
  }
});

test("saves the state of a real environment at every step, whatever the shell says", () => {
  const variables = realVariables("prod", { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_HOME: "/pulumi", PULUMI_BACKEND_URL: "s3://b" }, HOME);

  expect(variables).toEqual({ PULUMI_SKIP_CHECKPOINTS: undefined, PULUMI_HOME: "/pulumi" });
});
