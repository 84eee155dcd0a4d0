/** One field for everything: keys and agents by name, and what a machine printed by its id. */
import * as z from 'zod'
import { ok } from '../../core/kernel/outcome.ts'
import { text } from '../../http/text.ts'
import { commonFilters } from '../../http/words/listing.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { Button } from '../components/form/button.tsx'
import { State } from '../components/list/state.tsx'
import { nameCell, type Row, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import type { Visit } from '../edge/visit.ts'
import { nameOfKey, pathOfKey } from '../keys/shared.ts'
import { urlOf } from '../lists/asked.ts'

const MAX_FOUND = 10
const Uuid = z.uuid().toLowerCase()

const search = page({
  path: '/console/search',
  access: 'member',
  id: 'console_search',
  query: z.object({ q: text(255).optional() }),
  show: async (visit) => {
    const q = visit.query.q?.trim() ?? ''
    const found =
      q === '' ? [] : (await Promise.all([keysOf(visit, q), agentsOf(visit, q), requestOf(visit, q)])).flat()
    return ok({
      title: 'Search',
      section: 'none',
      content: (
        <>
          <Head
            title="Search"
            sub="Keys and agents by a part of their name, and a refused request by its id."
          />
          <form method="get" action="/console/search" class="row">
            <div class="field">
              <label for="q" class="sr">
                Search
              </label>
              <input class="in" id="q" name="q" type="search" value={q} autocomplete="off" />
            </div>
            <Button type="submit" tone="go">
              Search
            </Button>
          </form>
          <div class="sp">
            {found.length > 0 ? (
              <Table
                caption={`Found for “${q}”`}
                columns={[{ label: 'Name' }, { label: 'State' }, { label: 'What', class: 'gone' }]}
                rows={found}
              />
            ) : (
              q !== '' && (
                <Empty
                  title={`Nothing found for “${q}”`}
                  way={{ href: urlOf('/console/keys', { q, state: 'all' }), label: 'Look among all keys' }}
                >
                  Names are searched by any part of them. A request id is known for 30 days, if the request
                  was refused.
                </Empty>
              )
            )}
          </div>
        </>
      ),
    })
  },
})

const PAGE = { after: null, limit: MAX_FOUND, isCounted: false }

async function keysOf({ core, operation }: Visit, q: string): Promise<readonly Row[]> {
  const found = await core.keys.browseKeys(
    operation,
    commonFilters({ q, limit: MAX_FOUND, total: false }),
    PAGE,
  )
  const keys = found.ok ? await found.value.read(0, found.value.bytes.length) : []
  return keys.map((key) => ({
    cells: [
      nameCell(nameOfKey(key), pathOfKey(key), <code>{formatKeyId(key)}</code>),
      { class: 'me-r', content: <State of={core.keys.stateOfKey(key)} /> },
      { class: 'gone', content: 'Key' },
    ],
  }))
}

async function agentsOf({ core, operation }: Visit, q: string): Promise<readonly Row[]> {
  const found = await core.agents.browseAgents(
    operation,
    commonFilters({ q, limit: MAX_FOUND, total: false }),
    PAGE,
  )
  const agents = found.ok ? await found.value.read(0, found.value.bytes.length) : []
  return agents.map(({ id, hostname, state }) => ({
    cells: [
      nameCell(hostname, `/console/agents/${id}`, <code>{id}</code>),
      { class: 'me-r', content: <State of={state} /> },
      { class: 'gone', content: 'Agent' },
    ],
  }))
}

/** A request that a key refused; the same spelling is an agent's id. */
async function requestOf({ core, operation }: Visit, q: string): Promise<readonly Row[]> {
  const id = Uuid.safeParse(q)
  if (!id.success) return []
  const found = await core.keys.explainRequest(operation, id.data)
  if (!found.ok || !found.value) return []
  return [
    {
      cells: [
        nameCell(
          'Refused request',
          urlOf(pathOfKey(found.value.key, '/explain'), { request_id: id.data }),
          <code>{id.data}</code>,
        ),
        { class: 'me-r', content: found.value.refusal.reason.replaceAll('_', ' ') },
        { class: 'gone', content: 'Request' },
      ],
    },
  ]
}

export const searchRoutes = [search]
