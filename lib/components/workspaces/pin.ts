/** Workspaces: the editors, the catalogue of frameworks, and no operator. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of workspaces. */
export const workspacesPin = {
  name: "workspaces",
  licence: "BSD-3-Clause, MIT (code-server)",
  source:
    "https://github.com/jupyter/docker-stacks wiki 2026-08 and docs/using/selecting.md; https://github.com/jupyter-server/jupyter_server tag v2.21.1; https://github.com/coder/code-server tag v4.139.1",
  // Weekly builds of the Jupyter Docker Stacks: a tag with a date is built once.
  images: {
    scipy: "quay.io/jupyter/scipy-notebook:2026-08-24",
    pytorch: "quay.io/jupyter/pytorch-notebook:2026-08-24",
    pytorchCuda: "quay.io/jupyter/pytorch-notebook:cuda12-2026-08-24",
    tensorflow: "quay.io/jupyter/tensorflow-notebook:2026-08-24",
    tensorflowCuda: "quay.io/jupyter/tensorflow-notebook:cuda-2026-08-24",
    codeServer: "docker.io/codercom/code-server:4.139.1",
  },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
