import * as z from 'zod'
import { formatId } from '../../core/kernel/ids.ts'
import { ok } from '../../core/kernel/outcome.ts'
import { formatEvent } from '../../http/words/event-wire.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { fullTime, momentOf } from '../components/figure/time.tsx'
import { Command } from '../components/form/command.tsx'
import { Facts } from '../components/list/facts.tsx'
import { Head } from '../components/page/head.tsx'
import { page } from '../edge/page.ts'
import { addressOf } from '../lists/asked.ts'
import { ACTIVITY, keyOf } from './event-table.tsx'
import { actorOf, sentenceOf } from './sentence.ts'

const params = z.object({ event: z.uuid().toLowerCase() })

export const eventPage = page({
  path: `${ACTIVITY}/:event`,
  access: 'events.read',
  id: 'console_event',
  params,
  subject: 'event',
  show: async ({ core, operation, params: { event: id }, now }) => {
    const found = await core.events.getEvent(operation, id)
    if (!found.ok) return found
    const event = found.value
    const { request } = event.cause
    const key = keyOf(event)
    const named = await core.events.nameKeys(operation, key ? [key] : [])
    if (!named.ok) return named
    const { text } = sentenceOf(event)
    return ok({
      title: text,
      section: 'activity',
      content: (
        <>
          <Head
            title={text}
            crumb={{ href: ACTIVITY, label: 'Activity' }}
            sub={`${fullTime(event.at)}, ${momentOf(event.at, now)}`}
          />
          <div class="stack">
            <Facts
              rows={[
                ['Type', <code>{event.type}</code>],
                ['Outcome', event.isSuccess ? 'Done' : 'Refused'],
                ['Actor', actorOf(event)],
                key === null
                  ? null
                  : [
                      'Key',
                      <a href={`/console/keys/${formatKeyId(key)}`}>
                        {named.value.keys.get(formatId(key))?.name ?? formatKeyId(key)}
                      </a>,
                    ],
                event.subject.kind === 'agent'
                  ? ['Agent', <a href={`/console/agents/${event.subject.id}`}>{event.subject.name}</a>]
                  : null,
                request.address === null
                  ? null
                  : [
                      'From',
                      <a class="mono" href={addressOf(ACTIVITY, {}, { address: request.address })}>
                        {request.address}
                      </a>,
                    ],
                request.path === '' ? null : ['Request', <code>{`${request.method} ${request.path}`}</code>],
                request.id === ''
                  ? null
                  : [
                      'Request id',
                      <a class="mono" href={addressOf(ACTIVITY, {}, { request_id: request.id })}>
                        {request.id}
                      </a>,
                    ],
              ]}
            />
            <section>
              <div class="sec-h">
                <h2>As JSON</h2>
              </div>
              <Command id="json">{JSON.stringify(formatEvent(event), null, 2)}</Command>
            </section>
          </div>
        </>
      ),
    })
  },
})
