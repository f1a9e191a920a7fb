/** What Beam refuses, told without Beam: each document of the agreement with Beam, by the id of its problem. */

import { validatePipeline } from "#lib/beam/validate";
import { isError } from "#lib/core/problem";
import { DOCUMENTS } from "../../stacks/beam/documents";

test.each(Object.entries(DOCUMENTS))("%s", (_name, { text, refused }) => {
  const result = validatePipeline(text, "p");

  const ids = result.ok ? [] : result.problems.filter(isError).map(({ id }) => id);
  expect([...new Set(ids)]).toEqual(refused === undefined ? [] : [refused]);
});
