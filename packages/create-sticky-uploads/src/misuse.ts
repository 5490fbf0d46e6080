/** What the person who typed the command can put right. */
export class Misuse extends Error {}
