/** The network policies of every environment against the pods that the real charts make: each needed flow is open, each of the others closed. */

import type { EnvironmentSpec } from "#lib/environment/spec";
import { definitions } from "#lib/imports/cilium/index";
import { customKind, fieldSchema } from "#lib/kube/crd-schema";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { ENVIRONMENTS, releaseOf } from "./environments";
import { allows, type Endpoint, type World } from "./evaluator";
import { ADDRESSES, type FlowRow } from "./facts";
import { CLOSED, NEEDED } from "./flows";
import { type NamedPod, podsOf } from "./pods";

function policiesOf({ objects }: Release): KubeObject[] {
  return objects.map(({ manifest }) => manifest).filter(({ kind }) => kind === "NetworkPolicy" || kind === "CiliumNetworkPolicy");
}

interface Named {
  readonly name: string;
  readonly instance: string | undefined;
  readonly endpoint: Endpoint;
}

function ends(names: readonly string[], pods: readonly NamedPod[]): Named[] {
  return names.flatMap((name): Named[] => {
    if (Object.hasOwn(ADDRESSES, name)) return [{ name, instance: undefined, endpoint: ADDRESSES[name as keyof typeof ADDRESSES] }];
    const found = pods.filter(({ kind, endpoint }) => kind === name || (name === "*" && endpoint.type === "pod"));
    return found.map(({ kind, instance, endpoint }) => ({ name: `${kind} of ${instance}`, instance, endpoint }));
  });
}

interface Place {
  readonly spec: EnvironmentSpec;
  readonly pods: readonly NamedPod[];
}

/** Every connection of a row, as `from -> to:port`, with whether it is open. */
function connections(row: FlowRow, { pods, spec }: Place, world: World): { readonly text: string; readonly isOpen: boolean }[] {
  const { ports, protocol = "TCP", within } = row;
  return ends(row.from, pods).flatMap((from) =>
    ends(row.to, pods)
      .filter((to) => within === undefined || isWithin(within, [from.instance, to.instance], spec))
      .flatMap((to) =>
        ports.map((port) => ({
          text: `${from.name} -> ${to.name}:${port}/${protocol} (${row.reason})`,
          isOpen: allows(world, { from: from.endpoint, to: to.endpoint, port, protocol }),
        })),
      ),
  );
}

function isWithin(within: FlowRow["within"], [from = "", to = ""]: readonly (string | undefined)[], spec: EnvironmentSpec): boolean {
  return typeof within === "function" ? within(from, to, spec) : from === to;
}

const tried = new Set<FlowRow>();

describe.each(Object.entries(ENVIRONMENTS))("%s", (_name, spec) => {
  const release = releaseOf(spec);
  const policies = policiesOf(release);
  const pods = podsOf(release, spec.network?.webhooks ?? "pods");
  const rows = (list: readonly FlowRow[]) => list.filter(({ when }) => when?.(spec) ?? true);
  const all = (row: FlowRow, world: World, among = pods) => {
    const found = connections(row, { pods: among, spec }, world);
    if (found.length > 0) tried.add(row);
    return found;
  };

  test("every needed flow is open on a network that matches any address by its block", () => {
    const shut = rows(NEEDED).flatMap((row) => all(row, { policies }).filter(({ isOpen }) => !isOpen));

    expect(shut.map(({ text }) => text)).toEqual([]);
  });

  test("every needed flow is open on Cilium, where no block matches a node", () => {
    const isCilium = spec.network?.policies === "cilium";
    const listed = rows(NEEDED).filter(({ ownNode = false }) => isCilium || !ownNode);
    const shut = listed.flatMap((row) => all(row, { policies, ipBlockMatches: "world" }).filter(({ isOpen }) => !isOpen));

    expect(shut.map(({ text }) => text)).toEqual([]);
  });

  test("nothing that must be closed is open", () => {
    const selectable = pods.filter(({ hostNetwork }) => !hostNetwork);
    const leaks = rows(CLOSED).flatMap((row) => all(row, { policies }, selectable).filter(({ isOpen }) => isOpen));

    expect(leaks.map(({ text }) => text)).toEqual([]);
  });

  test("every pod is in a namespace that denies what no policy allows", () => {
    const open = pods.filter(({ endpoint }) => allows({ policies }, { from: ADDRESSES.stranger, to: endpoint, port: 7, protocol: "TCP" }));

    expect(open.filter(({ hostNetwork }) => !hostNetwork).map(({ kind }) => kind)).toEqual([]);
  });

  test("every policy selects a pod of the environment, or every pod of a namespace", () => {
    const idle = policies.filter((policy) => {
      const selector = JSON.stringify(policy["spec"]);
      return !/"(podSelector|endpointSelector)":\{("matchLabels":\{\})?\}/.test(selector) && !pods.some((pod) => isSelected(policy, pod));
    });

    expect(idle.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([]);
  });
});

/** A policy about ingress from nobody closes only what it selects. */
function isSelected({ metadata, kind, spec }: KubeObject, { endpoint }: NamedPod): boolean {
  const selector = Object.entries(spec ?? {}).find(([key]) => key === "podSelector" || key === "endpointSelector")?.[1];
  const deny = {
    apiVersion: "v1",
    kind: "NetworkPolicy",
    metadata,
    spec: { podSelector: selector, policyTypes: ["Ingress"] },
  } as KubeObject;
  const from = ADDRESSES.stranger;
  return kind !== "" && endpoint.type === "pod" && !allows({ policies: [deny] }, { from, to: endpoint, port: 7, protocol: "TCP" });
}

test("every row of the lists is tried in some environment", () => {
  expect([...NEEDED, ...CLOSED].filter((row) => !tried.has(row)).map(({ from, to, reason }) => `${from} -> ${to}: ${reason}`)).toEqual([]);
});

test("simulated operators have the same policies as real ones", () => {
  const spec = ENVIRONMENTS["local"];
  const simulated = spec && releaseOf({ ...spec, operators: "simulated" });

  expect(simulated && policiesOf(simulated)).toEqual(spec && policiesOf(releaseOf(spec)));
});

test("policies of Cilium have no field that its definition does not have", () => {
  const spec = ENVIRONMENTS["everything, on Cilium"];
  const policies = spec ? policiesOf(releaseOf(spec)).filter(({ kind }) => kind === "CiliumNetworkPolicy") : [];
  const { schema } = customKind(definitions(), "cilium.io/CiliumNetworkPolicy", "v2");

  expect(policies.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(["karpenter-identity-egress", "main-aws-identity-egress"]),
  );
  for (const path of [
    ["endpointSelector", "matchLabels"],
    ["egress", "toEntities"],
    ["egress", "toPorts", "ports", "port"],
  ])
    expect(fieldSchema(schema, ["spec", ...path])).toBeDefined();
});
