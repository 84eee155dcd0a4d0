import { BrokenPromise } from './broken-promise.ts'

export type Report = {
  /** One line of the table; remembered as broken when the two differ. */
  check(promise: string, got: string | number, wanted: string | number): void
  /** Throws a BrokenPromise that names all that were broken. */
  conclude(): void
}

export function openReport(write: (line: string) => void): Report {
  const broken: string[] = []
  return {
    check(promise, got, wanted) {
      const isKept = got === wanted
      if (!isKept) broken.push(promise)
      const result = isKept ? `${got}` : `${got}, not ${wanted}`
      write(`  ${isKept ? '✓' : '✗'} ${promise.padEnd(58)} ${result}`)
    },
    conclude() {
      if (broken.length > 0) throw new BrokenPromise(`broken: ${broken.join('; ')}`)
    },
  }
}
