/** Sources of the generated facts: the pins of all components and of the embedded control plane. */

import { catalog } from "#lib/components/registry";
import { compareText } from "#lib/core/order";
import type { ChartSource, CrdSource } from "#lib/kube/pin";

const sources = catalog.flatMap(({ pin }) => pin.imports ?? []);

/** The simulator of the embedded control plane. */
const KWOK: CrdSource = {
  product: "kwok",
  version: "0.7.0",
  licence: "Apache-2.0",
  source: { registry: "go", module: "sigs.k8s.io/kwok", version: "v0.7.0", path: "kustomize/crd/bases/kwok.x-k8s.io_stages.yaml" },
};

/** Products whose CRDs are imported, in alphabetical order. */
export const PRODUCTS: readonly CrdSource[] = [...sources.flatMap(({ crds = [] }) => crds), KWOK].sort((a, b) =>
  compareText(a.product, b.product),
);

/** Charts whose value names are imported, in alphabetical order. */
export const CHARTS: readonly ChartSource[] = sources.flatMap(({ charts = [] }) => charts).sort((a, b) => compareText(a.chart, b.chart));
