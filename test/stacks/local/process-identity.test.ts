import { identify, isAlive, startFromStat } from "#stacks/local/process-identity";

/** A line of `/proc/<pid>/stat`: the 22nd field is the start time. */
function stat(name: string, state: string, start: number): string {
  return `77 (${name}) ${state} ${[4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].join(" ")} ${start} 23 24`;
}

test("this process is alive under its own identity", () => {
  const self = identify(process.pid);

  expect(self?.pid).toBe(process.pid);
  expect(self && isAlive(self)).toBe(true);
});

test("a process that started at another time under the same pid is another one", () => {
  expect(isAlive({ pid: process.pid, start: "some-boot:1" })).toBe(false);
});

test("an unused pid has no identity", () => {
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});

test.each(["etcd", "a b", "x) S 1 (y", ")))"])("the start time is found behind a program called %j", (name) => {
  expect(startFromStat("boot\n", stat(name, "S", 4242))).toBe("boot:4242");
});

test("a zombie has ended", () => {
  expect(startFromStat("boot", stat("etcd", "Z", 4242))).toBeUndefined();
});

test("the same ticks after another boot are another process", () => {
  expect(startFromStat("one", stat("etcd", "S", 1))).not.toBe(startFromStat("two", stat("etcd", "S", 1)));
});
