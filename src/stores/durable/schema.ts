/**
 * A ledger's tables, as an append-only list of steps: a step that has shipped is never edited.
 * The constructor only reads; `create` makes the tables, and the first commit after an upgrade runs what is new.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE ledger (id INTEGER NOT NULL, organization INTEGER NOT NULL, created_at INTEGER NOT NULL);

   CREATE TABLE profiles (
     n INTEGER PRIMARY KEY, is_enabled INTEGER NOT NULL, deleted_at INTEGER, updated_at INTEGER NOT NULL,
     body TEXT NOT NULL, version INTEGER NOT NULL);

   CREATE TABLE keys (
     n INTEGER PRIMARY KEY, profile INTEGER NOT NULL, code_hash TEXT NOT NULL, ring_version INTEGER NOT NULL,
     max_uses INTEGER, uses INTEGER NOT NULL DEFAULT 0, expires_at INTEGER, is_enabled INTEGER NOT NULL DEFAULT 1,
     revoked_at INTEGER, last_redeemed_at INTEGER, updated_at INTEGER NOT NULL, body TEXT NOT NULL,
     version INTEGER NOT NULL);
   CREATE INDEX keys_of_profile ON keys (profile);
   -- Over-use is loud, never clamped. A CHECK would forbid lowering a limit below the count.
   CREATE TRIGGER keys_never_overused BEFORE UPDATE OF uses ON keys WHEN NEW.uses > NEW.max_uses
     BEGIN SELECT RAISE(ABORT, 'a key was about to be used more often than it allows'); END;

   -- A row is one redemption and the agent that it made; the two are one fact, so they are one row.
   CREATE TABLE agents (
     n INTEGER PRIMARY KEY, key INTEGER NOT NULL, profile INTEGER NOT NULL, use_number INTEGER NOT NULL,
     uuid TEXT NOT NULL, claim_hash TEXT, state TEXT NOT NULL DEFAULT 'active', ended_at INTEGER, revoked_at INTEGER,
     enrolled_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, family INTEGER NOT NULL DEFAULT 1,
     generation INTEGER NOT NULL DEFAULT 1, is_family_revoked INTEGER NOT NULL DEFAULT 0,
     body TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1);
   -- A revoked agent's claim stays: it does not come back. One that left ends its claim.
   CREATE UNIQUE INDEX agents_by_claim ON agents (key, claim_hash)
     WHERE ended_at IS NULL AND claim_hash IS NOT NULL;

   CREATE TABLE refusals (
     key INTEGER NOT NULL, reason TEXT NOT NULL, address TEXT NOT NULL, minute INTEGER NOT NULL,
     last_at INTEGER NOT NULL, count INTEGER NOT NULL,
     PRIMARY KEY (key, minute, reason, address)) WITHOUT ROWID;

   -- What D1 has yet to hear: that a thing changed, and the event that tells of it. Things go whole.
   CREATE TABLE outbox (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL,
     event TEXT, tries INTEGER NOT NULL DEFAULT 0);
   CREATE TABLE outbox_dead (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL, event TEXT,
     error TEXT NOT NULL);`,

  `-- What comes from a backup waits for an operator, and its next numbers are none that were given out since.
   ALTER TABLE ledger ADD COLUMN last_profile INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN last_key INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN last_agent INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE keys ADD COLUMN suspended_at INTEGER;
   ALTER TABLE agents ADD COLUMN family_fence TEXT;
   -- Of the refresh token that was presented last; null: none was.
   ALTER TABLE agents ADD COLUMN ring_version INTEGER;`,
]

/** The number of steps that this storage has had; 0: it is no ledger. */
export function schemaVersion(sql: SqlStorage): number {
  const [table] = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").toArray()
  if (!table) return 0
  return Number(sql.exec('SELECT count(*) AS steps FROM schema_steps').one().steps)
}

export const LATEST_SCHEMA = STEPS.length

/** Runs the steps after `version`; the caller holds the transaction. */
export function migrate(sql: SqlStorage, version: number, now: number): void {
  sql.exec('CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY, at INTEGER NOT NULL)')
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue
    sql.exec(step)
    sql.exec('INSERT INTO schema_steps (step, at) VALUES (?, ?)', index + 1, now)
  }
}
