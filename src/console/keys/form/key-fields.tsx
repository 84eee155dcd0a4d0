import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { formatProfileId } from '../../../http/words/wire.ts'
import { durationOf } from '../../components/figure/time.tsx'
import {
  type Choice,
  NumberInput,
  Options,
  Segments,
  SelectField,
  TextField,
} from '../../components/form/field.tsx'
import type { FieldErrors } from '../../edge/form.ts'
import { AddressOption, LabelOption } from './common-options.tsx'
import { boundTo, type KeyForm } from './key-form.ts'
import { AlarmOption, HoldOption, LimitOption } from './key-options.tsx'

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
  const at = boundTo(form, errors)
  const chosen = profile ?? profiles.find((one) => formatProfileId(one) === form.profile_id) ?? profiles[0]
  return (
    <>
      <TextField {...at('name')} label="Name" />
      {isNew && (
        <SelectField
          {...at('profile_id')}
          label="Profile"
          choices={profiles.map((one) => ({ value: formatProfileId(one), label: one.name }))}
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
          <TextField {...at('reason')} label="Why it has no limit" />
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
          <TextField {...at('ends_at')} type="datetime-local" label="Date and time, UTC" />
        </div>
      </Segments>
      <Options>
        <AddressOption {...{ form, errors }} note="one range a line" />
        <LabelOption
          {...{ form, errors }}
          title="Labels and description"
          note="one a line; its agents get them, too"
        >
          <TextField {...at('description')} label="Description" note="optional" rows={2} />
        </LabelOption>
        <HoldOption {...{ form, errors, mayApprove }} />
        <LimitOption {...{ form, errors }} />
        <AlarmOption {...{ form, errors }} />
      </Options>
    </>
  )
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
