/** Four projects: `unit` starts no process but the gates that it tests, `e2e` starts the real parts it needs, `operators` real operators, `programs` real products. */
const shared = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }] },
  moduleNameMapper: {
    "^#(lib|charts|stacks)/(.*)$": "<rootDir>/$1/$2",
    "^beamstack-iac$": "<rootDir>/index",
    // Tests of processes load environment files with the real one.
    "^jiti$": "<rootDir>/test/fixtures/jiti",
  },
  setupFilesAfterEnv: ["<rootDir>/test/fixtures/patience.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
};

module.exports = {
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/**/*.test.ts"] },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/**/*.e2e.ts"] },
    { ...shared, displayName: "operators", testMatch: ["<rootDir>/test/operators/*.operator.ts"] },
    { ...shared, displayName: "programs", testMatch: ["<rootDir>/test/lib/components/*/*.program.ts"] },
  ],
};
