/** The form of a key: to create it, and to change it. */
import type { Child } from 'hono/jsx'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { formatProfileId } from '../../../http/words/wire.ts'
import { count } from '../../components/figure/number.ts'
import { durationOf } from '../../components/figure/time.tsx'
import {
  CheckField,
  type Choice,
  NumberField,
  NumberInput,
  Option,
  Options,
  Segments,
  SelectField,
  TextField,
} from '../../components/form/field.tsx'
import type { FieldErrors } from '../../edge/form.ts'
import { type KeyForm, linesOf } from './key-form.ts'

type FieldsProps = {
  readonly form: KeyForm
  readonly errors: FieldErrors
  /** Whether it is to be made: its profile is chosen, and it ends in so long. */
  readonly isNew?: boolean
  /** Of the key, where it has one already. */
  readonly profile: Profile | null
  readonly profiles: readonly Profile[]
  readonly mayApprove: boolean
}

const USES: readonly Choice[] = [
  { value: '1', label: 'One' },
  { value: 'n', label: 'A number' },
  { value: 'u', label: 'Unlimited' },
]

const ENDS: readonly Choice[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: 'date', label: 'On a date' },
  { value: 'never', label: 'Never' },
]

export function KeyFields({ form, errors, profile, profiles, mayApprove, isNew = true }: FieldsProps) {
  const chosen = profile ?? profiles.find((one) => formatProfileId(one) === form.profile_id) ?? profiles[0]
  return (
    <>
      <TextField id="name" name="name" label="Name" value={form.name ?? ''} error={errors.name} />
      {isNew && (
        <SelectField
          id="profile_id"
          name="profile_id"
          label="Profile"
          value={form.profile_id}
          choices={profiles.map((one) => ({ value: formatProfileId(one), label: one.name }))}
          error={errors.profile_id}
          hint={profileHint(chosen)}
        />
      )}
      <Segments
        legend="How many machines"
        name="uses"
        value={form.uses ?? '1'}
        choices={isNew ? USES : USES.slice(1)}
        error={errors.max_uses}
        id="max_uses"
      >
        <div class="if-n">
          <NumberInput
            id="max_uses"
            name="max_uses"
            label="Number of machines"
            value={form.max_uses ?? ''}
            unit={`machines${ceilingHint(chosen)}`}
            {...(errors.max_uses && {
              'aria-invalid': 'true' as const,
              'aria-describedby': 'max_uses-error',
            })}
          />
        </div>
        <div class="if-u">
          <TextField
            id="reason"
            name="reason"
            label="Why it has no limit"
            value={form.reason ?? ''}
            error={errors.reason}
          />
        </div>
      </Segments>
      <Segments
        legend={isNew ? 'Ends in' : 'Ends'}
        name="ends"
        value={form.ends ?? '7d'}
        choices={isNew ? ENDS : ENDS.slice(4)}
        isEnds={isNew}
        error={errors.ends}
      >
        <div class="if-date">
          <TextField
            id="ends_at"
            name="ends_at"
            type="datetime-local"
            label="Date and time, UTC"
            value={form.ends_at ?? ''}
          />
        </div>
      </Segments>
      <Options>
        <Option
          title="Addresses"
          value={linesOf(form.from).length > 0 ? count(linesOf(form.from).length, 'range') : 'any'}
          isOpen={errors.from !== undefined}
        >
          <TextField
            id="from"
            name="from"
            label="Only from"
            note="one range a line"
            rows={2}
            isMono
            value={form.from ?? ''}
            placeholder="10.20.0.0/16"
            error={errors.from}
          />
        </Option>
        <Option
          title="Labels and description"
          value={linesOf(form.labels).join(', ') || 'none'}
          isOpen={errors.labels !== undefined || errors.description !== undefined}
        >
          <Stack>
            <TextField
              id="labels"
              name="labels"
              label="Labels"
              note="one a line; its agents get them, too"
              rows={2}
              isMono
              value={form.labels ?? ''}
              placeholder="env=production"
              error={errors.labels}
            />
            <TextField
              id="description"
              name="description"
              label="Description"
              note="optional"
              rows={2}
              value={form.description ?? ''}
              error={errors.description}
            />
          </Stack>
        </Option>
        <Option
          title="Hold and approval"
          value={holdValue(form)}
          isOpen={[errors.hold, errors.expires_seconds, errors.max_pending, errors.approval].some(Boolean)}
        >
          <Stack>
            <SelectField
              id="hold"
              name="hold"
              label="A machine may reserve a use first"
              value={form.hold}
              choices={[
                { value: 'off', label: 'No' },
                { value: 'allowed', label: 'It may' },
                { value: 'required', label: 'It must' },
              ]}
              hint="For golden images and installers: only the machine that boots is counted."
              error={errors.hold}
            />
            {mayApprove || form.approval === 'on' ? <ApprovalFields form={form} errors={errors} /> : null}
          </Stack>
        </Option>
        <Option
          title="Limits and time windows"
          value={limitsValue(form)}
          isOpen={LIMIT_FIELDS.some((name) => errors[name] !== undefined)}
        >
          <Stack>
            <NumberField
              id="per_minute"
              name="per_minute"
              label="New agents a minute"
              note="optional"
              value={form.per_minute ?? ''}
              unit="at most"
              error={errors.per_minute}
            />
            <NumberField
              id="per_hour"
              name="per_hour"
              label="New agents an hour"
              note="optional"
              value={form.per_hour ?? ''}
              unit="at most"
              error={errors.per_hour}
            />
            <NumberField
              id="per_network_per_hour"
              name="per_network_per_hour"
              label="From one network an hour"
              note="optional"
              value={form.per_network_per_hour ?? ''}
              unit="at most, of an IPv4 address or an IPv6 /64"
              error={errors.per_network_per_hour}
            />
            <TextField
              id="not_before"
              name="not_before"
              type="datetime-local"
              label="Begins, UTC"
              note="optional"
              value={form.not_before ?? ''}
              error={errors.not_before}
            />
            <TextField
              id="windows"
              name="windows"
              label="Only at these times"
              note="one window a line"
              rows={2}
              isMono
              value={form.windows ?? ''}
              placeholder="mon-fri 08:00-18:00 Europe/Berlin"
              error={errors.windows}
            />
          </Stack>
        </Option>
        <Option
          title="Alarms"
          value={alarmValue(form)}
          isOpen={ALARM_FIELDS.some((name) => errors[name] !== undefined)}
        >
          <Stack>
            <NumberField
              id="refused_networks_per_minute"
              name="refused_networks_per_minute"
              label="Pause the key when this many networks are refused in a minute"
              note="optional"
              value={form.refused_networks_per_minute ?? ''}
              unit="networks"
              error={errors.refused_networks_per_minute}
            />
            <NumberField
              id="denied_per_hour"
              name="denied_per_hour"
              label="Pause the key when this many machines are denied in an hour"
              note="optional"
              value={form.denied_per_hour ?? ''}
              unit="machines"
              error={errors.denied_per_hour}
            />
            <NumberField
              id="resume_after_minutes"
              name="resume_after_minutes"
              label="Resume by itself after"
              note="optional"
              value={form.resume_after_minutes ?? ''}
              unit="minutes; empty: when an operator resumes it"
              error={errors.resume_after_minutes}
            />
            <CheckField
              name="decoy"
              isChecked={form.decoy === 'on'}
              hint="Lets no machine in, and reports each that tries. Leave its code where a thief would look."
            >
              This key is a decoy
            </CheckField>
          </Stack>
        </Option>
      </Options>
    </>
  )
}

function ApprovalFields({ form, errors }: { readonly form: KeyForm; readonly errors: FieldErrors }) {
  return (
    <>
      <CheckField
        name="approval"
        isChecked={form.approval === 'on'}
        hint="The machine asks until it is let in. You compare a code that it shows."
      >
        An operator approves each new machine
      </CheckField>
      <NumberField
        id="expires_seconds"
        name="expires_seconds"
        label="A machine waits at most"
        note="optional"
        value={form.expires_seconds ?? ''}
        unit="seconds, 600 unless you say otherwise"
        error={errors.expires_seconds}
      />
      <NumberField
        id="max_pending"
        name="max_pending"
        label="Machines that may wait at a time"
        note="optional"
        value={form.max_pending ?? ''}
        unit="20 unless you say otherwise"
        error={errors.max_pending}
      />
      <SelectField
        id="approve_by"
        name="approve_by"
        label="Who decides"
        value={form.approve_by}
        choices={[
          { value: 'user', label: 'A signed-in person' },
          { value: 'automation', label: 'A person or an API key' },
        ]}
      />
    </>
  )
}

function Stack({ children }: { readonly children?: Child }) {
  return <div class="form">{children}</div>
}

const LIMIT_FIELDS = ['per_minute', 'per_hour', 'per_network_per_hour', 'not_before', 'windows'] as const
const ALARM_FIELDS = ['refused_networks_per_minute', 'denied_per_hour', 'resume_after_minutes'] as const

function holdValue({ hold = 'off', approval }: KeyForm): string {
  const held = hold === 'off' ? [] : [hold === 'required' ? 'hold required' : 'hold allowed']
  return [...held, ...(approval === 'on' ? ['approval'] : [])].join(', ') || 'off'
}

function limitsValue(form: KeyForm): string {
  const set = LIMIT_FIELDS.filter((name) => form[name]).length
  return set === 0 ? 'none' : `${set} set`
}

function alarmValue(form: KeyForm): string {
  if (form.decoy === 'on') return 'decoy'
  return ALARM_FIELDS.some((name) => form[name]) ? 'pauses itself' : 'none'
}

function profileHint(profile: Profile | undefined): string {
  if (!profile) return 'A key belongs to a profile. Create one first.'
  const { ceilings, allowedAddresses } = profile
  const parts = [
    !profile.isEnabled && 'The profile is disabled: nothing enrolls until it is enabled.',
    ceilings?.lifetimeSeconds && `A key lives at most ${durationOf(ceilings.lifetimeSeconds)}.`,
    allowedAddresses.length > 0 && `Only from ${allowedAddresses.slice(0, 3).join(', ')}.`,
  ].filter((part) => part !== false && part !== null && part !== undefined && part !== 0)
  return parts.join(' ') || 'Agents get an identity and the key’s labels.'
}

function ceilingHint(profile: Profile | undefined): string {
  const most = profile?.ceilings?.maxUses
  return most ? `, at most ${most} under this profile` : ''
}
