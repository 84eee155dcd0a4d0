import type * as z from 'zod'
import { map } from '../../../core/kernel/outcome.ts'
import { type Column, csvSlices } from '../../../http/csv.ts'
import { inTurns } from '../../../http/fairness/listing.ts'
import type { Call, Reply } from '../../../http/route.ts'
import { formatTime } from '../../../http/time.ts'
import { formatKey, type KeyReply } from '../../../http/words/key-wire.ts'
import { formatProfile } from '../../../http/words/profile-wire.ts'
import { type AgentReply, formatAgent } from '../agents/agent-wire.ts'
import { type Identity, nativeRoute, operationOf } from '../edge/edge.ts'
import { ndjsonOf } from './ndjson.ts'

/** Of the form of an export: it changes where a reader of today would read something else. */
const VERSION = 1
const NDJSON = 'application/x-ndjson'
const CSV = 'text/csv'

type AnyCall = Call<Identity, unknown, unknown, unknown>
type Key = z.output<typeof KeyReply>
type Agent = z.output<typeof AgentReply>

const everything = nativeRoute({
  method: 'get',
  path: '/v1/export',
  access: 'keys.read',
  operation: {
    id: 'export',
    summary: 'Everything of the organization that can be kept or moved: profiles, keys and agents',
    description:
      'NDJSON: a line `export`, lines `profile`, `key` and `agent` as their lists have them, and a line `end` with their ' +
      'counts and the SHA-256 of all bytes before it; an answer without `end` broke off. There are no codes in it. It also ' +
      'takes `profiles.read` and `agents.read`, all without a scope.',
  },
  replies: { 200: { description: 'The export', contentType: NDJSON } },
  handle: async (call) => {
    const { core } = call
    const operation = operationOf(call)
    return map(await core.exports.exportOrganization(operation), ({ asOf, profiles, keys, agents }) => {
      const head = {
        version: VERSION,
        url: core.service.getPublicUrl(),
        organization_id: operation.actor.organization,
      }
      const tables = [
        { type: 'profile', plural: 'profiles', slices: formatted(profiles, formatProfile) },
        { type: 'key', plural: 'keys', slices: formatted(keys, keyFormat(call)) },
        { type: 'agent', plural: 'agents', slices: formatted(agents, formatAgent) },
      ]
      const lines = ndjsonOf(head, tables, { as_of: formatTime(asOf) })
      return reply(call, lines, NDJSON, 'latchkey.ndjson')
    })
  },
})

const KEY_COLUMNS: readonly Column<Key>[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['profile_id', ({ profile_id }) => profile_id],
  ['dialect', ({ dialect }) => dialect],
  ['state', ({ state }) => state],
  ['max_uses', ({ max_uses }) => max_uses],
  ['uses', ({ uses }) => uses],
  ['held', ({ held }) => held],
  ['uses_left', ({ uses_left }) => uses_left],
  ['expires_at', ({ expires_at }) => expires_at],
  ['revoked_at', ({ revoked_at }) => revoked_at],
  ['created_at', ({ created_at }) => created_at],
  ['last_used_at', ({ last_used_at }) => last_used_at],
  ['last_used_from', ({ last_used_from }) => last_used_from],
  ['labels', ({ labels }) => labelText(labels)],
  ['description', ({ description }) => description],
]

const AGENT_COLUMNS: readonly Column<Agent>[] = [
  ['id', ({ id }) => id],
  ['hostname', ({ hostname }) => hostname],
  ['state', ({ state }) => state],
  ['profile_id', ({ profile_id }) => profile_id],
  ['key_id', ({ key_id }) => key_id],
  ['use', ({ use }) => use],
  ['dialect', ({ dialect }) => dialect],
  ['enrolled_at', ({ enrolled_at }) => enrolled_at],
  ['enrolled_from', ({ enrolled_from }) => enrolled_from],
  ['seen_at', ({ seen_at }) => seen_at],
  ['ended_at', ({ ended_at }) => ended_at],
  ['labels', ({ labels }) => labelText(labels)],
]

const ABOUT_CSV =
  'RFC 4180, with a line of names. A text that a spreadsheet would take for a formula has an apostrophe before it. An answer ' +
  'whose connection broke is not whole; `GET /v1/export` has a digest.'

const keysAsCsv = nativeRoute({
  method: 'get',
  path: '/v1/export/keys.csv',
  access: 'keys.read',
  operation: { id: 'export_keys', summary: 'All keys as CSV, without their codes', description: ABOUT_CSV },
  replies: { 200: { description: 'The keys', contentType: CSV } },
  handle: async (call) =>
    map(await call.core.exports.exportKeys(operationOf(call)), ({ keys }) =>
      reply(call, csvSlices(KEY_COLUMNS, formatted(keys, keyFormat(call))), CSV, 'keys.csv'),
    ),
})

const agentsAsCsv = nativeRoute({
  method: 'get',
  path: '/v1/export/agents.csv',
  access: 'agents.read',
  operation: {
    id: 'export_agents',
    summary: 'All agents as CSV, without their facts',
    description: ABOUT_CSV,
  },
  replies: { 200: { description: 'The agents', contentType: CSV } },
  handle: async (call) =>
    map(await call.core.exports.exportAgents(operationOf(call)), ({ agents }) =>
      reply(call, csvSlices(AGENT_COLUMNS, formatted(agents, formatAgent)), CSV, 'agents.csv'),
    ),
})

/** As long lists, in the turns of the organization: neither more than a slice in memory, nor the thread for longer. */
function reply(call: AnyCall, chunks: AsyncIterable<string>, type: string, file: string): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${file}"` },
    chunks: inTurns(call.turns, operationOf(call).actor.organization, chunks),
  }
}

function keyFormat({ core }: AnyCall) {
  return (key: Parameters<typeof core.keys.stateOfKey>[0]) => formatKey(key, core.keys.stateOfKey(key))
}

async function* formatted<Row, Out>(
  slices: AsyncIterable<readonly Row[]>,
  format: (row: Row) => Out,
): AsyncGenerator<readonly Out[]> {
  for await (const rows of slices) yield rows.map(format)
}

/** As the parameter `label` of lists has them. */
function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

export const exportRoutes = [everything, keysAsCsv, agentsAsCsv]
