import * as z from 'zod'
import type { ExplainedRequest } from '../../../core/enrollment/keys/refusals.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Explanation } from '../../../core/enrollment/ledger/redemption.ts'
import { rulesAsked } from '../../../core/enrollment/ledger/rules/asked.ts'
import { MAX_SLOT_VALUE } from '../../../core/enrollment/ledger/rules/slots.ts'
import { isAddress } from '../../../core/kernel/address.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { REFUSAL_REASONS } from '../../../core/kernel/refusal-reason.ts'
import { Claim, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { Address, formatKeyId } from '../../../http/words/wire.ts'
import { ClockTime } from '../../components/figure/time.tsx'
import { Button, LinkButton } from '../../components/form/button.tsx'
import { Command } from '../../components/form/command.tsx'
import { SelectField, TextField } from '../../components/form/field.tsx'
import { Rules, Verdict } from '../../components/list/rules.tsx'
import { Empty } from '../../components/page/empty.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { checkForm, type FieldErrors } from '../../edge/form.ts'
import { action, page } from '../../edge/page.ts'
import type { View, Visit } from '../../edge/visit.ts'
import { formOf, type KeyForm } from '../form/key-form.ts'
import { pathOfKey, reasonWords } from '../shared.ts'
import { factsOf, RULES, remedyOf, VERDICTS } from './explain-words.ts'
import { KeyParams, keyView } from './key-head.tsx'

const Input = z.object({
  request_id: z.uuid('A request id is a UUID, as the machine printed it.').toLowerCase().optional(),
  address: Address.optional(),
  claim: Claim.optional(),
  intent: z.enum(['enroll', 'hold', 'confirm']).default('enroll'),
  hostname: text(MAX_SLOT_VALUE).optional(),
  serial: text(MAX_SLOT_VALUE).optional(),
})

const PATH = '/console/keys/:key/explain'

/** Other pages lead here with an address or a request id. A claim is as good as an agent's name, and is posted only. */
const show = page({
  path: PATH,
  access: 'keys.read',
  id: 'console_keys_explain',
  params: KeyParams,
  query: z.object({ address: z.string().max(64).optional(), request_id: z.string().max(64).optional() }),
  subject: 'key',
  show: async (visit) => {
    const asked = Object.fromEntries(
      Object.entries(visit.query).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    )
    const input = Input.safeParse(asked)
    return explained(visit, asked, input.success ? input.data : { intent: 'enroll' }, {})
  },
})

const explain = action({
  path: PATH,
  access: 'keys.read',
  id: 'console_keys_explain_claim',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields) => {
    const typed = formOf(fields)
    const checked = checkForm(Input, fields)
    return checked.ok
      ? explained(visit, typed, checked.value, {})
      : explained(visit, typed, { intent: 'enroll' }, checked.errors)
  },
})

type Asked = z.output<typeof Input>

async function explained(
  visit: Visit<z.output<typeof KeyParams>>,
  typed: KeyForm,
  asked: Asked,
  errors: FieldErrors,
): Promise<Outcome<View, ConsoleFault>> {
  const { core, operation, params } = visit
  const key = await core.keys.getKey(operation, params.key)
  if (!key.ok) return key
  const { request_id, address = null, claim = null, intent, hostname = null, serial } = asked
  const about = { hostname, facts: JSON.stringify({ serial }) }
  const isRefused = Object.keys(errors).length > 0
  let result = <Ask />
  if (request_id) {
    const found = await core.keys.explainRequest(operation, request_id)
    if (!found.ok) return found
    result = <OfRequest visit={visit} keyOf={key.value} request={request_id} found={found.value} />
  } else if (!isRefused) {
    const found = await core.keys.explainKey(operation, params.key, { claim, address, intent, about })
    if (!found.ok) return found
    result = <OfAttempt visit={visit} keyOf={key.value} explanation={found.value} address={address} />
  }
  return ok(
    await keyView(visit, key.value, {
      tab: '/explain',
      status: isRefused ? 422 : 200,
      content: (
        <div class={Object.keys(typed).length > 0 && !isRefused ? 'cols flip answered' : 'cols flip'}>
          <Form keyOf={key.value} typed={typed} errors={errors} />
          <section aria-label="Answer">{result}</section>
        </div>
      ),
    }),
  )
}

function Form({
  keyOf: key,
  typed,
  errors,
}: {
  readonly keyOf: EnrollmentKey
  readonly typed: KeyForm
  readonly errors: FieldErrors
}) {
  return (
    <form class="form" method="post" action={pathOfKey(key, '/explain')}>
      <p class="lead">
        Would a machine get in? The same code decides here as for a real machine. Nothing is spent.
      </p>
      <TextField
        id="request_id"
        name="request_id"
        label="Request id"
        note="that the machine printed"
        isMono
        value={typed.request_id ?? ''}
        error={errors.request_id}
      />
      <p class="or">or</p>
      <TextField
        id="address"
        name="address"
        label="Address"
        note="optional"
        isMono
        value={typed.address ?? ''}
        error={errors.address && `“${typed.address}” is not an address. Example: 10.20.4.17`}
      />
      <TextField
        id="claim"
        name="claim"
        label="Claim"
        note="optional"
        isMono
        value={typed.claim ?? ''}
        placeholder="Empty: a machine never seen"
        error={errors.claim && 'A claim has 22 to 256 characters.'}
      />
      {key.rules?.isExpectedOnly && <MachineFields typed={typed} errors={errors} />}
      <SelectField
        id="intent"
        name="intent"
        label="It asks"
        value={typed.intent}
        choices={[
          { value: 'enroll', label: 'to enroll' },
          { value: 'hold', label: 'to hold a use' },
          { value: 'confirm', label: 'to confirm a hold' },
        ]}
      />
      <div class="row">
        <Button type="submit" tone="go">
          Explain
        </Button>
      </div>
    </form>
  )
}

/** What a key with slots asks of a machine. */
function MachineFields({ typed, errors }: { readonly typed: KeyForm; readonly errors: FieldErrors }) {
  return (
    <>
      <TextField
        id="hostname"
        name="hostname"
        label="Host name"
        note="that the machine says"
        isMono
        value={typed.hostname ?? ''}
        error={errors.hostname}
      />
      <TextField
        id="serial"
        name="serial"
        label="Serial number"
        note="optional"
        isMono
        value={typed.serial ?? ''}
        error={errors.serial}
      />
    </>
  )
}

function Ask() {
  return (
    <Empty title="Nothing is explained yet">
      The form has something that is not right. Nothing was asked of the key.
    </Empty>
  )
}

function OfAttempt({
  visit,
  keyOf: key,
  explanation,
  address,
}: {
  readonly visit: Visit
  readonly keyOf: EnrollmentKey
  readonly explanation: Explanation
  readonly address: string | null
}) {
  const { decision, reason, agent } = explanation
  const rules = rulesAsked(explanation).map((rule) => ({
    ...rule,
    text: RULES[rule.reason],
    facts: factsOf(rule.reason, key, { address, now: visit.now }),
  }))
  const may = visit.operation.actor.permissions
  return (
    <>
      {decision === 'refused' && reason !== null ? (
        <Verdict isGood={false} title={`Refused: ${reasonWords(reason)}`}>
          Rule {REFUSAL_REASONS.indexOf(reason) + 1} of {REFUSAL_REASONS.length} decided. A machine learns
          only that it was refused, and a request id.
        </Verdict>
      ) : (
        <Verdict isGood title={VERDICTS[decision === 'refused' ? 'new' : decision][0]}>
          {VERDICTS[decision === 'refused' ? 'new' : decision][1]}{' '}
          {agent !== null && may.has('agents.read') && <a href={`/console/agents/${agent}`}>See the agent</a>}
        </Verdict>
      )}
      <Rules rules={rules} />
      {reason !== null && <Remedy visit={visit} keyOf={key} reason={reason} address={address} />}
      <AsJson
        answer={{
          key_id: formatKeyId(key),
          address,
          decision,
          reason,
          agent_id: may.has('agents.read') ? agent : null,
          rules: rulesAsked(explanation),
        }}
      />
    </>
  )
}

/** For a ticket, or a program: in the words of the native API. A claim that was typed is not in it. */
function AsJson({ answer }: { readonly answer: object }) {
  return (
    <details class="tab sp">
      <summary>As JSON</summary>
      <Command id="json">{JSON.stringify(answer, null, 2)}</Command>
    </details>
  )
}

function Remedy({
  visit,
  keyOf: key,
  reason,
  address,
}: {
  readonly visit: Visit
  readonly keyOf: EnrollmentKey
  readonly reason: (typeof REFUSAL_REASONS)[number]
  readonly address: string | null
}) {
  const remedy = remedyOf(reason)
  const isAddressMissing =
    reason === 'address_not_allowed' &&
    address !== null &&
    isAddress(address) &&
    visit.operation.actor.permissions.has('keys.write') &&
    key.allowedAddresses.length > 0
  if (isAddressMissing) {
    return (
      <form method="post" action={pathOfKey(key, '/allow')} class="row sp">
        <input type="hidden" name="address" value={address} />
        <Button type="submit" isSmall>
          Allow {address} on this key
        </Button>
      </form>
    )
  }
  return remedy === null ? null : <p class="muted small sp">{remedy}</p>
}

function OfRequest({
  visit,
  keyOf: key,
  request,
  found,
}: {
  readonly visit: Visit
  readonly keyOf: EnrollmentKey
  readonly request: string
  readonly found: ExplainedRequest | null
}) {
  if (found === null) {
    return (
      <Empty title="This request is not kept">
        It was not refused, or it is older than 30 days, or one of many alike: of each reason, network and
        minute the first 20 are kept, and only of genuine codes.
      </Empty>
    )
  }
  const { reason, network, minute } = found.refusal
  const isOther = found.key.ledger !== key.ledger || found.key.n !== key.n
  const rules = rulesAsked({ decision: 'refused', reason }).map((rule) => ({
    ...rule,
    text: RULES[rule.reason],
  }))
  return (
    <>
      <Verdict isGood={false} title={`Refused: ${reasonWords(reason)}`}>
        <ClockTime at={minute} now={visit.now} /> UTC{network !== null && `, from ${network}`}. Rule{' '}
        {REFUSAL_REASONS.indexOf(reason) + 1} of {REFUSAL_REASONS.length} decided. The machine learned only “
        <code>{request}</code>”.
      </Verdict>
      {isOther && (
        <p class="sp">
          It redeemed another key.{' '}
          <LinkButton href={pathOfKey(found.key)} isSmall>
            See that key
          </LinkButton>
        </p>
      )}
      <Rules rules={rules} />
      {!isOther && <Remedy visit={visit} keyOf={key} reason={reason} address={null} />}
      <AsJson
        answer={{
          request_id: request,
          key_id: formatKeyId(found.key),
          minute: formatTime(minute),
          network,
          decision: 'refused',
          reason,
          rules: rulesAsked({ decision: 'refused', reason }),
        }}
      />
    </>
  )
}

export const explainRoutes = [show, explain]
