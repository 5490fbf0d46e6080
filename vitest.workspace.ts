import { defineConfig } from "vitest/config"

const rooms = "{packages,apps}/*/{src,test}/**"

/** Workspace packages are tested from their source, whichever of Vite's resolvers a test's world uses. */
const conditions = (...world: string[]) => {
  const resolve = { conditions: ["@sticky-uploads/source", ...world] }
  return { resolve, ssr: { resolve } }
}
// Shared machines stand still for seconds; a test that waits for nothing fails by its assertion, not its time.
const patience = { testTimeout: 30_000, hookTimeout: 30_000, expect: { poll: { timeout: 20_000 } } }
const nodeWorld = conditions("node", "development|production")
const browserWorld = conditions("browser", "module", "development|production")

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...nodeWorld,
        test: {
          name: "node",
          environment: "node",
          include: [`${rooms}/*.test.{ts,tsx}`],
          exclude: ["**/node_modules/**", "**/*.{dom,browser}.test.{ts,tsx}"],
          ...patience,
          // Of the S3 client, in each process that loads it on Node 20.
          env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
        },
      },
      {
        ...browserWorld,
        test: { ...patience, name: "jsdom", environment: "jsdom", include: [`${rooms}/*.dom.test.{ts,tsx}`] },
      },
      {
        // The tests run in Node and drive a real Chromium from outside, so they may start servers and read the disk.
        ...nodeWorld,
        test: {
          name: "browser",
          environment: "node",
          include: [`${rooms}/*.browser.test.{ts,tsx}`],
          ...patience,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: [`${rooms}/*.test-d.{ts,tsx}`],
            tsconfig: "tsconfig.types.json",
          },
        },
      },
    ],
  },
})
