/** What differs between model servers. Source: KServe v0.20.0, config/runtimes. */

import type { JsonObject } from "#lib/core/json";
import { MODEL_FOLDER, PORT } from "./labels";
import { kservePin } from "./pin";
import type { InferenceServiceSettings, RuntimeSettings } from "./service-schema";

/** Container of a model server. */
export interface ServerFacts {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How it says that it is ready. */
  readonly readiness: JsonObject;
  /** Port of its metrics. @default it has none */
  readonly metricsPort?: number;
}

const IMPLEMENTATIONS = {
  sklearn: "mlserver_sklearn.SKLearnModel",
  xgboost: "mlserver_xgboost.XGBoostModel",
  lightgbm: "mlserver_lightgbm.LightGBMModel",
  mlflow: "mlserver_mlflow.MLflowRuntime",
} as const;

const { images } = kservePin;

/** KServe's servers answer after they have loaded their model, and Triton when all of its models are loaded. */
const V2_READY = httpReady("/v2/health/ready");

/** The server of a runtime for the service `name`. */
export function serverOf(name: string, { runtime, accelerators }: Pick<InferenceServiceSettings, "runtime" | "accelerators">): ServerFacts {
  switch (runtime.type) {
    case "sklearn":
      return kserveServer(name, images.sklearn);
    case "xgboost":
      return kserveServer(name, images.xgboost, ["--nthread=1"]);
    case "lightgbm":
      return kserveServer(name, images.lightgbm, ["--nthread=1"]);
    case "huggingface": {
      const task = runtime.task === undefined ? [] : [`--task=${runtime.task}`];
      return kserveServer(name, accelerators > 0 ? images.huggingfaceGpu : images.huggingface, ["--backend=huggingface", ...task]);
    }
    case "mlserver":
      return mlserver(name, runtime.format);
    case "triton":
      return {
        image: images.triton,
        args: ["tritonserver", `--model-store=${MODEL_FOLDER}`, "--grpc-port=9000", `--http-port=${PORT}`],
        env: { PROTOCOL: "v2" },
        readiness: V2_READY,
        metricsPort: 8002,
      };
    case "torchserve":
      return {
        image: images.torchserve,
        args: [
          "torchserve",
          "--start",
          `--model-store=${MODEL_FOLDER}/model-store`,
          `--ts-config=${MODEL_FOLDER}/config/config.properties`,
        ],
        env: {
          PROTOCOL: "v1",
          PROTOCOL_VERSION: "v1",
          TS_SERVICE_ENVELOPE: "kserve",
          // The image's own is below its root, which is read-only: models are extracted there.
          TEMP: "/tmp",
          LOG_LOCATION: "/tmp/logs",
          METRICS_LOCATION: "/tmp/logs",
        },
        readiness: { tcpSocket: { port: PORT } },
        metricsPort: 8082,
      };
    case "custom":
      return custom(runtime);
  }
}

function kserveServer(name: string, image: string, more: readonly string[] = []): ServerFacts {
  return {
    image,
    args: [`--model_name=${name}`, `--model_dir=${MODEL_FOLDER}`, `--http_port=${PORT}`, ...more],
    env: { PROTOCOL: "v1" },
    readiness: V2_READY,
    metricsPort: PORT,
  };
}

function mlserver(name: string, format: keyof typeof IMPLEMENTATIONS): ServerFacts {
  const metricsPort = 8082;
  return {
    image: images.mlserver,
    command: ["mlserver", "start", MODEL_FOLDER],
    env: {
      PROTOCOL: "v2",
      MLSERVER_MODEL_IMPLEMENTATION: IMPLEMENTATIONS[format],
      MLSERVER_MODEL_NAME: name,
      MLSERVER_MODEL_URI: MODEL_FOLDER,
      MLSERVER_HTTP_PORT: `${PORT}`,
      MLSERVER_GRPC_PORT: "9000",
      MLSERVER_METRICS_PORT: `${metricsPort}`,
      // Its default is the working directory, which is read-only.
      MLSERVER_METRICS_DIR: "/tmp/metrics",
    },
    // It says of the server that it is ready before it has loaded the model. Source: MLServer 1.7.1, handlers/dataplane.py, ready.
    readiness: httpReady(`/v2/models/${name}/ready`),
    metricsPort,
  };
}

function custom(runtime: Extract<RuntimeSettings, { readonly type: "custom" }>): ServerFacts {
  const { image, command, args, protocol, readiness, metricsPort } = runtime;
  return {
    image,
    ...(command && { command }),
    ...(args && { args }),
    env: { PROTOCOL: protocol },
    readiness: readiness === undefined ? { tcpSocket: { port: PORT } } : httpReady(readiness),
    ...(metricsPort !== undefined && { metricsPort }),
  };
}

function httpReady(path: string): JsonObject {
  return { httpGet: { path, port: PORT } };
}
