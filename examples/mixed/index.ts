/** One Pulumi program: an environment, a release from constructs, and a resource of our own beside them. */

import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import { PlatformNamespace, releaseOf, StageChart, unwrap } from "beamstack-iac";
import { applyRelease, Beamstack, providerVersion } from "beamstack-iac/pulumi";
import { App } from "cdk8s";
import environment from "./env/local";

const platform = new Beamstack("platform", { environment });

// KUBECONFIG names the cluster, and providerVersion the provider that is at hand: eval "$(npx beamstack-iac local env local)".
const provider = new Provider("cluster", {}, { version: providerVersion() });

const app = new App();
new PlatformNamespace(new StageChart(app, "foundation"), "Tools", { name: "tools" });
const tools = applyRelease(unwrap(releaseOf(app, "tools")), { provider });

new ConfigMap(
  "platform",
  { metadata: { name: "platform", namespace: "tools" }, data: { digest: platform.outputs.digest } },
  { provider, dependsOn: [...tools.values()] },
);

/** Digest of the environment. */
export const digest = platform.outputs.digest;
