/** Reads of D1 that a page makes in one call. */

export type Row = Readonly<Record<string, unknown>>

/** Statements, and what their results say. */
export type Reading<T> = {
  readonly statements: readonly D1PreparedStatement[]
  readonly answer: (results: readonly D1Result<Row>[]) => T
}

/** One batch, whatever the number of readings; of one that is null the answer is null. */
export async function readTogether<T extends readonly (Reading<unknown> | null)[]>(
  db: D1Database,
  readings: readonly [...T],
): Promise<{
  readonly [K in keyof T]: T[K] extends Reading<infer Answer> | null ? Answer | Extract<T[K], null> : never
}> {
  const results = await db.batch<Row>(readings.flatMap((reading) => reading?.statements ?? []))
  let at = 0
  const answers = readings.map((reading) => {
    if (reading === null) return null
    const its = results.slice(at, at + reading.statements.length)
    at += reading.statements.length
    return reading.answer(its)
  })
  return answers as never
}

export function recordIn<T>({ record }: Row): T {
  return JSON.parse(String(record)) as T
}
