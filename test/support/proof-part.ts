import { expect } from 'vitest'
import { brokenIn, type Part } from '../../scripts/proof/report.ts'

/** A part of `npm run proof`, in its short form. */
export async function expectHeld(part: Promise<Part>): Promise<void> {
  expect(brokenIn([await part])).toEqual([])
}

/** No progress is shown. */
export const SILENT = { begin: () => {}, step: () => {}, end: () => {} }

/** A part is hundreds of requests one after the other, and several starts. */
export const LIMIT = { timeout: 600_000 }
