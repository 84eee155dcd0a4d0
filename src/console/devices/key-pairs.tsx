/** Key pairs of the Datonis API. Their secrets are shown by that API alone, which records each reading. */
import * as z from 'zod'
import type { ShownKeyPair } from '../../core/devices/key-pairs/read.ts'
import { map, ok } from '../../core/kernel/outcome.ts'
import { count, number } from '../components/figure/number.ts'
import { clockOf, End, Time } from '../components/figure/time.tsx'
import { Act, Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { Facts } from '../components/list/facts.tsx'
import { State } from '../components/list/state.tsx'
import { type Column, Foot, nameCell, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { action, page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { addressOf, askedOf, offsetOf, PAGE_SIZE } from '../lists/asked.ts'
import { DevicesHead, KEY_PAIRS } from './sections.tsx'

const SHOWN_CHARACTERS = 12

const COLUMNS: readonly Column[] = [
  { label: 'Access key' },
  { label: 'State' },
  { label: 'Role' },
  { label: 'Ends' },
  { label: 'Created', class: 'gone' },
]

const list = page({
  path: KEY_PAIRS,
  access: 'key_pairs.read',
  id: 'console_key_pairs',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const { core, operation, now } = visit
    const offset = offsetOf(asked.value)
    const found = await core.keyPairs.listKeyPairs(operation, {}, { offset, limit: PAGE_SIZE }, false)
    if (!found.ok) return found
    const { count: total, bytes, read } = found.value
    const pairs = await read(0, bytes.length)
    const end = offset + pairs.length
    const at = (to: number) => addressOf(KEY_PAIRS, {}, { offset: to === 0 ? undefined : String(to) })
    return ok({
      title: 'Key pairs',
      section: 'devices',
      content: (
        <>
          <DevicesHead current={KEY_PAIRS} permissions={operation.actor.permissions} />
          {pairs.length === 0 ? (
            <Empty title="No key pairs yet">A device of the Datonis API signs what it writes with one.</Empty>
          ) : (
            <>
              <Table
                caption="Key pairs"
                columns={COLUMNS}
                rows={pairs.map((pair) => ({
                  isDead: stateOf(pair, now) !== 'active',
                  cells: [
                    nameCell(shortOf(pair), `${KEY_PAIRS}/${pair.accessKey}`),
                    { class: 'me-r', content: <State of={stateOf(pair, now)} /> },
                    { class: 'cut', content: pair.roleName },
                    { class: 'nw', content: <End at={pair.expiresAt} now={now} /> },
                    { class: 'nw gone', content: <Time at={pair.createdAt} now={now} /> },
                  ],
                }))}
              />
              <Foot first={offset === 0 ? undefined : at(0)} next={end < total ? at(end) : undefined}>
                {number(pairs.length)} of {count(total, 'key pair')}. As of {clockOf(now)}.
              </Foot>
            </>
          )}
        </>
      ),
    })
  },
})

function stateOf({ isEnabled, expiresAt }: ShownKeyPair, now: number) {
  if (!isEnabled) return 'disabled'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

function shortOf({ accessKey }: ShownKeyPair): string {
  return `${accessKey.slice(0, SHOWN_CHARACTERS)}…`
}

const params = z.object({ pair: z.string().min(1).max(64) })

const detail = page({
  path: `${KEY_PAIRS}/:pair`,
  access: 'key_pairs.read',
  id: 'console_key_pair',
  params,
  subject: 'key_pair',
  show: async (visit) =>
    map(await visit.core.keyPairs.getKeyPair(visit.operation, visit.params.pair, false), (pair) =>
      view(visit, pair),
    ),
})

function view({ operation, now }: Visit, pair: ShownKeyPair): View {
  const mayWrite = operation.actor.permissions.has('key_pairs.write')
  const address = `${KEY_PAIRS}/${pair.accessKey}`
  return {
    title: shortOf(pair),
    section: 'devices',
    content: (
      <>
        <Head
          title={shortOf(pair)}
          crumb={{ href: KEY_PAIRS, label: 'Key pairs' }}
          actions={
            mayWrite && (
              <>
                {pair.isEnabled ? (
                  <Act action={`${address}/disable`}>Disable</Act>
                ) : (
                  <Act action={`${address}/enable`}>Enable</Act>
                )}
                <LinkButton tone="risk" href={`${address}/delete`}>
                  Delete
                </LinkButton>
              </>
            )
          }
        />
        <Facts
          rows={[
            ['Access key', <code>{pair.accessKey}</code>],
            ['State', <State of={stateOf(pair, now)} />],
            ['Role', pair.roleName || pair.role],
            ['Ends', <End at={pair.expiresAt} now={now} />],
            ['Created', <Time at={pair.createdAt} now={now} />],
            ['Changed', <Time at={pair.updatedAt} now={now} />],
            ['Secret', 'Shown by the Datonis API only, which records each reading'],
          ]}
        />
      </>
    ),
  }
}

const disable = toggle('disable', false, 'Disabled. Nothing that this pair signs is accepted any more.')
const enable = toggle('enable', true, 'Enabled. What this pair signs is accepted again.')

function toggle(verb: string, isEnabled: boolean, text: string) {
  return action({
    path: `${KEY_PAIRS}/:pair/${verb}`,
    access: 'key_pairs.write',
    id: `console_key_pair_${verb}`,
    params,
    subject: 'key_pair',
    act: async ({ core, operation, params: { pair } }) =>
      map(await core.keyPairs.changeKeyPair(operation, pair, { isEnabled }), () => ({
        to: `${KEY_PAIRS}/${pair}`,
        notice: { text },
      })),
  })
}

const deleteDialog = page({
  path: `${KEY_PAIRS}/:pair/delete`,
  access: 'key_pairs.write',
  id: 'console_key_pair_delete_dialog',
  params,
  subject: 'key_pair',
  show: async (visit) =>
    map(await visit.core.keyPairs.getKeyPair(visit.operation, visit.params.pair, false), (pair) => ({
      ...view(visit, pair),
      overlay: (
        <Dialog
          id="delete"
          title={`Delete key pair “${shortOf(pair)}”`}
          action={`${KEY_PAIRS}/${pair.accessKey}/delete`}
          cancel={`${KEY_PAIRS}/${pair.accessKey}`}
          submit={
            <Button type="submit" tone="final">
              Delete 1 key pair
            </Button>
          }
        >
          <div>
            <Effects
              ends={['Its device is not heard any more. This cannot be undone.']}
              stays={['What its device wrote stays as long as any message does.', 'Things stay registered.']}
            />
          </div>
        </Dialog>
      ),
    })),
})

const remove = action({
  path: `${KEY_PAIRS}/:pair/delete`,
  access: 'key_pairs.write',
  id: 'console_key_pair_delete',
  params,
  subject: 'key_pair',
  act: async ({ core, operation, params: { pair } }) =>
    map(await core.keyPairs.deleteKeyPair(operation, pair), () => ({
      to: KEY_PAIRS,
      notice: { text: 'Deleted 1 key pair. What its device wrote stays.' },
    })),
})

export const keyPairRoutes = [list, detail, disable, enable, deleteDialog, remove]
