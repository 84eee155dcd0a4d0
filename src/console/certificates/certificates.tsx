/** The certificate authorities of ZPA's components. */
import * as z from 'zod'
import type { Issuer } from '../../core/issuers/port.ts'
import { map, ok } from '../../core/kernel/outcome.ts'
import { count, number } from '../components/figure/number.ts'
import { clockOf, End, fullTime, Time } from '../components/figure/time.tsx'
import { Command } from '../components/form/command.tsx'
import { Bar, ChipForm, SetChip } from '../components/list/chips.tsx'
import { Facts } from '../components/list/facts.tsx'
import { State } from '../components/list/state.tsx'
import { type Column, Foot, nameCell, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { CERTIFICATES, DevicesHead } from '../devices/sections.tsx'
import { page } from '../edge/page.ts'
import type { Visit } from '../edge/visit.ts'
import { type Asked, addressOf, askedOf, keptOf, offsetOf, PAGE_SIZE } from '../lists/asked.ts'

const COLUMNS: readonly Column[] = [
  { label: 'Certificate' },
  { label: 'State' },
  { label: 'Signed by' },
  { label: 'Ends' },
  { label: 'Serial number', class: 'gone' },
]

const list = page({
  path: CERTIFICATES,
  access: 'issuers.read',
  id: 'console_certificates',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const offset = offsetOf(asked.value)
    const found = await visit.core.issuers.searchIssuers(visit.operation, {
      ...{ dialect: 'zpa', where: [], text: asked.value.q, offset, limit: PAGE_SIZE },
    })
    if (!found.ok) return found
    const { count: total, bytes, read } = found.value
    return ok({
      title: 'Certificates',
      section: 'devices',
      content: (
        <Content
          visit={visit}
          asked={asked.value}
          {...{ issuers: await read(0, bytes.length), total, offset }}
        />
      ),
    })
  },
})

function Content({
  visit: { now, operation },
  asked,
  issuers,
  total,
  offset,
}: {
  readonly visit: Visit
  readonly asked: Asked
  readonly issuers: readonly Issuer[]
  readonly total: number
  readonly offset: number
}) {
  const end = offset + issuers.length
  const at = (to: number) => addressOf(CERTIFICATES, asked, { offset: to === 0 ? undefined : String(to) })
  return (
    <>
      <DevicesHead current={CERTIFICATES} permissions={operation.actor.permissions} />
      <Bar>
        {asked.q === undefined ? (
          <ChipForm
            label="Name"
            name="q"
            hint="A part of the name"
            action={CERTIFICATES}
            hidden={keptOf(asked, 'offset')}
          />
        ) : (
          <SetChip label="Name" value={asked.q} href={CERTIFICATES} />
        )}
      </Bar>
      {issuers.length === 0 ? (
        <Empty
          title={asked.q === undefined ? 'No certificates yet' : 'No certificate matches'}
          way={asked.q === undefined ? undefined : { href: CERTIFICATES, label: 'Show all' }}
        >
          The certificate authorities of App Connectors and Service Edges stand here once the ZPA API is used.
        </Empty>
      ) : (
        <>
          <Table
            caption="Certificates"
            columns={COLUMNS}
            rows={issuers.map((issuer) => ({
              isDead: stateOf(issuer, now) !== 'active',
              cells: [
                nameCell(issuer.name, `${CERTIFICATES}/${issuer.id}`, issuer.commonName),
                { class: 'me-r', content: <State of={stateOf(issuer, now)} /> },
                { class: 'cut full', content: issuer.parentName ?? 'itself, or outside' },
                {
                  class: 'nw',
                  content:
                    issuer.certificate === null ? 'only a request' : <End at={issuer.validTo} now={now} />,
                },
                {
                  class: 'cut gone',
                  content: <code title={issuer.serialNumber}>{issuer.serialNumber}</code>,
                },
              ],
            }))}
          />
          <Foot first={offset === 0 ? undefined : at(0)} next={end < total ? at(end) : undefined}>
            {number(issuers.length)} of {count(total, 'certificate')}. As of {clockOf(now)}.
          </Foot>
        </>
      )}
    </>
  )
}

function stateOf({ certificate, validTo, maySign }: Issuer, now: number) {
  if (certificate === null) return 'scheduled'
  if (validTo <= now) return 'expired'
  return maySign ? 'active' : 'disabled'
}

const params = z.object({
  issuer: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .transform(Number),
})

const detail = page({
  path: `${CERTIFICATES}/:issuer`,
  access: 'issuers.read',
  id: 'console_certificate',
  params,
  subject: 'issuer',
  show: async ({ core, operation, params: { issuer: id }, now }) =>
    map(await core.issuers.getIssuer(operation, 'zpa', id), (issuer) => ({
      title: issuer.name,
      section: 'devices' as const,
      content: (
        <>
          <Head
            title={issuer.name}
            crumb={{ href: CERTIFICATES, label: 'Certificates' }}
            sub={issuer.description || undefined}
          />
          <div class="stack">
            <Facts
              rows={[
                ['State', <State of={stateOf(issuer, now)} />],
                ['Issued to', issuer.issuedTo || issuer.commonName],
                issuer.issuedBy === '' ? null : ['Issued by', issuer.issuedBy],
                issuer.serialNumber === '' ? null : ['Serial number', <code>{issuer.serialNumber}</code>],
                issuer.certificate === null ? null : ['Valid from', fullTime(issuer.validFrom)],
                issuer.certificate === null ? null : ['Valid until', fullTime(issuer.validTo)],
                ['Signs', issuer.maySign ? 'certificates of components' : 'nothing at this moment'],
                ['Private key', issuer.hasPrivateKey ? 'sealed in this deployment' : 'not here'],
                ['Changed', <Time at={issuer.updatedAt} now={now} />],
              ]}
            />
            {(issuer.certificate ?? issuer.request) !== null && (
              <section>
                <div class="sec-h">
                  <h2>{issuer.certificate === null ? 'Request' : 'Certificate'}, PEM</h2>
                </div>
                <Command id="pem">{issuer.certificate ?? issuer.request}</Command>
              </section>
            )}
          </div>
        </>
      ),
    })),
})

export const certificateRoutes = [list, detail]
