/** Plain `pulumi preview` on a machine that reaches no cluster: the engine is asked for exactly the objects that the release has. */

import { dirname, join } from "node:path";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { groupOf, type KubeObject } from "#lib/kube/object";
import { engineSettings } from "#stacks/engine/settings";
import { loadEnvironment } from "#stacks/environments";
import { HELM_RELEASE_TOKEN, resourceToken } from "#stacks/program/token";
import { withChartFolder } from "../fixtures/charts";
import { projectCopy, startProgram } from "../fixtures/command";
import { withEngine } from "../fixtures/engine";

const project = projectCopy();
withEngine();
const charts = withChartFolder();
process.env["PULUMI_HOME"] = join(project, "home");

/** Runs plain pulumi with a state of its own and no kubeconfig. */
async function pulumi(name: string, ...args: string[]): Promise<string> {
  const settings = await engineSettings(unwrap(loadEnvironment(name)).environment, () => {});
  const env = {
    ...settings.env,
    PATH: `${dirname(settings.engine)}:${settings.env["PATH"]}`,
    PULUMI_BACKEND_URL: `file://${project}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    KUBECONFIG: "/absent",
    BEAMSTACK_IAC_CHARTS: charts.path,
  };
  const { code, stdout, stderr } = await startProgram("pulumi", args, { cwd: project, env }).ended;
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

/** Type and inputs of every Kubernetes resource that would be made, by name. */
function inputsOf(preview: string): Record<string, unknown> {
  const steps: readonly JsonObject[] = JSON.parse(preview).steps;
  const states = steps.flatMap(({ op, newState }) => (op === "create" && isJsonObject(newState) ? [newState] : []));
  const ours = states.filter(({ type }) => String(type).startsWith("kubernetes:"));
  return Object.fromEntries(ours.map(({ urn, type, inputs }) => [String(urn).split("::").slice(3).join("::"), { type, inputs }]));
}

/**
 * As the provider keeps inputs. It decodes objects of built-in kinds into client-go's types, which leave out what says no more than its
 * absence, and write sizes in the largest unit; custom resources stay as they are. Only those two are left out; another difference is a
 * difference. The engine hides the data of every Secret.
 */
function asDecoded(manifest: KubeObject): unknown {
  if (!isBuiltInGroup(groupOf(manifest.apiVersion))) return manifest;
  const says = (key: string, value: unknown): boolean => !["matchLabels {}", "ports []"].includes(`${key} ${JSON.stringify(value)}`);
  const shown = (key: string, value: unknown): unknown => (key === "sizeLimit" && typeof value === "string" ? inLargestUnit(value) : value);
  const decoded = JSON.parse(JSON.stringify(manifest, (key, value) => (says(key, value) ? shown(key, value) : undefined)));
  return manifest.kind === "Secret" ? { ...decoded, data: "[secret]" } : decoded;
}

function inLargestUnit(size: string): string {
  const mebibytes = Number(/^(\d+)Mi$/.exec(size)?.[1]);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : size;
}

test.each(["staging", "prod"])("%s", async (name) => {
  const release = unwrap(loadEnvironment(name)).release;
  charts.pack(release);
  await pulumi(name, "stack", "init", name, "--non-interactive");
  const asked = inputsOf(await pulumi(name, "preview", "--stack", name, "--json", "--non-interactive"));

  const { objects, helmReleases } = release;
  const expected = objects.map(({ id, manifest }) => [id, { type: resourceToken(manifest), inputs: asDecoded(manifest) }] as const);
  expect(Object.keys(asked).sort()).toEqual([...expected.map(([id]) => id), ...helmReleases.map(({ id }) => id)].sort());
  expect(asked).toMatchObject(Object.fromEntries(expected));
  for (const { id, name: installed, namespace, values } of helmReleases)
    expect(asked[id]).toMatchObject({ type: HELM_RELEASE_TOKEN, inputs: { name: installed, namespace, values } });
});
