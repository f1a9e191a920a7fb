/** Network flows of workspaces. */

import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp } from "../../../network/facts";

function workspacePods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  if (labels["beamstack-iac/workspace"] === undefined) return [];
  const own = { "app.kubernetes.io/name": name };
  const isJupyter = name !== "editor";
  const kind = isJupyter ? "jupyterlab" : "code-server";
  return [{ kind, instance: name, namespace, labels: own, ports: tcp({ http: 8888 }), hostNetwork: false }];
}

const KINDS = ["jupyterlab", "code-server"];

const hasOutsidePort = ({ workspaces = {} }: EnvironmentSpec) =>
  Object.values(workspaces).some(({ outsidePorts = [] }) => outsidePorts.includes(22));
/** A gateway whose clients come from anywhere opens its UIs: a token keeps them. */
const isOpened = ({ gateway }: EnvironmentSpec) => gateway?.through.source.type === "anywhere";
const token = secretRef("workspace", "token");

/** What the tests of network policies know of workspaces. */
export const network: NetworkFacts = {
  everything: {
    workspaces: {
      alice: { editor: { type: "jupyterlab" }, token, models: ["small-bert"], outsidePorts: [8443, 22] },
      editor: { editor: { type: "code-server" }, token },
    },
  },
  pods: { StatefulSet: workspacePods },
  needed: [
    { from: KINDS, to: ["api-server"], ports: [443], reason: "an idle workspace scales itself to zero" },
    { from: ["jupyterlab"], to: ["internet"], ports: [22], when: hasOutsidePort, reason: "its outside ports" },
    scraped(8888, "jupyterlab"),
  ],
  closed: [
    { from: ["stranger"], to: KINDS, ports: [8888], when: (spec) => !isOpened(spec), reason: "members come through a gateway" },
    { from: ["code-server"], to: ["internet"], ports: [22, 25, 80], reason: "no outside ports" },
    { from: KINDS, to: KINDS, ports: [8888], reason: "workspaces do not reach each other" },
  ],
};
