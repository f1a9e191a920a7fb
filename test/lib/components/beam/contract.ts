/** Beam pipelines in the contract suite. */

import { BeamPipeline, type BeamPipelineProps, beamPin, beamPipelineSchema } from "#lib/components/beam/index";
import { FlinkCluster } from "#lib/components/flink/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { contractEntry } from "../../../contract/entry";

const CHAIN = "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [1, 2]}\n    - type: LogForTesting\n";
const LISTING = "- type: yaml\n  transforms: {Ones: {requires_inputs: false, body: {type: Create, config: {elements: [1]}}}}\n";
const INCLUDING = `${CHAIN}providers: [{include: ./listings/ones.yaml}]\n`;
const PAGE = "https://example.org/listing.yaml";
const SAVEPOINT = "s3://state/savepoints/1";

const beamPipeline = contractEntry<BeamPipelineProps>({
  title: "BeamPipeline",
  pin: beamPin,
  schema: beamPipelineSchema,
  build: (scope, props) => {
    const runner = FlinkCluster.fromExisting(scope, "Runner", {
      name: "main",
      versions: { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" },
    });
    new BeamPipeline(scope, "Subject", { ...props, runner, name: "numbers" });
  },
  smallest: { definition: CHAIN },
  variants: {
    definition: { definition: CHAIN.replace("[1, 2]", "[1, 2, 3]") },
    bindings: { bindings: { "Create.elements": { type: "value", value: [7] } } },
    includes: { definition: INCLUDING, includes: { "listings/ones.yaml": LISTING } },
    webIncludes: { definition: `${CHAIN}providers: [{include: "${PAGE}"}]\n`, webIncludes: [PAGE] },
    variables: {
      definition: CHAIN.replace("[1, 2]", '["{{ region }}"]'),
      variables: { region: secretRef("places", "region") },
    },
    options: { options: { max_parallelism: 8 } },
    parallelism: { parallelism: 2 },
    image: { image: "apache/beam_python3.12_sdk:2.77.0" },
    outcome: { outcome: "running" },
    upgrade: { upgrade: "savepoint" },
    savepoint: { savepoint: SAVEPOINT },
    allowNonRestoredState: { savepoint: SAVEPOINT, allowNonRestoredState: true },
    schedule: { schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" } },
    stateReset: { outcome: "running", upgrade: "savepoint", stateReset: "2.77.0" },
    artifacts: { artifacts: "s3://state/artifacts" },
    env: { env: { PIP_INDEX_URL: "https://pypi.example.com/simple" } },
    secretEnv: { secretEnv: { PIP_INDEX_URL: secretRef("index", "url") } },
    outsidePorts: { outsidePorts: [8443] },
    serviceAccountAnnotations: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/artifacts" } },
    restarts: { restarts: 3 },
    tries: { tries: 1 },
    timeout: { timeout: Duration.hours(1) },
  },
  refused: {
    "beam.unused-include": { includes: { "ones.yaml": LISTING } },
    "beam.secret-in-include": { definition: INCLUDING, includes: { "listings/ones.yaml": `${LISTING}  config: {password: any-1}\n` } },
    "beam.include-from-web": { definition: `${CHAIN}providers: [{include: "${PAGE}"}]\n` },
    "beam.unused-web-include": { webIncludes: [PAGE] },
    "beam.secret-given-in-clear-text": {
      options: {},
      variables: { password: { type: "value", value: "any-1" } },
      definition: `# {{ password }}\n${CHAIN}x: "{{ password }}"\n`,
    },
    "beam.reserved-option": { options: { runner: "DirectRunner" } },
    "beam.nothing-to-restore": { allowNonRestoredState: true },
    "beam.no-state-to-reset": { stateReset: "2.77.0" },
    "beam.state-reset-of-other-sdk": { outcome: "running", upgrade: "savepoint", stateReset: "2.76.0" },
    "beam.schedule-without-end": { outcome: "running", schedule: { cron: "@daily" } },
    "beam.schedule-with-state": { upgrade: "savepoint", schedule: { cron: "@daily" } },
    "beam.option-in-file": { definition: `${CHAIN}options: {max_parallelism: 4}\n`, options: { max_parallelism: 8 } },
    "beam.variable-twice": { env: { INDEX: "any" }, secretEnv: { INDEX: secretRef("index", "url") } },
    "spec.wrong-value": { parallelism: 0 },
  },
});

/** What the contract suite tries. */
export const entries = [beamPipeline];
