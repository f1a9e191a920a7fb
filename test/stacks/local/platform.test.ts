import { refuseWindows } from "#stacks/local/platform";

test.each(["linux", "darwin"])("%s is supported", (platform) => {
  expect(() => refuseWindows(platform)).not.toThrow();
});

test("Windows is refused, with what to do instead", () => {
  expect(() => refuseWindows("win32")).toThrow(/^Windows is not supported; run beamstack-iac in WSL 2 /);
});
