// Runs in workerd: the database of the D1 binding. It has the limits that D1 has, since storage.sql has them. What one
// turn of the event loop writes is committed at once, and no answer leaves before its commit.

import { DurableObject } from 'cloudflare:workers'

const READS = /^\s*SELECT\b/i

export class D1DatabaseObject extends DurableObject {
  // To learn any of these takes a query. null: unknown since the last write, or since a failure.
  #bytes = null
  #changes = null
  #lastRow = 0

  /**
   * Takes a query or an array of them as JSON, `{sql, params}`; an array is one transaction. Returns JSON as D1 answers it:
   * a result for each query, or `{success: false, error}`.
   */
  answer(text, format) {
    const asked = JSON.parse(text)
    const queries = Array.isArray(asked) ? asked : [asked]
    try {
      const run = () => queries.map((query) => this.#run(query, format))
      const isReading = queries.every(({ sql }) => READS.test(sql))
      const results = isReading ? run() : this.ctx.storage.transactionSync(run)
      if (!isReading) this.#bytes = null
      this.#bytes ??= this.ctx.storage.sql.databaseSize
      for (const { meta } of results) meta.size_after = this.#bytes
      return JSON.stringify(results)
    } catch (error) {
      this.#bytes = null
      this.#changes = null
      return JSON.stringify({ success: false, error: error.message })
    }
  }

  #run({ sql, params }, format) {
    const { sql: database } = this.ctx.storage
    const isReading = READS.test(sql)
    const changesBefore = isReading ? 0 : (this.#changes ?? this.#countChanges())
    const began = performance.now()
    const cursor = database.exec(sql, ...(params ?? []).map(toSql))
    const columns = cursor.columnNames
    const rows = Array.from(cursor.raw(), toJson)
    const duration = performance.now() - began
    const changes = isReading ? 0 : this.#countChanges() - changesBefore
    return {
      success: true,
      results: format === 'ROWS_AND_COLUMNS' ? { columns, rows } : rows.map((row) => toObject(columns, row)),
      meta: {
        served_by: 'latchkey',
        duration,
        changes,
        last_row_id: this.#lastRow,
        changed_db: cursor.rowsWritten > 0,
        rows_read: cursor.rowsRead,
        rows_written: cursor.rowsWritten,
      },
    }
  }

  /** All since the database was opened. */
  #countChanges() {
    const [[total, last]] = this.ctx.storage.sql.exec('SELECT total_changes(), last_insert_rowid()').raw()
    this.#lastRow = last
    this.#changes = total
    return total
  }
}

/** Bytes are an array of numbers in JSON. */
function toSql(value) {
  return Array.isArray(value) ? new Uint8Array(value).buffer : value
}

function toJson(row) {
  return row.map((value) => (value instanceof ArrayBuffer ? Array.from(new Uint8Array(value)) : value))
}

function toObject(columns, row) {
  return Object.fromEntries(columns.map((name, i) => [name, row[i]]))
}

export default { fetch: () => new Response(null, { status: 404 }) }
