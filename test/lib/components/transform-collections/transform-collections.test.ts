import { EMBEDDED, places } from "../../../fixtures/platform";
import { garden } from "./locks";

test("refuses a name that leaves no room for that of its job", () => {
  const [file, name] = ["collections/garden.json", "a".repeat(41)];
  const transformCollections = { [name]: { lock: file, place: { type: "volume" } } };

  expect(places({ ...EMBEDDED, transformCollections }, { [file]: JSON.stringify(garden) })).toContainEqual({
    id: "transform-collections.name",
    path: `transformCollections.${name}`,
  });
});
