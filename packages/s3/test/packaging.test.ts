import { describePackedPackage } from "../../sticky-uploads/test/support/packed-package.js"

describePackedPackage(new URL("..", import.meta.url), "tsconfig.server.json", [
  "@aws-sdk/client-s3",
  "sticky-uploads",
  "sticky-uploads/server",
])
