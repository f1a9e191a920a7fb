import { type AddressInfo, createServer } from "node:net";
import fc from "fast-check";
import { commands } from "#stacks/local/control-plane/commands";
import { CONTROL_PLANE_PARTS, instanceNamed, PORT_NAMES, type Ports } from "#stacks/local/control-plane/instance";
import { nodeObject, nodeStatus } from "#stacks/local/control-plane/nodes";
import { choosePorts, isFree } from "#stacks/local/control-plane/ports";
import { commandDigest, parsePidFile } from "#stacks/local/control-plane/processes";

const PORTS: Ports = { etcd: 1, "etcd-peer": 2, "kube-apiserver": 3, "kube-controller-manager": 4, "kube-scheduler": 5, kwok: 6 };
const PROGRAMS = { etcd: "/e", "kube-apiserver": "/a", "kube-controller-manager": "/c", "kube-scheduler": "/s", kwok: "/k" };

describe("a name", () => {
  test.each(["../x", "a/b", "", "A", "x.y", "-x", "x-", "ü", "a".repeat(64), "a\u0000"])(
    "%j is refused before anything is touched",
    (name) => {
      expect(() => instanceNamed(name, "/home")).toThrow(/is no name for a control plane; use lower-case letters/);
    },
  );

  test("gives a folder inside the home", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/), (name) => {
        expect(instanceNamed(name, "/home").folder).toBe(`/home/instances/${name}`);
      }),
    );
  });
});

describe("the programs", () => {
  const calls = commands(instanceNamed("x", "/home"), PORTS, PROGRAMS);

  test.each(CONTROL_PLANE_PARTS)("%s listens on loopback only", (part) => {
    const listening = calls[part].arguments.filter((argument) => /^--(bind-address|server-address|listen-\w+-urls)=/.test(argument));

    expect(listening.length).toBeGreaterThan(0);
    expect(listening.every((argument) => /=(https:\/\/)?127\.0\.0\.1(:\d+)?$/.test(argument))).toBe(true);
  });

  test("etcd requires a client certificate", () => {
    expect(calls.etcd.arguments).toEqual(expect.arrayContaining(["--client-cert-auth=true", "--peer-client-cert-auth=true"]));
  });

  test("there is room for more Services than a small range has", () => {
    expect(calls["kube-apiserver"].arguments).toContain("--service-cluster-ip-range=10.98.0.0/16");
  });

  test("another program, port or flag is another command", () => {
    const digests = [
      calls,
      commands(instanceNamed("x", "/home"), { ...PORTS, etcd: 9 }, PROGRAMS),
      commands(instanceNamed("x", "/home"), PORTS, { ...PROGRAMS, etcd: "/other" }),
    ].map(({ etcd }) => commandDigest(etcd));

    expect(new Set(digests).size).toBe(3);
  });
});

describe("a pid file", () => {
  const stat = "77 (sh) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 4242 23";

  test("names the process, its command and its start on Linux", () => {
    expect(parsePidFile(`77\nabc\nboot\n${stat}\n`)).toEqual({ pid: 77, command: "abc", start: "boot:4242" });
  });

  test("does so elsewhere by what ps says", () => {
    expect(parsePidFile("77\nabc\nTue Nov 24 12:00:00 2026\n")).toEqual({ pid: 77, command: "abc", start: "Tue Nov 24 12:00:00 2026" });
  });

  test.each(["", "\n", "77", "77\nabc", "1\nabc\nboot\nx", "-5\nabc\nstart", "0\nabc\nstart", "x\nabc\nstart"])(
    "%j names nobody",
    (text) => {
      expect(parsePidFile(text)).toBeUndefined();
    },
  );

  test("never names a process group or the first process, whatever is in it", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parsePidFile(text)?.pid ?? 2).toBeGreaterThan(1)));
  });
});

describe("ports", () => {
  test("are all different and free", async () => {
    const chosen = Object.values(await choosePorts({ wanted: [], held: {} }));

    expect(new Set(chosen).size).toBe(PORT_NAMES.length);
    expect(await Promise.all(chosen.map(isFree))).toEqual(chosen.map(() => true));
  });

  test("stay what they were where they are free or held, and change where a stranger has them", async () => {
    const before = await choosePorts({ wanted: [], held: {} });
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as AddressInfo;

    const after = await choosePorts({ wanted: [{ ...before, etcd: port, kwok: 1 }], held: { kwok: port } });
    stranger.close();

    expect(after["kube-apiserver"]).toBe(before["kube-apiserver"]);
    expect(after.etcd).not.toBe(port);
    expect(after.kwok).toBe(port);
  });

  test("hints come before what was", async () => {
    const [hint, before] = [await choosePorts({ wanted: [], held: {} }), await choosePorts({ wanted: [], held: {} })];

    const after = await choosePorts({ wanted: [{ "kube-apiserver": hint["kube-apiserver"] }, before], held: {} });

    expect(after).toEqual({ ...before, "kube-apiserver": hint["kube-apiserver"] });
  });
});

test("a simulated node carries its pool's labels, taints and capacity", () => {
  const taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" } as const;
  const node = { name: "gpu-1", labels: { pool: "gpu" }, taints: [taint], capacity: { "nvidia.com/gpu": "8" } };

  expect(nodeObject(node)).toMatchObject({
    metadata: { labels: { pool: "gpu", "kubernetes.io/hostname": "gpu-1" } },
    spec: { taints: [taint] },
  });
  expect(nodeStatus(node)).toMatchObject({ status: { capacity: { "nvidia.com/gpu": "8" }, allocatable: { "nvidia.com/gpu": "8" } } });
});
