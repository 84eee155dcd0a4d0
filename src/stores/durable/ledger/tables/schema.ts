import { CLOCK_STEP } from '../../object/clock-record.ts'

/** A key's state, as far as no time is asked; the first that applies. Part of a step that has shipped. */
const stateOf = (row: 'keys' | 'OLD' | 'NEW') => `CASE WHEN ${row}.revoked_at IS NOT NULL THEN 'revoked'
     WHEN ${row}.suspended_at IS NOT NULL THEN 'suspended' WHEN ${row}.is_enabled = 0 THEN 'disabled'
     WHEN ${row}.paused_at IS NOT NULL THEN 'paused' WHEN ${row}.uses >= ${row}.max_uses THEN 'spent'
     ELSE 'enabled' END`

/** The tables of a ledger, as an append-only list of steps: a step that has shipped is never edited. */
export const LEDGER_STEPS: readonly string[] = [
  `-- D1 has every agent up to the number \`delivered\`, with the event of its enrollment, which is in the agent's own row.
   -- The last numbers are those that were given out before a restore: none is given out again.
   CREATE TABLE ledger (
     id INTEGER NOT NULL, organization INTEGER NOT NULL, created_at INTEGER NOT NULL,
     delivered INTEGER NOT NULL DEFAULT 0, last_profile INTEGER NOT NULL DEFAULT 0,
     last_key INTEGER NOT NULL DEFAULT 0, last_agent INTEGER NOT NULL DEFAULT 0,
     last_certificate INTEGER NOT NULL DEFAULT 0);

   -- Where profiles share a ledger, names are unique in it.
   CREATE TABLE profiles (
     n INTEGER PRIMARY KEY, is_enabled INTEGER NOT NULL, deleted_at INTEGER, updated_at INTEGER NOT NULL,
     unique_name TEXT, body TEXT NOT NULL, version INTEGER NOT NULL);
   CREATE UNIQUE INDEX profiles_by_unique_name ON profiles (unique_name)
     WHERE deleted_at IS NULL AND unique_name IS NOT NULL;

   -- \`held\` uses are kept for claims until \`hold_ends_at\` at the earliest; \`decided\` claims had an operator's answer.
   -- A key that came from a backup is suspended until an operator lets it go on.
   CREATE TABLE keys (
     n INTEGER PRIMARY KEY, profile INTEGER NOT NULL, code_hash TEXT NOT NULL, ring_version INTEGER NOT NULL,
     max_uses INTEGER, uses INTEGER NOT NULL DEFAULT 0, expires_at INTEGER, is_enabled INTEGER NOT NULL DEFAULT 1,
     revoked_at INTEGER, last_redeemed_at INTEGER, updated_at INTEGER NOT NULL, suspended_at INTEGER,
     held INTEGER NOT NULL DEFAULT 0, hold_ends_at INTEGER, decided INTEGER NOT NULL DEFAULT 0, paused_at INTEGER,
     resumes_at INTEGER, unique_name TEXT, body TEXT NOT NULL, version INTEGER NOT NULL);
   CREATE INDEX keys_of_profile ON keys (profile);
   CREATE UNIQUE INDEX keys_by_unique_name ON keys (unique_name)
     WHERE revoked_at IS NULL AND unique_name IS NOT NULL;
   CREATE INDEX keys_by_hold_end ON keys (hold_ends_at) WHERE hold_ends_at IS NOT NULL;
   CREATE INDEX keys_by_resumption ON keys (resumes_at) WHERE resumes_at IS NOT NULL;
   -- Over-use is loud, never clamped. A limit may be lowered below what is taken: then less may be taken, and no more.
   CREATE TRIGGER keys_never_overused BEFORE UPDATE OF uses, held ON keys
     WHEN NEW.held < 0 OR (NEW.uses + NEW.held > NEW.max_uses AND NEW.uses + NEW.held > OLD.uses + OLD.held)
     BEGIN SELECT RAISE(ABORT, 'key use limit exceeded'); END;

   -- A row is one redemption and the agent that it made; the two are one fact, so they are one row. \`binding\` is the
   -- public key that the claim goes with; \`ring_version\` is of the refresh token that was presented last, null: none was;
   -- \`limited\` and \`network\` are only of keys with a rate limit.
   CREATE TABLE agents (
     n INTEGER PRIMARY KEY, key INTEGER NOT NULL, profile INTEGER NOT NULL, use_number INTEGER NOT NULL,
     uuid TEXT NOT NULL, claim_hash TEXT, state TEXT NOT NULL DEFAULT 'active', ended_at INTEGER, revoked_at INTEGER,
     enrolled_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, family INTEGER NOT NULL DEFAULT 1,
     generation INTEGER NOT NULL DEFAULT 1, is_family_revoked INTEGER NOT NULL DEFAULT 0, family_fence TEXT,
     ring_version INTEGER, binding TEXT, certificate INTEGER, may_rebind INTEGER NOT NULL DEFAULT 0, limited INTEGER,
     network TEXT, body TEXT NOT NULL, facts TEXT NOT NULL, enrollment TEXT NOT NULL,
     version INTEGER NOT NULL DEFAULT 1);
   -- A revoked agent's claim stays: it does not come back. One that left ends its claim.
   CREATE UNIQUE INDEX agents_by_claim ON agents (key, claim_hash)
     WHERE ended_at IS NULL AND claim_hash IS NOT NULL;
   -- When an agent last ended is asked at every start, for the ledger's clock.
   CREATE INDEX agents_by_end ON agents (coalesce(ended_at, revoked_at)) WHERE state <> 'active';
   CREATE INDEX agents_limited ON agents (key, use_number) WHERE limited IS NOT NULL;
   CREATE INDEX agents_limited_by_network ON agents (key, network, use_number) WHERE network IS NOT NULL;

   -- Every certificate that was issued: a renewal shows one, a revocation list has the revoked ones. \`serial\` is kept
   -- where the ring version that it was made with is gone.
   CREATE TABLE certificates (
     n INTEGER PRIMARY KEY, agent INTEGER NOT NULL, issuer INTEGER NOT NULL, binding TEXT NOT NULL,
     ring_version INTEGER NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER,
     serial TEXT);
   CREATE INDEX certificates_of_agent ON certificates (agent);
   CREATE INDEX certificates_revoked ON certificates (issuer, n) WHERE revoked_at IS NOT NULL;
   -- Issuers that are deleted, or about to be: no key takes them.
   CREATE TABLE retired_issuers (issuer INTEGER PRIMARY KEY);

   -- Uses that wait for a confirmation, claims that wait for an operator, and the claims that one decided on.
   CREATE TABLE holds (
     key INTEGER NOT NULL, claim_hash TEXT NOT NULL, kind TEXT NOT NULL, opened_at INTEGER NOT NULL,
     ends_at INTEGER NOT NULL, network TEXT, approved_at INTEGER, body TEXT NOT NULL,
     PRIMARY KEY (key, claim_hash)) WITHOUT ROWID;
   CREATE TABLE decisions (
     key INTEGER NOT NULL, claim_hash TEXT NOT NULL, decision TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (key, claim_hash)) WITHOUT ROWID;

   CREATE TABLE refusals (
     key INTEGER NOT NULL, reason TEXT NOT NULL, address TEXT NOT NULL, minute INTEGER NOT NULL,
     last_at INTEGER NOT NULL, count INTEGER NOT NULL,
     PRIMARY KEY (key, minute, reason, address)) WITHOUT ROWID;

   -- What waits for D1: a row that changed, which goes whole, and the event of the change.
   CREATE TABLE outbox (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL,
     event TEXT, tries INTEGER NOT NULL DEFAULT 0);
   CREATE TABLE outbox_dead (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL, event TEXT,
     error TEXT NOT NULL);

   -- The deployment that the ledger belongs to; empty until D1 has named it (object/home.ts).
   CREATE TABLE deployment (id TEXT NOT NULL);

   ${CLOCK_STEP}`,

  `ALTER TABLE keys ADD COLUMN last_redeemed_from TEXT;
   -- The ids of the first requests that a row counts: a JSON list.
   ALTER TABLE refusals ADD COLUMN requests TEXT NOT NULL DEFAULT '[]';`,
  `-- What is counted for /metrics, since the ledger was made: each number only grows. Agents and keys are not among them:
   -- their own numbers count them, but for those that no agent and no key has, since a restore skipped them.
   CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
   -- D1 has the counters as of the version \`counted\`: the sum of all of them.
   ALTER TABLE ledger ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN unused_keys INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE ledger ADD COLUMN unused_agents INTEGER NOT NULL DEFAULT 0;
   UPDATE ledger SET
     unused_keys = max(last_key, (SELECT coalesce(max(n), 0) FROM keys)) - (SELECT count(*) FROM keys),
     unused_agents = max(last_agent, (SELECT coalesce(max(n), 0) FROM agents)) - (SELECT count(*) FROM agents);

   -- Keys that are enabled, and agents that are active, are those that are nothing else.
   INSERT INTO counters SELECT 'keys.' || state || '.in', count(*)
     FROM (SELECT ${stateOf('keys')} AS state FROM keys) WHERE state <> 'enabled' GROUP BY state;
   INSERT INTO counters SELECT 'agents.' || state || '.in', count(*) FROM agents WHERE state <> 'active' GROUP BY 1;
   CREATE TRIGGER keys_counted_at_first AFTER INSERT ON keys WHEN NEW.is_enabled = 0
     BEGIN INSERT INTO counters VALUES ('keys.disabled.in', 1) ON CONFLICT DO UPDATE SET n = n + 1; END;
   CREATE TRIGGER keys_counted AFTER UPDATE OF revoked_at, suspended_at, is_enabled, paused_at, uses, max_uses ON keys
     WHEN ${stateOf('OLD')} <> ${stateOf('NEW')}
     BEGIN
       INSERT INTO counters SELECT 'keys.' || state || '.out', 1 FROM (SELECT ${stateOf('OLD')} AS state)
         WHERE state <> 'enabled' ON CONFLICT DO UPDATE SET n = n + 1;
       INSERT INTO counters SELECT 'keys.' || state || '.in', 1 FROM (SELECT ${stateOf('NEW')} AS state)
         WHERE state <> 'enabled' ON CONFLICT DO UPDATE SET n = n + 1;
     END;
   CREATE TRIGGER agents_counted AFTER UPDATE OF state ON agents WHEN OLD.state <> NEW.state
     BEGIN
       INSERT INTO counters SELECT 'agents.' || OLD.state || '.out', 1 WHERE OLD.state <> 'active'
         ON CONFLICT DO UPDATE SET n = n + 1;
       INSERT INTO counters SELECT 'agents.' || NEW.state || '.in', 1 WHERE NEW.state <> 'active'
         ON CONFLICT DO UPDATE SET n = n + 1;
     END;`,
  `-- The last signed head, at most one row. After a restore \`chain\` is empty; \`after\` is the last key of a part that
   -- others follow, or 0; \`version\` is the sum of the keys' versions that its first part began with.
   CREATE TABLE head (
     chain TEXT NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL, part INTEGER NOT NULL, after INTEGER NOT NULL,
     version INTEGER NOT NULL);`,
  `-- Machines that a key expects. \`agent\` filled the slot, whatever became of it since; the claim of \`claim_hash\` held it
   -- last, and holds it as long as it holds a use.
   CREATE TABLE slots (
     n INTEGER PRIMARY KEY AUTOINCREMENT, key INTEGER NOT NULL, matcher TEXT NOT NULL, value TEXT NOT NULL,
     agent INTEGER, claim_hash TEXT, UNIQUE (key, matcher, value));
   CREATE INDEX slots_by_claim ON slots (key, claim_hash) WHERE claim_hash IS NOT NULL;
   CREATE TRIGGER slots_never_filled_twice BEFORE UPDATE OF agent ON slots
     WHEN OLD.agent IS NOT NULL AND NEW.agent IS NOT NULL
     BEGIN SELECT RAISE(ABORT, 'slot filled twice'); END;`,
]
