import { fieldText } from "#stacks/cli/field-text";
import { redacted } from "#stacks/cli/redact";

test.each([
  ["core/Secret/a/x", "data.user", "eA=="],
  ["apps/Deployment/a/x", "spec.template.spec.containers[main].env[API_KEY].value", "sk-1"],
  ["helm/Release/a/x", "values.grafana.adminPassword", "hunter2"],
  ["core/ConfigMap/a/x", 'data["db.password"]', "hunter2"],
  ["core/ConfigMap/a/x", "data.token", "abc"],
])("hides the value of %s %s", (id, path, value) => {
  expect(redacted(id, path, value)).toBe("[secret]");
});

test.each([
  ["core/Secret/a/x", "metadata.labels.team", "data"],
  ["apps/Deployment/a/x", "spec.template.spec.volumes[0].secret.secretName", "keys"],
  ["apps/Deployment/a/x", "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name", "keys"],
  ["apps/Deployment/a/x", "spec.replicas", 3],
  ["core/ServiceAccount/a/x", "automountServiceAccountToken", true],
])("shows that of %s %s", (id, path, value) => {
  expect(redacted(id, path, value)).toBe(value);
});

test("hides inside of lists, maps and addresses", () => {
  const container = {
    env: [
      { name: "DB_PASSWORD", value: "x" },
      { name: "URL", value: "https://me:pw@host/x" },
    ],
    image: "i",
  };

  expect(redacted("apps/Deployment/a/x", "spec.template.spec.containers[0]", container)).toEqual({
    env: [
      { name: "DB_PASSWORD", value: "[secret]" },
      { name: "URL", value: "https://[secret]@host/x" },
    ],
    image: "i",
  });
});

test("a field shows both values, a text the lines that differ", () => {
  expect(fieldText("apps/Deployment/a/x", "spec.replicas", { old: 1, new: 2 })).toBe("    spec.replicas: 1 -> 2");
  expect(fieldText("core/ConfigMap/a/x", "data.f", { old: "a\nb\n", new: "a\nc\n" })).toBe("    data.f:\n      - b\n      + c");
  expect(fieldText("apps/Deployment/a/x", "spec.paused", { new: true })).toBe("    spec.paused: (absent) -> true");
});
