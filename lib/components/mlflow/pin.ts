/** MLflow at the pinned version: an image, and no operator. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of MLflow. */
export const mlflowPin = {
  name: "mlflow",
  licence: "Apache-2.0",
  source: "https://github.com/mlflow/mlflow tag v3.17.2: docker/Dockerfile.full, mlflow/cli, mlflow/server",
  // The image without "-full" has no driver of a database.
  images: { server: "ghcr.io/mlflow/mlflow:v3.17.2-full" },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
