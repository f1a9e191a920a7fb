/** Registers the result of something that runs for hours, such as a search or a training job: a run of MLflow, and a version of a model. */

import { Construct } from "constructs";
import { z } from "zod";
import { cronSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { secretRefSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { HardenedWorkload } from "./hardened-workload";
import { registryEnvironment, registryFlow } from "./model-registry";
import { allow } from "./network";
import { ref, type SettingsOf } from "./props";
import { registerProgram } from "./registered-run-program";

/** Where results go. */
export const registrationSchema = z.strictObject({
  /** The registry; it speaks MLflow's API. */
  registry: ref("modelRegistry"),
  /** MLflow's experiment that gets the run. @default the name of what ran */
  experiment: z.string().min(1).max(250).optional(),
  /** User and password of the registry. @default none: the registry asks for no user */
  credentials: z
    .strictObject({
      /** Name of the user. */
      username: secretRefSchema,
      /** Its password. */
      password: secretRefSchema,
    })
    .optional(),
  /** When a job looks whether there is a result, in cron's five fields. @default "0 * * * *" */
  schedule: cronSchema.default("0 * * * *"),
});

/** Settings of {@link registrationSchema}. */
export type RegistrationSettings = SettingsOf<typeof registrationSchema>;

/** Runs Python, whose standard library is enough. */
export const REGISTERING_IMAGE = "docker.io/library/python:3.13.7-slim";

/** The object that holds the result. */
interface ResultObject {
  /** API group, version and plural name. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly name: string;
}

/** Props of {@link RegisteredRun}. */
export interface RegisteredRunProps {
  /** Name of the job that registers. */
  readonly name: string;
  readonly namespace: string;
  readonly object: ResultObject;
  /** MLflow's experiment, unless the registration names one. */
  readonly experiment: string;
  readonly registration: RegistrationSettings;
  /**
   * Body of Python's function `result(found)`, which gets the object: `None` while there is no result, else a map with `key` (unique in the registry),
   * `name`, `params`, `metrics`, `tags`, and for a version of a model `model` and `source`.
   */
  readonly result: string;
}

/** A job on a schedule, as nothing calls anybody when a custom resource ends; what is registered already is not registered again. */
export class RegisteredRun extends Construct {
  public constructor(scope: Construct, id: string, props: RegisteredRunProps) {
    super(scope, id);
    const { name, namespace, object, registration, result } = props;
    const { registry, credentials, schedule, experiment = props.experiment } = registration;
    const workload = new HardenedWorkload(this, "Register", {
      name,
      namespace,
      kind: { type: "cron-job", schedule, deadline: Duration.minutes(5) },
      containers: [
        {
          image: REGISTERING_IMAGE,
          command: ["python", "-c", registerProgram(result)],
          env: {
            OBJECT_PATH: `/apis/${object.group}/${object.version}/namespaces/${namespace}/${object.resource}/${object.name}`,
            REGISTRY_EXPERIMENT: experiment,
            ...registryEnvironment(registry),
            ...(credentials && { MLFLOW_TRACKING_USERNAME: credentials.username, MLFLOW_TRACKING_PASSWORD: credentials.password }),
          },
          requests: { cpu: 0.05, memory: Size.mebibytes(64) },
        },
      ],
      account: { rules: [{ apiGroups: [object.group], resources: [object.resource], resourceNames: [object.name], verbs: ["get"] }] },
    });
    allow(this, [registryFlow(registry, name, workload.pods)]);
    this.node.addDependency(registry);
  }
}

/** Where the problems of a registration are reported. */
export interface RegistrationPlaces {
  /** The registry speaks another API. */
  readonly api: ProblemPlace;
  /** A user is missing, or nobody asks for it. */
  readonly user: ProblemPlace;
}

/** Problems of a registration. */
export function registrationProblems({ registry, credentials }: RegistrationSettings, places: RegistrationPlaces): Problem[] {
  const asked = registry.authentication === "basic";
  return [
    ...(registry.api === "mlflow" ? [] : [otherApi(places.api)]),
    ...(asked === (credentials !== undefined) ? [] : [wrongUser(asked, places.user)]),
  ];
}

function otherApi(place: ProblemPlace): Problem {
  return {
    ...place,
    got: "a registry that does not speak MLflow's API",
    allowed: "a registry of MLflow: the result is a run",
    fix: "use another registry",
  };
}

function wrongUser(asked: boolean, place: ProblemPlace): Problem {
  return {
    ...place,
    got: asked ? "no user for a registry that asks for one" : "a user for a registry that asks for none",
    allowed: "credentials for registries with users, and for no others",
    fix: asked ? "set credentials to keys of Secrets" : "remove credentials",
  };
}
