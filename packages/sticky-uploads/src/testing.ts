/**
 * For tests of any runner: what every storage has to hold, and a hostile corpus against an upload endpoint.
 * @module
 */

export type { AttackAnswer } from "./testing/attack/answer.js"
export { attackUploadEndpoint } from "./testing/attack/attack.js"
export type { AttackCame, AttackExpected } from "./testing/attack/case.js"
export type { Taken } from "./testing/attack/endpoint.js"
export type { Look } from "./testing/attack/lookout.js"
export type { AttackOptions } from "./testing/attack/options.js"
export { type AttackReport, type AttackRow, type AttackVerdict, attackTable } from "./testing/attack/report.js"
export { type ContractCase, storageContract } from "./testing/storage-contract.js"
