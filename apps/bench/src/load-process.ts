import { type Job, runJob } from "./load/job.js"
import { serveParent } from "./serve-parent.js"

serveParent<Job>(runJob)
