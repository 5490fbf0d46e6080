import { tmpdir } from "node:os"
import { join } from "node:path"

const sources = "packages/sticky-uploads/src"

export default {
  mutate: [
    `${sources}/{core,server/receive}/**/*.ts`,
    `${sources}/server/keyring.ts`,
    `!${sources}/**/*.{test,test-d,d}.ts`,
  ],
  ignorePatterns: ["apps", "decisions", "dist"],
  // Mutants live in copies: nothing in the checkout changes.
  tempDirName: join(tmpdir(), "sticky-uploads-mutation"),
  cleanTempDir: "always",
  testRunner: "vitest",
  vitest: { configFile: "mutation/vitest.config.mjs" },
  coverageAnalysis: "perTest",
  concurrency: 2,
  // Beside what the tests took when nothing was wrong.
  timeoutMS: 10_000,
  reporters: ["clear-text"],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
}
