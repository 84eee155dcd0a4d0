export type Tally = {
  /** Of the ledger, by redemptions. */
  calls: number
  alarms: number
  ledgerRowsRead: number
  /** Setting an alarm is billed as a row. */
  ledgerRowsWritten: number
  ledgerBytes: number
  databaseCalls: number
  databaseRowsRead: number
  databaseRowsWritten: number
  databaseBytes: number
  /** While a ledger had anything to do; several calls at a time count once. */
  activeMs: number
}

export const tally: Tally = {
  calls: 0,
  alarms: 0,
  ledgerRowsRead: 0,
  ledgerRowsWritten: 0,
  ledgerBytes: 0,
  databaseCalls: 0,
  databaseRowsRead: 0,
  databaseRowsWritten: 0,
  databaseBytes: 0,
  activeMs: 0,
}

/** A cursor knows its rows only once it was read to its end, so they are added up when they are asked for. */
export const cursors: { readonly rowsRead: number; readonly rowsWritten: number }[] = []

let active = 0
let since = 0

export function begin(): void {
  if (active++ === 0) since = Date.now()
}

export function end(): void {
  if (--active === 0) tally.activeMs += Date.now() - since
}

/** What was counted since the isolate's start. */
export function takeTally(): Tally {
  for (const { rowsRead, rowsWritten } of cursors) {
    tally.ledgerRowsRead += rowsRead
    tally.ledgerRowsWritten += rowsWritten
  }
  cursors.length = 0
  return tally
}
