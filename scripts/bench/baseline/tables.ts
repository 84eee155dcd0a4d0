/** What one who writes this on PostgreSQL would make: rows, indexes for the claim and for lists, an audit table. */
export const TABLES = `
  CREATE TABLE profiles (
    id int PRIMARY KEY, name text NOT NULL, is_enabled bool NOT NULL DEFAULT true);
  CREATE TABLE keys (
    id int PRIMARY KEY, profile int NOT NULL REFERENCES profiles, code_hash text NOT NULL,
    max_uses int, uses int NOT NULL DEFAULT 0, expires_at timestamptz, is_enabled bool NOT NULL DEFAULT true,
    revoked_at timestamptz, last_redeemed_at timestamptz);
  CREATE TABLE agents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    key int NOT NULL, profile int NOT NULL, use_number int NOT NULL, claim_hash text NOT NULL,
    state text NOT NULL DEFAULT 'active', hostname text NOT NULL, facts jsonb NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT now(), UNIQUE (key, claim_hash));
  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL, agent uuid NOT NULL, detail jsonb NOT NULL);`

/**
 * A redemption in one statement, so in one transaction and one round trip: the claim is looked up, the use is spent only
 * where the key allows it, agent and audit row follow from that. $1 key, $2 code hash, $3 claim hash, $4 hostname,
 * $5 facts, $6 request id.
 */
export const REDEEM = `
  WITH prior AS (
    SELECT uuid, id, profile FROM agents WHERE key = $1 AND claim_hash = $3 AND state = 'active'),
  spent AS (
    UPDATE keys k SET uses = uses + 1, last_redeemed_at = now()
    FROM profiles p
    WHERE k.id = $1 AND k.code_hash = $2 AND k.is_enabled AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now()) AND (k.max_uses IS NULL OR k.uses < k.max_uses)
      AND p.id = k.profile AND p.is_enabled AND NOT EXISTS (SELECT FROM prior)
    RETURNING k.id, k.profile, k.uses),
  made AS (
    INSERT INTO agents (key, profile, use_number, claim_hash, hostname, facts)
    SELECT id, profile, uses, $3, $4, $5 FROM spent RETURNING uuid, id, profile, use_number),
  audited AS (
    INSERT INTO events (type, agent, detail)
    SELECT 'agent.enroll', uuid, jsonb_build_object('key', $1::int, 'use', use_number, 'request', $6::text) FROM made)
  SELECT uuid, id::int, profile, true AS is_new FROM made
  UNION ALL SELECT uuid, id::int, profile, false FROM prior`
