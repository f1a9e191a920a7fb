import { type ProgressEvent, progressLine, step } from "#stacks/local/progress";

const AT = { part: "etcd", step: "build" };

test.each([
  [{ ...AT, state: "began", elapsedMs: 0 }, "etcd: build ..."],
  [{ ...AT, state: "running", elapsedMs: 4000, detail: "12 packages compiled" }, "etcd: build still runs, 4.0 s (12 packages compiled)"],
  [{ ...AT, state: "running", elapsedMs: 42_400 }, "etcd: build still runs, 42 s"],
  [{ ...AT, state: "done", elapsedMs: 215_000 }, "etcd: build done in 3 min 35 s"],
  [{ ...AT, state: "failed", elapsedMs: 59_700 }, "etcd: build failed after 1 min 0 s"],
] as const)("an event is one line: %j", (event: ProgressEvent, line) => {
  expect(progressLine(event)).toBe(line);
});

describe("a step", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("says that it began, that it still runs at least every five seconds, and that it is done", async () => {
    const events: ProgressEvent[] = [];
    let finish = (_: string): void => {};

    const result = step(
      (event) => events.push(event),
      AT,
      (tell) => {
        tell("half");
        return new Promise<string>((resolve) => (finish = resolve));
      },
    );
    jest.advanceTimersByTime(10_000);
    finish("built");

    expect(await result).toBe("built");
    expect(events.map(({ state, elapsedMs, detail }) => [state, elapsedMs, detail])).toEqual([
      ["began", 0, undefined],
      ["running", 4000, "half"],
      ["running", 8000, "half"],
      ["done", 10_000, "half"],
    ]);
    jest.advanceTimersByTime(60_000);
    expect(events).toHaveLength(4);
  });

  test("says that it failed, and fails", async () => {
    const events: ProgressEvent[] = [];

    await expect(
      step(
        (event) => events.push(event),
        AT,
        () => Promise.reject(new Error("no space")),
      ),
    ).rejects.toThrow("no space");

    expect(events.map(({ state }) => state)).toEqual(["began", "failed"]);
  });
});
