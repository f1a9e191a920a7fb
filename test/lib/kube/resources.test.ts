/** Amounts of a container as Kubernetes writes them. */

import { Size } from "#lib/core/size";
import { resources } from "#lib/kube/resources";

test("a container without limits of its own may take what it asks for", () => {
  const amounts = { cpu: "250m", memory: "512Mi", "ephemeral-storage": "2Gi" };

  expect(resources({ cpu: 0.25, memory: Size.mebibytes(512), ephemeralStorage: Size.gibibytes(2) })).toEqual({
    requests: amounts,
    limits: amounts,
  });
});

test("pieces of other resources are their own limit", () => {
  const asked = resources({ cpu: 1, memory: Size.gibibytes(1), extended: { "nvidia.com/gpu": 2 } }, { memory: Size.gibibytes(2) });

  expect(asked.limits).toEqual({ memory: "2Gi", "nvidia.com/gpu": "2" });
});

test("a limit that is not named is none", () => {
  expect(resources({ cpu: 1, memory: Size.gibibytes(1) }, { memory: Size.gibibytes(2) })).toEqual({
    requests: { cpu: "1", memory: "1Gi" },
    limits: { memory: "2Gi" },
  });
});
