/** Which texts are secrets in any object. */

import { secretPlaces } from "#lib/core/secret-text";
import { CANARY, HARMLESS, PLANTED } from "../../fixtures/secrets/values";

test.each(Object.entries(PLANTED))("finds %s once and does not show it", (_name, value) => {
  expect(secretPlaces(value)).toHaveLength(1);
  expect(JSON.stringify(secretPlaces(value))).not.toMatch(new RegExp(`${CANARY}|19283746`, "i"));
});

test.each(Object.entries(HARMLESS))("takes %s for none", (_name, value) => {
  expect(secretPlaces(value)).toEqual([]);
});

test("there are at least forty of each", () => {
  expect(Object.keys(PLANTED).length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(HARMLESS).length).toBeGreaterThanOrEqual(40);
});
