/** Sizes, durations and images: what is printed means what was put in. */

import fc from "fast-check";
import { Duration } from "#lib/core/duration";
import { formatImage, isPinned, mirrorImage, parseImage } from "#lib/core/image-ref";
import { Size } from "#lib/core/size";

const FACTORS: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, "": 1 };
const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

function readBack(text: string, factors: Readonly<Record<string, number>>): number {
  const [, amount = "", unit = ""] = /^(\d+)(\D*)$/.exec(text) ?? [];
  return Number(amount) * (factors[unit] ?? Number.NaN);
}

test("a size as a quantity is the same number of bytes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (kib) => expect(readBack(Size.kibibytes(kib).toString(), FACTORS)).toBe(kib * 1024)),
  );
});

test("a duration as Go text is the same number of seconds", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 8 }), (s) => expect(readBack(Duration.seconds(s).toString(), SECONDS)).toBe(s)));
});

test.each([0, -1, 0.0001, Number.NaN, Number.POSITIVE_INFINITY])("an amount of %p is no valid size and no valid duration", (amount) => {
  expect(Size.gibibytes(amount === 0.0001 ? 1 / 3 : amount).valid).toBe(false);
  expect(Duration.seconds(amount).valid).toBe(false);
});

test.each([
  ["flink:2.2.1", "docker.io/library/flink:2.2.1"],
  ["apache/beam_python3.11_sdk:2.77.0", "docker.io/apache/beam_python3.11_sdk:2.77.0"],
  ["localhost:5000/a/b:1", "localhost:5000/a/b:1"],
  [`quay.io/x/y@sha256:${"0".repeat(64)}`, `quay.io/x/y@sha256:${"0".repeat(64)}`],
])("%s names its registry as %s", (text, full) => {
  const image = parseImage(text);

  expect(image && formatImage(image)).toBe(full);
});

test.each(["", "UPPER/case:1", "a b:1", "x:y:z", "a/../b:1", "-x:1"])("%p is no image", (text) => {
  expect(parseImage(text)).toBeUndefined();
});

test("latest and no tag are not pinned", () => {
  const pinned = ["a:latest", "a", "a:1", `a@sha256:${"1".repeat(64)}`].map((text) => {
    const image = parseImage(text);
    return image !== undefined && isPinned(image);
  });

  expect(pinned).toEqual([false, false, true, true]);
});

test("a mirrored image keeps repository, tag and digest", () => {
  const image = parseImage("quay.io/jetstack/cert-manager-webhook:v1.21.1");

  expect(image && formatImage(mirrorImage(image, "mirror.example.com:5000/ml"))).toBe(
    "mirror.example.com:5000/ml/jetstack/cert-manager-webhook:v1.21.1",
  );
});
