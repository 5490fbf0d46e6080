import { table } from "../site/table.js"
import type { Report } from "./run.js"

/** The rows of the table: what is counted, and how the report has it. */
const lines = (report: Report): [string, number][] => [
  ["forms", report.forms],
  ["kills", report.kills],
  ["  at a step of the server's own", report.killsAtSteps],
  ["secrets taken out", report.rotations],
  ["files picked", report.picks],
  ["  cut, and picked again", report.picksCut],
  ["forms shown again for want of a title", report.failed],
  ["  cut, and sent again", report.failsCut],
  ["submits accepted", report.accepted],
  ["  by another process than took the file", report.crossed],
  ["submits cut", report.submitsCut],
  ["  tried again: accepted", report.acceptedAgain],
  ["  tried again: used or over, and its row is there", report.foundUsed],
  ["  tried again: held for a minute", report.busy],
  ["tokens that expired, their files picked anew", report.expired],
  ["files promoted without a row, then swept", report.orphans],
  ["staged files and marks, swept", report.staged],
  ["files left unfinished, then swept", report.unfinished],
  ["violations", report.violations.length],
]

export const tableOf = (report: Report): string => table(lines(report))
