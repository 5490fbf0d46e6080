import { table } from "../site/table.js"
import type { Report } from "./run.js"

/** The rows of the table: what is counted, and how the report has it. */
const lines = (report: Report): [string, number][] => [
  ["kills", report.kills],
  ["  at a step of the server's own", report.killsAtSteps],
  ["uploads answered with a token", report.uploads],
  ["uploads cut by a kill", report.uploadsCut],
  ["submits accepted", report.accepted],
  ["submits refused after their promote", report.refused],
  ["submits cut by a kill", report.submitsCut],
  ["  tried again: accepted", report.acceptedAgain],
  ["  tried again: used, and its row is there", report.foundUsed],
  ["calls killed after their row, before their end", report.unended],
  ["files promoted without a row, then swept", report.orphans],
  ["files left unfinished, then swept", report.unfinished],
  ["violations", report.violations.length],
]

export const tableOf = (report: Report): string => table(lines(report))
