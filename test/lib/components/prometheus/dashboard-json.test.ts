/** A dashboard in Grafana's JSON. */

import fc from "fast-check";
import { dashboardJson } from "#lib/components/prometheus/dashboard-json";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { DashboardRow, Panel } from "#lib/kube/monitoring";

const panel: fc.Arbitrary<Panel> = fc.record({
  title: fc.string(),
  type: fc.constantFrom("series", "number"),
  unit: fc.constant("short"),
  description: fc.string(),
  queries: fc.constant({ a: "up" }),
});
const rows: fc.Arbitrary<DashboardRow[]> = fc.array(fc.record({ title: fc.string(), panels: fc.array(panel, { maxLength: 12 }) }), {
  maxLength: 5,
});

function panelsOf(content: DashboardRow[]): JsonObject[] {
  const { panels } = dashboardJson({ uid: "x", title: "X", variables: [], rows: content });
  return Array.isArray(panels) ? panels.filter(isJsonObject) : [];
}

function grid(one: JsonObject): { x: number; y: number; w: number; h: number } {
  const at = (key: string) => Number(valueAt(one, ["gridPos", key]) as JsonValue);
  return { x: at("x"), y: at("y"), w: at("w"), h: at("h") };
}

test("no two panels cover each other, and none leaves the grid", () => {
  fc.assert(
    fc.property(rows, (content) => {
      const boxes = panelsOf(content).map(grid);

      expect(boxes.filter(({ x, w }) => x < 0 || x + w > 24)).toEqual([]);
      const overlaps = boxes.flatMap((a, i) =>
        boxes.slice(i + 1).filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h),
      );
      expect(overlaps).toEqual([]);
    }),
  );
});

test("ids of panels are unique", () => {
  fc.assert(
    fc.property(rows, (content) => {
      const ids = panelsOf(content).map(({ id }) => id);

      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

test("a variable offers the values of its label, all of them first", () => {
  const json = dashboardJson({ uid: "x", title: "X", variables: [{ name: "cluster", metric: "up", label: "app" }], rows: [] });

  expect(valueAt(json, ["templating", "list", 0])).toMatchObject({ name: "cluster", definition: "label_values(up, app)", allValue: ".*" });
});
