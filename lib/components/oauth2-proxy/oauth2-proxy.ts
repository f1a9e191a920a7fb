/** A proxy of OAuth2 Proxy in front of one UI. */

import { Duration as CdkDuration } from "cdk8s";
import { ConfigMap, Probe, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import { digest } from "#lib/core/digest";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { caMount, caVolumeMounts } from "#lib/kube/ca-mount";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, endOfHost, type PodsEnd } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { provideSecret } from "#lib/kube/secret-store";
import type { SignInAsk, WebBackend } from "#lib/kube/sign-in";
import { oauth2ProxyAlerts } from "./alerts";
import { CONFIG_FOLDER, configuration, PORTS, proxyArgs, SECRET_FOLDER } from "./configuration";
import { oauth2ProxyDashboard } from "./dashboard";
import { ROUTE_LABEL } from "./labels";
import { oauth2ProxyPin } from "./pin";
import type { OAuth2ProviderSettings } from "./schema";

/** Props of an {@link OAuth2Proxy}. */
export interface OAuth2ProxyProps {
  /** Name of the provider. */
  readonly provider: string;
  readonly settings: OAuth2ProviderSettings;
  readonly ask: SignInAsk;
}

interface Secrets {
  readonly client: SecretRef;
  readonly cookie: SecretRef;
  readonly dependencies: readonly IDependable[];
}

/** A proxy, and the flows from its callers, to its UI and to the issuer. */
export class OAuth2Proxy extends Construct implements IMonitored {
  public readonly backend: WebBackend;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: OAuth2ProxyProps) {
    super(scope, id);
    setOwner(this, oauth2ProxyPin.name);
    const { settings, ask } = props;
    const name = `sign-in-${ask.name}`;
    const { namespace } = settings;
    const workload = this.serve(name, props);
    this.reach(workload.pods, props);
    this.backend = { service: name, namespace, port: PORTS.http };
    this.monitoring = {
      targets: [{ name: `oauth2-proxy.${ask.name}`, pods: workload.pods, port: PORTS.metrics, podLabels: [ROUTE_LABEL] }],
      alerts: [oauth2ProxyAlerts],
      dashboards: [oauth2ProxyDashboard],
    };
  }

  private serve(name: string, { provider, settings, ask }: OAuth2ProxyProps): HardenedWorkload {
    const { namespace, ca, replicas, pool } = settings;
    const secrets = secretsOf(provider, settings);
    const trust = ca && caMount("issuer-ca", ca);
    const config = `${JSON.stringify(configuration(settings, ask, { caFile: trust?.file }), null, 1)}\n`;
    const workload = new HardenedWorkload(this, "Workload", {
      name,
      namespace,
      kind: { type: "deployment", replicas },
      containers: [
        {
          name: "oauth2-proxy",
          image: oauth2ProxyPin.images.proxy,
          command: ["/bin/oauth2-proxy"],
          args: proxyArgs(settings, ask),
          env: { OAUTH2_PROXY_COOKIE_SECRET: secrets.cookie },
          ports: { ...PORTS },
          requests: { cpu: 0.05, memory: Size.mebibytes(64) },
          limits: { cpu: 0.5, memory: Size.mebibytes(128) },
          mounts: [this.configMount(name, namespace, config), this.secretMount(secrets.client), ...caVolumeMounts(this, trust)],
          readiness: Probe.fromHttpGet("/ready", { port: PORTS.http }),
          liveness: Probe.fromHttpGet("/ping", { port: PORTS.http, periodSeconds: CdkDuration.seconds(10) }),
        },
      ],
      service: {},
      labels: { [ROUTE_LABEL]: ask.name },
      // The image has this user.
      userId: 65_532,
      imagePullSecrets: pullSecretsOf(this),
      ...(pool && { pool }),
    });
    if (secrets.dependencies.length > 0) workload.node.addDependency(...secrets.dependencies);
    return workload;
  }

  /** Another content is another ConfigMap, so that the pods start with it. */
  private configMount(name: string, namespace: string, config: string): VolumeMount {
    const map = new ConfigMap(this, "Config", {
      metadata: { name: `${name}-${digest(config).slice(0, 8)}`, namespace },
      data: { "config.yaml": config },
      immutable: true,
    });
    return { path: CONFIG_FOLDER, volume: Volume.fromConfigMap(this, "ConfigVolume", map, { name: "config" }), readOnly: true };
  }

  private secretMount({ name, key }: SecretRef): VolumeMount {
    const secret = Secret.fromSecretName(this, "ClientSecret", name);
    const volume = Volume.fromSecret(this, "SecretVolume", secret, { name: "client-secret", items: { [key]: { path: "client-secret" } } });
    return { path: SECRET_FOLDER, volume, readOnly: true };
  }

  /** Gateway to proxy, proxy to UI, proxy to issuer, and nothing else. */
  private reach(own: PodsEnd, { settings, ask }: OAuth2ProxyProps): void {
    const { name, webInterface, callers } = ask;
    const { hostname, port } = new URL(settings.issuer);
    allow(this, [
      { name: `gateway-to-sign-in.${name}`, from: callers, to: own, ports: [{ port: PORTS.http }] },
      { name: `sign-in.${name}-to-ui`, from: own, to: webInterface.pods, ports: webInterface.ports },
      { name: `sign-in.${name}-to-issuer`, from: own, to: endOfHost(hostname), ports: [{ port: port === "" ? 443 : Number(port) }] },
    ]);
  }
}

function secretsOf(provider: string, { namespace, clientSecret, cookieSecret }: OAuth2ProviderSettings): Secrets {
  const place = (key: string) => ({ ...secretRef(`sign-in-${provider}-${key}`, key), namespace });
  const client = provideSecret(clientSecret, place("client-secret"));
  const cookie = provideSecret(cookieSecret, place("cookie-secret"));
  return { client: client.ref, cookie: cookie.ref, dependencies: [client, cookie].flatMap(({ dependency }) => dependency ?? []) };
}
