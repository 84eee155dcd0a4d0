/** An expected reason not to go on: said in one line, without a stack. Exit 2 is for settings, 1 for the rest. */
export class Refusal extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.name = 'Refusal'
    this.exitCode = exitCode
  }
}

/** Ends the process the way every script here ends it: one line on stderr, or the stack of what nobody expected. */
export function exitBecause(error: unknown): never {
  if (error instanceof Refusal) {
    console.error(`latchkey: ${error.message}`)
    process.exit(error.exitCode)
  }
  console.error(error)
  process.exit(1)
}
