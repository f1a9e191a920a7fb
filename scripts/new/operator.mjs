/** The files of a product with an operator: everything is wired, facts are empty. */

/** Files by path; `camel` and `pascal` are spellings of the name. */
export function operatorFiles({ name, camel, pascal }) {
  const folder = `lib/components/${name}`;
  const tests = `test/lib/components/${name}`;
  return {
    [`lib/imports/${name}/index.ts`]: `/** Replaced by \`npm run import -- ${name}\`. */

import type { Definition } from "../definition";

/** None before the import. */
export function definitions(): readonly Definition[] {
  return [];
}
`,
    [`${folder}/pin.ts`]: `/** ${pascal}: chart, images and kinds at the pinned version. */

import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = "";

/** The pins of ${pascal}. */
export const ${camel}Pin = {
  name: "${name}",
  licence: "",
  source: SOURCE,
  chart: { name: "", repository: "https://", version: "", imagePullSecretsAt: ["imagePullSecrets"] },
  images: { operator: "" },
  // For each kind: readiness (lib/kube/condition-ready.ts, lib/kube/readiness.ts), podLabels, copiesOf.
  kinds: [],
  kubernetes: { min: "" },
  imports: {
    crds: [{ product: "${name}", version: "", licence: "", source: { registry: "go", module: "", version: "", path: "" } }],
    charts: [{ chart: "", version: "", licence: "", source: "" }],
  },
} as const satisfies ComponentPin;
`,
    [`${folder}/schema.ts`]: `/** Props of ${pascal} and of its operator. */

import { z } from "zod";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the operator. */
export const ${camel}OperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.1 cores and 256Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** Section \`${camel}\`: the operator. */
export const ${camel}SectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: ${camel}OperatorSchema.prefault({}),
});

/** Props of the operator. */
export type ${pascal}OperatorProps = PropsOf<typeof ${camel}OperatorSchema>;

/** Settings of the operator. */
export type ${pascal}OperatorSettings = SettingsOf<typeof ${camel}OperatorSchema>;
`,
    [`${folder}/values.ts`]: `/** Helm values of the operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { ${pascal}OperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

/** Helm values of the chart. */
export function ${camel}OperatorValues(settings: ${pascal}OperatorSettings, { image, priority }: OperatorContext): JsonObject {
  return {
    image: repositoryAndTag(image),
    replicaCount: settings.replicas,
    ...(priority && { priorityClassName: priority }),
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(),
    securityContext: restrictedContainerSecurity(),
  };
}
`,
    [`${folder}/operator.ts`]: `/** The operator of ${pascal}. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/${name}/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { ${camel}Alerts } from "./alerts";
import { ${camel}OperatorProblems } from "./checks";
import { ${camel}Dashboard } from "./dashboard";
import { ${camel}Pin } from "./pin";
import { type ${pascal}OperatorProps, ${camel}OperatorSchema } from "./schema";
import { ${camel}OperatorValues } from "./values";

/** Port of the metrics. */
const METRICS_PORT = 8080;

/** The operator. */
export class ${pascal}Operator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** Dependency of the product's objects. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: ${pascal}OperatorProps = {}) {
    super(scope, id);
    setOwner(this, ${camel}Pin.name);
    const settings = settingsOf(this, ${camel}OperatorSchema, props, {
      checks: operatorChecks({ schema: ${camel}OperatorSchema, pin: ${camel}Pin, installed: ${camel}OperatorProblems }),
    });
    const made = installOperator(this, {
      pin: ${camel}Pin,
      settings,
      definitions,
      values: (context) => ${camel}OperatorValues(settings, context),
      namespace: "${name}-system",
      labels: { "app.kubernetes.io/name": "${name}" },
      metrics: { port: METRICS_PORT },
      monitoring: { alerts: [${camel}Alerts()], dashboards: [${camel}Dashboard()] },
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
`,
    [`${folder}/checks.ts`]: `/** Rules that the schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import type { ${pascal}OperatorSettings } from "./schema";

/** Problems of an operator that this environment installs; \`path\` is its path in the file. */
export function ${camel}OperatorProblems(_settings: ${pascal}OperatorSettings, _path: string): Problem[] {
  return [];
}
`,
    [`${folder}/alerts.ts`]: `/** Alert rules of ${pascal}. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert about ${pascal}. */
export function ${camel}Alerts(): AlertGroup {
  return {
    name: "${name}",
    alerts: [
      {
        name: "${pascal}OperatorDown",
        expression: 'up{container=""} == 0 or absent(up{container=""})',
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.container }} does not answer",
        runbook: "read the status and log of its Deployment",
      },
    ],
  };
}
`,
    [`${folder}/dashboard.ts`]: `/** Dashboard of ${pascal}. */

import type { DashboardContent } from "#lib/kube/monitoring";

/** What ${pascal} does. */
export function ${camel}Dashboard(): DashboardContent {
  return {
    uid: "beamstack-${name}",
    title: "${pascal}",
    variables: [],
    rows: [
      {
        title: "Operator",
        panels: [
          { title: "Answers", type: "series", unit: "short", description: "1 where the operator answers.", queries: { "{{pod}}": 'up{container=""}' } },
        ],
      },
    ],
  };
}
`,
    [`${folder}/section.ts`]: `/** Section \`${camel}\` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/${name}/index";
import { ${pascal}Operator } from "./operator";
import { ${camel}Pin } from "./pin";
import { ${camel}SectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** ${pascal}. @default not installed */
    ${camel}: typeof ${camel}SectionSchema;
  }
}

const HOME = { namespace: "${name}-system", priority: "beamstack-system" } as const;

/** ${pascal}. */
export const ${camel} = section({
  key: "${camel}",
  stage: "data-preparation",
  pin: ${camel}Pin,
  crds: definitions,
  schema: ${camel}SectionSchema,
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const { operator } = new ${pascal}Operator(scope, "Operator", own);
    operator.node.addDependency(home, site.priorityClasses);
  },
});
`,
    [`${folder}/index.ts`]: `/** ${pascal}. */

export { ${pascal}Operator } from "./operator";
export { ${camel}Pin } from "./pin";
export { type ${pascal}OperatorProps, ${camel}OperatorSchema, ${camel}SectionSchema } from "./schema";
export { ${camel} } from "./section";
`,
    [`${folder}/README.md`]: `# ${pascal}

One or two sentences: what it is.

<!-- generated: facts -->
<!-- end -->

## Smallest use

## Props

<!-- generated: props -->
<!-- end -->

## Outputs

## Readiness

<!-- generated: kinds -->
<!-- end -->

## Monitoring

## Upgrade notes

## Limits
`,
    [`${tests}/contract.ts`]: `/** ${pascal} in the contract suite. */

import { ${pascal}Operator, type ${pascal}OperatorProps, ${camel}OperatorSchema, ${camel}Pin } from "#lib/components/${name}/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { ${camel}AlertCases } from "./alert-cases";

const operator = contractEntry<${pascal}OperatorProps>({
  title: "${pascal}Operator",
  pin: ${camel}Pin,
  schema: ${camel}OperatorSchema,
  build: (scope, props) => new ${pascal}Operator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: ${camel}AlertCases,
});

/** What the contract suite tries. */
export const entries = [operator];
`,
    [`${tests}/alert-cases.ts`]: `/** Alerts of ${pascal}: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{container="", pod="a"}';

/** Every alert with series that raise it and series that do not. */
export const ${camel}AlertCases: readonly AlertCase[] = [
  { alert: "${pascal}OperatorDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "${pascal}OperatorDown", series: { [UP]: "0x3 1x20" }, at: "10m", raised: false },
];
`,
    [`${tests}/network.ts`]: `/** Network flows of ${pascal} and of its operator. */

import { callsNobody, type NetworkFacts, watches } from "../../../network/facts";

/** What the tests of network policies know of ${pascal}. */
export const network: NetworkFacts = {
  everything: { ${camel}: {} },
  needed: [watches("${name}")],
  closed: [callsNobody("${name}")],
};
`,
  };
}
