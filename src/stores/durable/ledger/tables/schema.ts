import { CLOCK_STEP } from '../../object/clock-record.ts'

/** The tables of a ledger (steps.ts). */
export const LEDGER_STEPS: readonly string[] = [
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

  `-- D1 has every agent up to the number \`delivered\`, with the event of its enrollment, which is in the agent's own row:
   -- those before this step left notes in the outbox instead.
   ALTER TABLE ledger ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
   UPDATE ledger SET delivered = (SELECT coalesce(max(n), 0) FROM agents);
   ALTER TABLE agents ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
   ALTER TABLE agents ADD COLUMN enrollment TEXT NOT NULL DEFAULT '{}';
   UPDATE agents SET facts = coalesce(body -> '$.facts', '{}'), body = json_remove(body, '$.facts');`,

  `-- Where profiles share a ledger, names are unique in it.
   ALTER TABLE profiles ADD COLUMN unique_name TEXT;
   CREATE UNIQUE INDEX profiles_by_unique_name ON profiles (unique_name)
     WHERE deleted_at IS NULL AND unique_name IS NOT NULL;
   ALTER TABLE keys ADD COLUMN unique_name TEXT;
   CREATE UNIQUE INDEX keys_by_unique_name ON keys (unique_name)
     WHERE revoked_at IS NULL AND unique_name IS NOT NULL;

   -- The public key that a claim goes with, and whether an operator allowed another one, once.
   ALTER TABLE agents ADD COLUMN binding TEXT;
   ALTER TABLE agents ADD COLUMN certificate INTEGER;
   ALTER TABLE agents ADD COLUMN may_rebind INTEGER NOT NULL DEFAULT 0;

   -- Every certificate that was allotted: what a renewal shows, and what a revocation list tells of.
   CREATE TABLE certificates (
     n INTEGER PRIMARY KEY, agent INTEGER NOT NULL, issuer INTEGER NOT NULL, binding TEXT NOT NULL,
     ring_version INTEGER NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER);
   CREATE INDEX certificates_of_agent ON certificates (agent);
   CREATE INDEX certificates_revoked ON certificates (issuer, n) WHERE revoked_at IS NOT NULL;`,

  // When an agent last ended is asked at every start, for the ledger's clock.
  `CREATE INDEX agents_by_end ON agents (coalesce(ended_at, revoked_at)) WHERE state <> 'active';`,

  // Issuers that are deleted, or about to be: no key takes them.
  'CREATE TABLE retired_issuers (issuer INTEGER PRIMARY KEY);',
  `-- What comes from a backup waits for an operator, and its next numbers are none that were given out since.
   ALTER TABLE ledger ADD COLUMN last_profile INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN last_key INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN last_agent INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN last_certificate INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE keys ADD COLUMN suspended_at INTEGER;
   ALTER TABLE agents ADD COLUMN family_fence TEXT;
   -- Of the refresh token that was presented last; null: none was.
   ALTER TABLE agents ADD COLUMN ring_version INTEGER;
   -- Of a certificate whose ring version is gone, which its serial number was made with; null: it is made again.
   ALTER TABLE certificates ADD COLUMN serial TEXT;`,
  CLOCK_STEP,

  // The deployment that the ledger belongs to; empty until D1 has named it (home.ts).
  'CREATE TABLE deployment (id TEXT NOT NULL);',

  `-- Uses that are kept for claims, and when the first of them lapses, so that the row that is read anyway tells.
   ALTER TABLE keys ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE keys ADD COLUMN hold_ends_at INTEGER;
   CREATE INDEX keys_by_hold_end ON keys (hold_ends_at) WHERE hold_ends_at IS NOT NULL;
   -- Claims that an operator decided on.
   ALTER TABLE keys ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE keys ADD COLUMN paused_at INTEGER;
   ALTER TABLE keys ADD COLUMN resumes_at INTEGER;
   CREATE INDEX keys_by_resumption ON keys (resumes_at) WHERE resumes_at IS NOT NULL;
   CREATE TABLE holds (
     key INTEGER NOT NULL, claim_hash TEXT NOT NULL, kind TEXT NOT NULL, opened_at INTEGER NOT NULL,
     ends_at INTEGER NOT NULL, network TEXT, approved_at INTEGER, body TEXT NOT NULL,
     PRIMARY KEY (key, claim_hash)) WITHOUT ROWID;
   CREATE TABLE decisions (
     key INTEGER NOT NULL, claim_hash TEXT NOT NULL, decision TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (key, claim_hash)) WITHOUT ROWID;

   -- No commit takes more than the key allows. A limit may be lowered below what is taken: then less may be taken, and no more.
   DROP TRIGGER keys_never_overused;
   CREATE TRIGGER keys_never_overused BEFORE UPDATE OF uses, held ON keys
     WHEN NEW.held < 0 OR (NEW.uses + NEW.held > NEW.max_uses AND NEW.uses + NEW.held > OLD.uses + OLD.held)
     BEGIN SELECT RAISE(ABORT, 'key use limit exceeded'); END;

   -- When agents of keys with a rate limit were made, and from which network: nothing for other keys.
   ALTER TABLE agents ADD COLUMN limited INTEGER;
   ALTER TABLE agents ADD COLUMN network TEXT;
   CREATE INDEX agents_limited ON agents (key, use_number) WHERE limited IS NOT NULL;
   CREATE INDEX agents_limited_by_network ON agents (key, network, use_number) WHERE network IS NOT NULL;`,
]
