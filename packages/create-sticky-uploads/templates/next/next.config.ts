import type { NextConfig } from "next"

const config: NextConfig = {
  // With JavaScript off the form brings its file itself, and Next holds all of it in memory.
  experimental: { serverActions: { bodySizeLimit: "6mb" } },
}

export default config
