import * as z from 'zod'
import { formatApprovalId } from '../../core/enrollment/approvals/approval-id.ts'
import type { ApprovalDecision, WaitingClaim } from '../../core/enrollment/ledger/approval.ts'
import { map, notFound, ok } from '../../core/kernel/outcome.ts'
import { ApprovalId } from '../../http/words/approval-wire.ts'
import { formatKeyId, KeyId } from '../../http/words/wire.ts'
import { count } from '../components/figure/number.ts'
import { clockOf, Time } from '../components/figure/time.tsx'
import { Act, Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { State } from '../components/list/state.tsx'
import { type Column, Foot, type Row, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import { action, page } from '../edge/page.ts'
import type { View, Visit } from '../edge/visit.ts'
import { addressOf, askedOf, checkAsked } from '../lists/asked.ts'

const WAITING = '/console/waiting'
/** Of a page. Each has at most a hundred claims. */
const MAX_KEYS = 20
const PREFIX = 'apr_'

const Query = z.object({ after: KeyId.optional() })

const list = page({
  path: WAITING,
  access: 'agents.approve',
  id: 'console_waiting',
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const query = checkAsked(Query, asked.value)
    if (!query.ok) return query
    const after = query.value.after ?? null
    const { core, operation } = visit
    const found = await core.approvals.listApprovals(operation, {}, { after, limit: MAX_KEYS + 1 })
    return map(found, (keys) => {
      const shown = keys.slice(0, MAX_KEYS)
      const last = keys.length > MAX_KEYS ? shown.at(-1) : undefined
      const claims = shown.flatMap((key) => key.claims)
      return viewOf(visit, claims, {
        first: after === null ? undefined : WAITING,
        next: last && addressOf(WAITING, {}, { after: formatKeyId(last) }),
      })
    })
  },
})

type Links = { readonly first: string | undefined; readonly next: string | undefined }

function viewOf({ now }: Visit, claims: readonly WaitingClaim[], links: Links): View {
  const pending = claims.filter(({ kind, approvedAt }) => kind === 'approval' && approvedAt === null)
  const approved = claims.filter(({ kind, approvedAt }) => kind === 'approval' && approvedAt !== null)
  const held = claims.filter(({ kind }) => kind === 'reserve')
  const region = (
    <div class="region stack">
      <section>
        <div class="sec-h">
          <h2>To decide</h2>
          <span class="muted small">The machine shows the same code. Compare it before you approve.</span>
        </div>
        {pending.length === 0 ? (
          <Empty title="No machine waits for approval">
            A key that asks for approval holds a use for each new machine, and the machine stands here until
            it is decided.
          </Empty>
        ) : (
          <Table
            caption="Machines that wait for approval"
            columns={PENDING}
            rows={pending.map((one) => pendingRow(one, now))}
          />
        )}
      </section>
      {approved.length > 0 && (
        <section>
          <div class="sec-h">
            <h2>Approved, and not back yet</h2>
            <span class="muted small">Such a machine gets its agent when it asks again.</span>
          </div>
          <Table caption="Approved machines" columns={HELD} rows={approved.map((one) => heldRow(one, now))} />
        </section>
      )}
      {held.length > 0 && (
        <section>
          <div class="sec-h">
            <h2>Held uses</h2>
            <span class="muted small">Machines that reserved a use. It comes back when the hold ends.</span>
          </div>
          <Table caption="Held uses" columns={HELD} rows={held.map((one) => heldRow(one, now))} />
        </section>
      )}
      <Foot {...links}>
        {count(pending.length, 'machine')} to decide, {count(held.length, 'held use')}. As of {clockOf(now)}.
      </Foot>
    </div>
  )
  return {
    title: 'Waiting',
    section: 'waiting',
    content: (
      <>
        <Head
          title="Waiting"
          isOneLine
          actions={
            <LinkButton href={WAITING} icon="repeat">
              Check again
            </LinkButton>
          }
        />
        {region}
      </>
    ),
    region,
  }
}

const PENDING: readonly Column[] = [
  { label: 'Machine says' },
  { label: 'Code' },
  { label: 'Key' },
  { label: 'From' },
  { label: 'Ends' },
  { label: <span class="sr">Decision</span> },
]
const HELD: readonly Column[] = [
  { label: 'Machine says' },
  { label: 'State' },
  { label: 'Code' },
  { label: 'Key' },
  { label: 'From', class: 'gone' },
  { label: 'Ends' },
]

function pendingRow(claim: WaitingClaim, now: number): Row {
  const address = `${WAITING}/${idOf(claim)}`
  return {
    cells: [
      machineCell(claim),
      codeCell(claim),
      keyCell(claim),
      { class: 'full', content: <Known claim={claim} /> },
      endCell(claim, now),
      {
        class: 'full',
        content: (
          <span class="row end nowrap">
            <Act action={`${address}/approve`} icon="check" isSmall>
              Approve
            </Act>
            <LinkButton href={`${address}/deny`} tone="risk" isSmall>
              Deny
            </LinkButton>
          </span>
        ),
      },
    ],
  }
}

function heldRow(claim: WaitingClaim, now: number): Row {
  return {
    cells: [
      machineCell(claim),
      { class: 'me-r', content: <State of={claim.approvedAt === null ? 'held' : 'waiting'} /> },
      codeCell(claim),
      keyCell(claim),
      { class: 'nw gone', content: claim.address && <code>{claim.address}</code> },
      endCell(claim, now),
    ],
  }
}

function endCell({ endsAt }: WaitingClaim, now: number) {
  return {
    class: 'nw',
    content: (
      <>
        <span class="m">ends</span> <Time at={endsAt} now={now} />
      </>
    ),
  }
}

function hostOf({ said }: WaitingClaim): string {
  return said.hostname || 'no host name'
}

function machineCell(claim: WaitingClaim) {
  const facts = Object.keys(claim.said.facts).length
  return {
    class: 'name',
    content: (
      <>
        <b title={hostOf(claim)}>{hostOf(claim)}</b>
        <small>{facts === 0 ? 'sent no facts' : `and ${count(facts, 'fact')}, which nothing proves`}</small>
      </>
    ),
  }
}

function codeCell({ comparison }: WaitingClaim) {
  return { class: 'nw', content: <code class="k">{comparison}</code> }
}

function keyCell({ key }: WaitingClaim) {
  return {
    class: 'cut',
    content: (
      <a class="plain" href={`/console/keys/${formatKeyId(key)}`} title={key.name}>
        {key.name || formatKeyId(key)}
      </a>
    ),
  }
}

/** What the server knows, beside what the machine says. */
function Known({ claim }: { readonly claim: WaitingClaim }) {
  const { address, hasEnrolledFromThere, waitingFromThere } = claim
  if (address === null) return <span class="muted">address not known</span>
  const others = waitingFromThere > 0 ? `, ${count(waitingFromThere, 'other')} from its network` : ''
  return (
    <>
      <code>{address}</code>
      <small class="muted">
        {hasEnrolledFromThere ? 'enrolled from there before' : 'new address'}
        {others}
      </small>
    </>
  )
}

function idOf({ key, claimHash }: WaitingClaim): string {
  return PREFIX + formatApprovalId(key, claimHash)
}

const params = z.object({ approval: ApprovalId })
const approve = decision('approve', 'approved', 'Approved. The machine gets its agent when it asks again.')
const deny = decision('deny', 'denied', 'Denied, for good. The use went back to its key.')

function decision(verb: string, decided: ApprovalDecision, text: string) {
  return action({
    path: `${WAITING}/:approval/${verb}`,
    access: 'agents.approve',
    id: `console_waiting_${verb}`,
    params,
    subject: 'approval',
    act: async ({ core, operation, params: { approval } }) =>
      map(await core.approvals.decideApproval(operation, approval, decided), () => ({
        to: WAITING,
        notice: { text },
      })),
  })
}

const denyDialog = page({
  path: `${WAITING}/:approval/deny`,
  access: 'agents.approve',
  id: 'console_waiting_deny_dialog',
  params,
  subject: 'approval',
  show: async (visit) => {
    const { core, operation, params: wanted } = visit
    const { key, claimHash } = wanted.approval
    const found = await core.approvals.listApprovals(operation, { key }, { after: null, limit: 1 })
    if (!found.ok) return found
    const claim = found.value.flatMap(({ claims }) => claims).find((one) => one.claimHash === claimHash)
    if (!claim) return notFound('approval')
    const title = `Deny “${hostOf(claim)}”`
    return ok({
      ...viewOf(visit, [claim], { first: undefined, next: undefined }),
      title,
      overlay: (
        <Dialog
          id="deny"
          title={title}
          action={`${WAITING}/${idOf(claim)}/deny`}
          cancel={WAITING}
          submit={
            <Button type="submit" tone="final">
              Deny 1 machine
            </Button>
          }
        >
          <div>
            <Effects
              ends={['This claim stays denied: the machine is not let in with it again.']}
              stays={[
                `The use goes back to “${claim.key.name}”.`,
                'The machine can ask again with a new claim, and then waits here again.',
              ]}
            />
          </div>
        </Dialog>
      ),
    })
  },
})

export const waitingRoutes = [list, approve, denyDialog, deny]
