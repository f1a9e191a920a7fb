import fc from "fast-check";
import { bytesPerToken, cudaMemory, type FitSettings, gpuDemand, sequencesThatFit, weightsOf } from "#lib/components/kserve/fit";
import { Size } from "#lib/core/size";

const precisions = ["float32", "bfloat16", "fp8", "int4"] as const;

const shapes = fc.record({
  parameters: fc.double({ min: 0.1, max: 500, noNaN: true }),
  layers: fc.integer({ min: 1, max: 120 }),
  attentionHeads: fc.integer({ min: 1, max: 128 }),
  keyValueHeads: fc.option(fc.integer({ min: 1, max: 128 }), { nil: undefined }),
  headSize: fc.constantFrom(64, 80, 96, 128, 256),
  weights: fc.constantFrom(...precisions),
});

const services: fc.Arbitrary<FitSettings> = fc.record({
  shape: shapes,
  contextLength: fc.integer({ min: 128, max: 200_000 }),
  concurrentSequences: fc.integer({ min: 1, max: 512 }),
  tensorParallel: fc.constantFrom(1, 2, 4, 8),
  pipelineParallel: fc.constantFrom(1, 2, 4),
  keyValueCache: fc.constantFrom("auto", "fp8"),
  gpuWorkspace: fc.integer({ min: 1, max: 8 }).map((amount) => Size.gibibytes(amount)),
  adapters: fc.constant({}),
});

const sum = (service: FitSettings) => gpuDemand(service).sum;

describe("the GPU memory of a language model", () => {
  it("grows with context, sequences and precision, and never with parallelism", () => {
    fc.assert(
      fc.property(services, fc.integer({ min: 1, max: 4096 }), (service, more) => {
        const { contextLength, concurrentSequences, shape, tensorParallel, pipelineParallel } = service;
        const fewerBits = precisions[precisions.indexOf(shape.weights as (typeof precisions)[number]) + 1];

        expect(sum({ ...service, contextLength: contextLength + more })).toBeGreaterThan(sum(service));
        expect(sum({ ...service, concurrentSequences: concurrentSequences + more })).toBeGreaterThan(sum(service));
        if (fewerBits) expect(sum({ ...service, shape: { ...shape, weights: fewerBits } })).toBeLessThan(sum(service));
        expect(sum({ ...service, keyValueCache: "fp8" })).toBeLessThanOrEqual(sum(service));
        expect(sum({ ...service, tensorParallel: tensorParallel * 2 })).toBeLessThan(sum(service));
        expect(sum({ ...service, pipelineParallel: pipelineParallel * 2 })).toBeLessThan(sum(service));
      }),
    );
  });

  it("says how many sequences fit: so many do, one more does not", () => {
    fc.assert(
      fc.property(services, fc.integer({ min: 8, max: 640 }), (service, memory) => {
        const usable = Size.gibibytes(memory).bytes;
        const most = sequencesThatFit(service, usable);
        fc.pre(most >= 1);

        expect(sum({ ...service, concurrentSequences: most })).toBeLessThanOrEqual(usable * (1 + 1e-9));
        expect(sum({ ...service, concurrentSequences: most + 1 })).toBeGreaterThan(usable * (1 - 1e-9));
      }),
    );
  });

  it("counts no more of an L4 than CUDA has", () => {
    expect(cudaMemory(Size.gibibytes(24)).bytes).toBeLessThanOrEqual(23_580_639_232);
  });

  it("is that of Qwen2.5-7B: 14.2 GiB of weights, and 56 KiB for each token", () => {
    const shape = { parameters: 7.62, layers: 28, attentionHeads: 28, keyValueHeads: 4, headSize: 128, weights: "bfloat16" } as const;
    const service = {
      shape,
      contextLength: 32_768,
      concurrentSequences: 1,
      tensorParallel: 1,
      pipelineParallel: 1,
      keyValueCache: "auto",
      gpuWorkspace: Size.gibibytes(2),
      adapters: {},
    } as const;

    expect((weightsOf(shape).bytes / 1024 ** 3).toFixed(1)).toBe("14.2");
    expect(bytesPerToken(service)).toBe(56 * 1024);
    expect(gpuDemand(service).keyValueCache).toBe(Size.gibibytes(1.75).bytes);
  });
});
