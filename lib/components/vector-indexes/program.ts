/** What the Job of an index runs: its files, image, command and environment. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { type CaMount, caMount } from "#lib/kube/ca-mount";
import type { AnswerValue, HttpIndexPlan, IndexPlan, IndexRequest, IndexShape, SqlIndexPlan } from "#lib/kube/index-plan";
import type { IVectorStore, StoreAuth } from "#lib/kube/vector-store";
import { CREATE_SCRIPT, SQL_SCRIPT } from "./create-script";
import { vectorIndexesPin } from "./pin";

/** Where the Job has its files. */
export const FOLDER = "/beamstack";

/** A program that makes an index. */
export interface IndexProgram {
  readonly files: Readonly<Record<string, string>>;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | SecretRef>>;
  /** CA of the store. @default none */
  readonly trust?: CaMount;
}

/** The program of a plan. */
export function programOf(store: IVectorStore, shape: IndexShape, plan: IndexPlan): IndexProgram {
  return plan.type === "http" ? httpProgram(store, shape, plan) : sqlProgram(plan);
}

function sqlProgram({ statements, environment, trust }: SqlIndexPlan): IndexProgram {
  return {
    files: { "create.sql": statements, "create.sh": SQL_SCRIPT },
    image: vectorIndexesPin.images.postgres,
    command: ["sh", `${FOLDER}/create.sh`],
    env: environment,
    ...(trust && { trust }),
  };
}

function httpProgram(store: IVectorStore, shape: IndexShape, plan: HttpIndexPlan): IndexProgram {
  const trust = store.ca && caMount("store-ca", store.ca);
  return {
    files: { "plan.json": `${JSON.stringify(planFile(store, shape, { plan, trust }), null, 1)}\n`, "create.py": CREATE_SCRIPT },
    image: vectorIndexesPin.images.python,
    command: ["python", `${FOLDER}/create.py`],
    env: { PYTHONDONTWRITEBYTECODE: "1", ...secretsOf(store.auth) },
    ...(trust && { trust }),
  };
}

/** What the program reads. */
function planFile(
  { endpoints, auth }: IVectorStore,
  { alias, index, served }: IndexShape,
  { plan, trust }: { readonly plan: HttpIndexPlan; readonly trust: CaMount | undefined },
): JsonObject {
  const { read, missing, done, create, fixed, serve, expire, keyHeader, scheme = "basic" } = plan;
  return {
    url: endpoints.find(({ protocol }) => protocol === "http")?.url ?? "",
    alias,
    index,
    served,
    ...(trust && { ca: trust.file }),
    ...(auth.type === "basic" && { scheme }),
    ...(auth.type === "api-key" && keyHeader !== undefined && { keyHeader }),
    read: requestOf(read),
    ...(missing && { missing: answerOf(missing) }),
    ...(done && { done: answerOf(done) }),
    create: requestOf(create),
    fixed: fixed.map(answerOf),
    serve: serve.map(requestOf),
    expire: expire.map(requestOf),
  };
}

function requestOf(request: IndexRequest): JsonObject {
  return { ...request };
}

function answerOf({ path, value }: AnswerValue): JsonObject {
  return { path: [...path], value };
}

function secretsOf(auth: StoreAuth): Readonly<Record<string, string | SecretRef>> {
  switch (auth.type) {
    case "basic":
      return { STORE_USER: auth.user, STORE_PASSWORD: auth.password };
    case "api-key":
      return { STORE_KEY: auth.key };
    case "none":
      return {};
  }
}
