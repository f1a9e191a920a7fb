import { OLDEST_NODE, refuseOldNode, refuseWindows } from "#stacks/local/platform";
import { engines } from "../../../package.json";

test.each(["linux", "darwin"])("%s is supported", (platform) => {
  expect(() => refuseWindows(platform)).not.toThrow();
});

test("Windows is refused, with what to do instead", () => {
  expect(() => refuseWindows("win32")).toThrow(/^Windows is not supported; run beamstack-iac in WSL 2 /);
});

test("an old Node is refused in one line, the oldest of package.json is not", () => {
  expect(() => refuseOldNode("18.20.8")).toThrow("Node 18.20.8 is too old; install Node 20.19 or newer");
  expect(() => refuseOldNode(OLDEST_NODE)).not.toThrow();
  expect(engines.node).toBe(`>=${OLDEST_NODE.replace(/\.0$/, "")}`);
});
