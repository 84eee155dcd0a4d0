import { CLOCK_STEP } from '../object/clock-record.ts'

/** The tables of a device inbox, as an append-only list of steps: a step that has shipped is never edited. */
export const INBOX_STEPS: readonly string[] = [
  `CREATE TABLE pair (
     access_key TEXT NOT NULL, organization INTEGER NOT NULL, role TEXT NOT NULL, role_version INTEGER NOT NULL,
     abilities TEXT NOT NULL, is_enabled INTEGER NOT NULL, expires_at INTEGER, sealed_secret TEXT NOT NULL,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL);

   -- Things that the organization is known to have: D1 is asked for each of them once.
   CREATE TABLE things (key TEXT PRIMARY KEY) WITHOUT ROWID;

   -- Instructions that the device may answer as long as they are kept, and what they are about.
   CREATE TABLE instructions (key TEXT PRIMARY KEY, thing TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

   -- What waits for D1: messages of the device, and the pair, which goes whole, with the event of its change.
   CREATE TABLE outbox (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
     tries INTEGER NOT NULL DEFAULT 0);
   CREATE TABLE outbox_dead (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, error TEXT NOT NULL);

   -- The deployment that the inbox belongs to; empty until D1 has named it (object/home.ts).
   CREATE TABLE deployment (id TEXT NOT NULL);

   ${CLOCK_STEP}`,
]
