import { table } from "../site/table.js"
import type { Report } from "./run.js"

const lines = (report: Report): [string, number][] => [
  ["faults", report.faults],
  ["uploads answered with a token", report.uploads],
  ["uploads refused for a fault", report.uploadsFailed],
  ["submits accepted", report.accepted],
  ["  after an earlier one had failed", report.acceptedAgain],
  ["submits refused by the app after their promote", report.refused],
  ["submits refused for a fault", report.submitsFailed],
  ["submits while a failed one held the file", report.busy],
  ["uploads of parts not ended before the sweep", report.unended],
  ["  swept", report.unfinished],
  ["files promoted without a row, then swept", report.orphans],
  ["staged files and marks swept", report.staged],
  ["violations", report.violations.length],
]

export const tableOf = (report: Report): string => table(lines(report))
