import { CheckField, NumberField, Option, SelectField, TextField } from '../../components/form/field.tsx'
import type { OptionProps } from './common-options.tsx'
import { boundTo, type KeyForm } from './key-form.ts'

export function HoldOption({ form, errors, mayApprove }: OptionProps & { readonly mayApprove: boolean }) {
  const at = boundTo(form, errors)
  return (
    <Option
      title="Hold and approval"
      value={holdValue(form)}
      isOpen={[errors.hold, errors.expires_seconds, errors.max_pending, errors.approval].some(Boolean)}
    >
      <div class="form">
        <SelectField
          {...at('hold')}
          label="A machine may reserve a use first"
          choices={[
            { value: 'off', label: 'No' },
            { value: 'allowed', label: 'It may' },
            { value: 'required', label: 'It must' },
          ]}
          hint="For golden images and installers: only the machine that boots is counted."
        />
        {mayApprove || form.approval === 'on' ? <ApprovalFields form={form} errors={errors} /> : null}
      </div>
    </Option>
  )
}

function ApprovalFields({ form, errors }: OptionProps) {
  const at = boundTo(form, errors)
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
        {...at('expires_seconds')}
        label="A machine waits at most"
        note="optional"
        unit="seconds, 600 unless you say otherwise"
      />
      <NumberField
        {...at('max_pending')}
        label="Machines that may wait at a time"
        note="optional"
        unit="20 unless you say otherwise"
      />
      <SelectField
        {...at('approve_by')}
        label="Who decides"
        choices={[
          { value: 'user', label: 'A signed-in person' },
          { value: 'automation', label: 'A person or an API key' },
        ]}
      />
    </>
  )
}

export function LimitOption({ form, errors }: OptionProps) {
  const at = boundTo(form, errors)
  return (
    <Option
      title="Limits and time windows"
      value={limitsValue(form)}
      isOpen={LIMIT_FIELDS.some((name) => errors[name] !== undefined)}
    >
      <div class="form">
        <NumberField {...at('per_minute')} label="New agents a minute" note="optional" unit="at most" />
        <NumberField {...at('per_hour')} label="New agents an hour" note="optional" unit="at most" />
        <NumberField
          {...at('per_network_per_hour')}
          label="From one network an hour"
          note="optional"
          unit="at most, of an IPv4 address or an IPv6 /64"
        />
        <TextField {...at('not_before')} type="datetime-local" label="Begins, UTC" note="optional" />
        <TextField
          {...at('windows')}
          label="Only at these times"
          note="one window a line"
          rows={2}
          isMono
          placeholder="mon-fri 08:00-18:00 Europe/Berlin"
        />
      </div>
    </Option>
  )
}

export function AlarmOption({ form, errors }: OptionProps) {
  const at = boundTo(form, errors)
  return (
    <Option
      title="Alarms"
      value={alarmValue(form)}
      isOpen={ALARM_FIELDS.some((name) => errors[name] !== undefined)}
    >
      <div class="form">
        <NumberField
          {...at('refused_networks_per_minute')}
          label="Pause the key when this many networks are refused in a minute"
          note="optional"
          unit="networks"
        />
        <NumberField
          {...at('denied_per_hour')}
          label="Pause the key when this many machines are denied in an hour"
          note="optional"
          unit="machines"
        />
        <NumberField
          {...at('resume_after_minutes')}
          label="Resume by itself after"
          note="optional"
          unit="minutes; empty: when an operator resumes it"
        />
        <CheckField
          name="decoy"
          isChecked={form.decoy === 'on'}
          hint="Lets no machine in, and reports each that tries. Leave its code where a thief would look."
        >
          This key is a decoy
        </CheckField>
      </div>
    </Option>
  )
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
