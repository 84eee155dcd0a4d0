/**
 * Which deployment a ledger or an inbox belongs to: to the D1 of another one it does not exist, and it tells that nothing.
 * D1 is asked when an operator changes something and before a delivery, and never by a redemption: no code of this ledger
 * opens under the keyring of another D1.
 */
import { errorLine } from '../../../core/kernel/log-line.ts'
import { deploymentId } from '../../d1/deployment/deployment-id.ts'
import { schemaVersion } from './migrations.ts'
import type { OutboxSource } from './outbox-relay.ts'

/** `unknown`: D1 has not answered yet, or there is no ledger or inbox here. */
type Belonging = 'unknown' | 'ours' | 'foreign'

export class Home {
  readonly #sql: SqlStorage
  readonly #db: D1Database
  /** For the log. */
  readonly #name: () => string
  #belonging: Belonging = 'unknown'

  constructor(sql: SqlStorage, db: D1Database, name: () => string) {
    this.#sql = sql
    this.#db = db
    this.#name = name
  }

  get isForeign(): boolean {
    return this.#belonging === 'foreign'
  }

  /** Asks D1 until that has answered. An object without an id, new or of an older release, takes the one that D1 has. */
  async ask(): Promise<Belonging> {
    if (this.#belonging !== 'unknown') return this.#belonging
    const id = await deploymentId(this.#db).catch(() => null)
    if (id === null || schemaVersion(this.#sql) === 0) return 'unknown'
    const [own] = this.#sql.exec<{ id: string }>('SELECT id FROM deployment').toArray()
    if (!own) this.#sql.exec('INSERT INTO deployment (id) VALUES (?)', id)
    this.#belonging = !own || own.id === id ? 'ours' : 'foreign'
    if (this.#belonging === 'foreign') {
      console.error(
        errorLine('belongs to another deployment than this D1: restore the D1 of its own', {
          object: this.#name(),
        }),
      )
    }
    return this.#belonging
  }

  /** What it has for D1 goes to its own. */
  guard(source: OutboxSource): OutboxSource {
    return {
      ...source,
      drain: async () => source.isEmpty() || ((await this.ask()) === 'ours' && (await source.drain())),
    }
  }
}
