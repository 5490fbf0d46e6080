import { join } from "node:path"
import { defineConfig } from "vitest/config"

const home = join(import.meta.dirname, "../packages/sticky-uploads")
const resolve = { conditions: ["@sticky-uploads/source", "module", "node", "development|production"] }

// The tests that judge a mutant: those beside the code.
export default defineConfig({
  resolve: {
    ...resolve,
    // To the sources beside the tests, which are mutated, and not by node_modules to those that are not.
    alias: [
      { find: /^sticky-uploads$/, replacement: join(home, "src/index.ts") },
      { find: /^sticky-uploads\/([a-z]+)$/, replacement: join(home, "src/$1.ts") },
    ],
  },
  ssr: { resolve },
  test: {
    include: [
      "packages/sticky-uploads/src/{client,core,locales,zod,server/receive}/**/*.test.ts",
      "packages/sticky-uploads/src/server/keyring.test.ts",
    ],
    exclude: ["**/*.{dom,browser}.test.ts"],
    testTimeout: 60_000,
  },
})
