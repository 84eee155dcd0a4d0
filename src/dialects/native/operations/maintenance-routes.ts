/** What `npm run rotate` and `npm run restore` call. All of it exists only while LATCHKEY_BOOTSTRAP_TOKEN is set. */
import * as z from 'zod'
import { map } from '../../../core/kernel/outcome.ts'
import { After, AfterAccessKey, ByVersion, NextAccessKey } from '../../../http/words/wire.ts'
import { maintenanceOf, nativeRoute } from '../edge/edge.ts'

const Page = z.strictObject({ after: After })
const KeyPairPage = z.strictObject({ after: AfterAccessKey })
const next = z
  .number()
  .int()
  .nullable()
  .describe('The last ledger of the page; null: there is no further page')
const count = z.number().int()

const SurveyReply = z.object({
  keys: ByVersion.describe('Enrollment keys that can be redeemed'),
  families: ByVersion.describe('Agents, by the version of the refresh token that they presented last'),
  certificates: ByVersion.describe('Live certificates of agents'),
  suspended_keys: count,
  suspended_families: count,
  waiting: count.describe('Changes that D1 does not have yet'),
  next,
})

const survey = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/ledgers/survey',
  access: 'bootstrap',
  operation: {
    id: 'ledgers_survey',
    summary: 'What hangs on which version of the keyring in a page of ledgers',
  },
  body: { schema: Page, encoding: 'json' },
  replies: { 200: { description: 'Together', schema: SurveyReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const found = await call.core.deployment.survey(maintenanceOf(call), input.value.after)
    return map(
      found,
      ({ keys, families, certificates, suspendedKeys, suspendedFamilies, waiting, next }) => ({
        status: 200,
        json: {
          keys: { ...keys },
          families: { ...families },
          certificates: { ...certificates },
          suspended_keys: suspendedKeys,
          suspended_families: suspendedFamilies,
          waiting,
          next,
        } satisfies z.output<typeof SurveyReply>,
      }),
    )
  },
})

const rebuild = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/ledgers/rebuild',
  access: 'bootstrap',
  operation: {
    id: 'ledgers_rebuild',
    summary: 'Deliver all that a page of ledgers owns to D1 again',
    description:
      'After D1 alone was set back to an earlier time. It arrives within seconds, or what `waiting` says.',
  },
  body: { schema: Page, encoding: 'json' },
  replies: { 200: { description: 'The number of ledgers', schema: z.object({ ledgers: count, next }) } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const rebuilt = await call.core.deployment.rebuild(maintenanceOf(call), input.value.after)
    return map(rebuilt, (json) => ({ status: 200, json }))
  },
})

const fence = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/fence',
  access: 'bootstrap',
  operation: {
    id: 'fence',
    summary: 'Suspend API keys, disable API clients and end sessions of a backup',
    description: 'Also deletes what ledgers own, which they deliver again when they are fenced.',
  },
  replies: { 200: { description: 'The number', schema: z.object({ api_keys: count, api_clients: count }) } },
  handle: async (call) =>
    map(await call.core.deployment.fence(maintenanceOf(call)), ({ apiKeys, apiClients }) => ({
      status: 200,
      json: { api_keys: apiKeys, api_clients: apiClients },
    })),
})

const fenceLedgers = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/ledgers/fence',
  access: 'bootstrap',
  operation: {
    id: 'ledgers_fence',
    summary: 'Suspend what a page of ledgers has from a backup: keys and refresh families',
  },
  body: { schema: Page, encoding: 'json' },
  replies: {
    200: { description: 'The number', schema: z.object({ keys: count, families: count, next }) },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const fenced = await call.core.deployment.fenceLedgers(maintenanceOf(call), input.value.after)
    return map(fenced, (json) => ({ status: 200, json }))
  },
})

const KeyPairsReply = z.object({ key_pairs: count, next: NextAccessKey })

const fenceKeyPairs = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/key-pairs/fence',
  access: 'bootstrap',
  operation: { id: 'key_pairs_fence', summary: 'Disable a page of the key pairs that come from a backup' },
  body: { schema: KeyPairPage, encoding: 'json' },
  replies: { 200: { description: 'The number that was enabled', schema: KeyPairsReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const fenced = await call.core.deployment.fenceKeyPairs(maintenanceOf(call), input.value.after)
    return map(fenced, ({ keyPairs, next }) => ({ status: 200, json: { key_pairs: keyPairs, next } }))
  },
})

const rebuildKeyPairs = nativeRoute({
  method: 'post',
  path: '/v1/maintenance/key-pairs/rebuild',
  access: 'bootstrap',
  operation: {
    id: 'key_pairs_rebuild',
    summary: 'Deliver a page of key pairs to D1 again',
    description: 'After D1 alone was set back to an earlier time.',
  },
  body: { schema: KeyPairPage, encoding: 'json' },
  replies: { 200: { description: 'The number', schema: KeyPairsReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const rebuilt = await call.core.deployment.rebuildKeyPairs(maintenanceOf(call), input.value.after)
    return map(rebuilt, ({ keyPairs, next }) => ({ status: 200, json: { key_pairs: keyPairs, next } }))
  },
})

export const maintenanceRoutes = [survey, rebuild, fence, fenceLedgers, fenceKeyPairs, rebuildKeyPairs]
