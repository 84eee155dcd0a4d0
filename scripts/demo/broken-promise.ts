import { Refusal } from '../lib/cli/refusal.ts'

/** The server did what Latchkey promises that it never does; the message says which promise. */
export class BrokenPromise extends Refusal {
  override readonly name = 'BrokenPromise'
}

export function expectStatus(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw new BrokenPromise(`${what} answered ${got}, not ${wanted}`)
}
