import type { NextConfig } from "next"

const headers = {
  "Content-Security-Policy": [
    "default-src 'self'",
    // Next writes scripts into the page. Nonces would need a proxy in front of every page.
    `script-src 'self' 'unsafe-inline'${process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
}

const config: NextConfig = {
  poweredByHeader: false,
  // Not of saved files, which have stricter ones of their own.
  headers: async () => [
    { source: "/((?!uploads/).*)", headers: Object.entries(headers).map(([key, value]) => ({ key, value })) },
  ],
  // A form without JavaScript brings its files itself, and Next holds all of it in memory. What is larger, the proxy refuses.
  experimental: { serverActions: { bodySizeLimit: "10mb" } },
}

export default config
