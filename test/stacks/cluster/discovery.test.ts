/** Discovery asks once a group version, and again only for what it lacks. */

import type { JsonValue } from "#lib/core/json";
import { ApiError, NoMatchError } from "#stacks/cluster/api-error";
import { Discovery } from "#stacks/cluster/discovery";

const resource = (name: string, kind: string, namespaced = true) => ({ name, kind, namespaced });

function server(answers: Record<string, readonly JsonValue[]>) {
  const asked: string[] = [];
  const discovery = new Discovery(async (path) => {
    asked.push(path);
    const list = answers[path];
    if (!list) throw new ApiError(404, "NotFound", "no such group");
    const index = asked.filter((other) => other === path).length - 1;
    return { resources: list[Math.min(index, list.length - 1)] ?? [] };
  });
  return { asked, discovery };
}

describe("discovery", () => {
  it("asks the legacy group below /api and others below /apis, once each however many ask", async () => {
    const { asked, discovery } = server({
      "/api/v1": [[resource("pods", "Pod"), resource("pods/eviction", "Eviction"), resource("nodes", "Node", false)]],
      "/apis/apps/v1": [[resource("deployments", "Deployment")]],
    });

    const found = await Promise.all([
      discovery.resolve("v1", "Pod"),
      discovery.resolve("v1", "Node"),
      discovery.resolve("apps/v1", "Deployment"),
      discovery.resolve("v1", "Pod"),
    ]);

    expect(found.map(({ plural, namespaced }) => [plural, namespaced])).toEqual([
      ["pods", true],
      ["nodes", false],
      ["deployments", true],
      ["pods", true],
    ]);
    expect(asked).toEqual(["/api/v1", "/apis/apps/v1"]);
  });

  it("takes no subresource for a kind", async () => {
    const { discovery } = server({ "/api/v1": [[resource("pods/eviction", "Eviction")]] });

    await expect(discovery.resolve("v1", "Eviction")).rejects.toThrow(NoMatchError);
  });

  it("asks again for a kind that was missing: its definition may be there now", async () => {
    const { asked, discovery } = server({
      "/apis/a.b/v1": [[resource("ones", "One")], [resource("ones", "One"), resource("twos", "Two")]],
    });

    await discovery.resolve("a.b/v1", "One");
    await expect(discovery.resolve("a.b/v1", "Two")).resolves.toEqual({ plural: "twos", namespaced: true });
    expect(asked).toHaveLength(2);
  });

  it("reports a kind, or a whole group, that does not exist", async () => {
    const { discovery } = server({});

    await expect(discovery.resolve("a.b/v1", "One")).rejects.toThrow('no matches for kind "One" in version "a.b/v1"');
  });

  it("does not remember a failure", async () => {
    let calls = 0;
    const discovery = new Discovery(async () => {
      calls += 1;
      if (calls === 1) throw new ApiError(503, "", "down");
      return { resources: [resource("pods", "Pod")] };
    });

    await expect(discovery.resolve("v1", "Pod")).rejects.toThrow("down");
    await expect(discovery.resolve("v1", "Pod")).resolves.toMatchObject({ plural: "pods" });
  });
});
