/** The form of a profile: what was typed, in the native API's words. */
import type * as z from 'zod'
import type { Profile } from '../../core/enrollment/ledger/profile.ts'
import type { Fault } from '../../core/kernel/outcome.ts'
import { given } from '../../http/members.ts'
import { problemsOf } from '../../http/problems.ts'
import { NumberField, Option, Options, TextField } from '../components/form/field.tsx'
import type { FieldErrors } from '../edge/form.ts'
import { AddressOption, LabelOption } from '../keys/form/common-options.tsx'
import { boundTo, type KeyForm, labelLines, labelsOf, linesOf, numberOf } from '../keys/form/key-form.ts'

const DAY_SECONDS = 86_400

export function formOfProfile(profile: Profile): KeyForm {
  const days = (seconds: number | null | undefined) => (seconds ? String(seconds / DAY_SECONDS) : undefined)
  return given({
    name: profile.name,
    description: profile.description,
    labels: labelLines(profile.tags),
    from: profile.allowedAddresses.join('\n'),
    default_max_uses: profile.defaultMaxUses === null ? undefined : String(profile.defaultMaxUses),
    default_days: days(profile.defaultLifetimeSeconds),
    max_uses: profile.ceilings?.maxUses ? String(profile.ceilings.maxUses) : undefined,
    days: days(profile.ceilings?.lifetimeSeconds),
  })
}

function bodyOf(form: KeyForm): object {
  const seconds = (value: string | undefined) => {
    const days = numberOf(value)
    return typeof days === 'number' ? days * DAY_SECONDS : days
  }
  return {
    name: form.name ?? '',
    description: form.description ?? '',
    labels: labelsOf(form.labels),
    allowed_addresses: linesOf(form.from),
    default_max_uses: numberOf(form.default_max_uses),
    default_key_lifetime_seconds: seconds(form.default_days),
    ceilings: { max_uses: numberOf(form.max_uses), lifetime_seconds: seconds(form.days) },
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  allowed_addresses: 'from',
  default_key_lifetime_seconds: 'default_days',
  lifetime_seconds: 'days',
}

export function errorsOfProfile(fault: Fault, form: KeyForm): FieldErrors | null {
  if (fault.kind !== 'input_invalid') return null
  const errors = fault.problems.map(({ path, message }) => {
    const named = path.filter((part) => typeof part === 'string')
    const member = named.find((part) => part !== 'ceilings') ?? ''
    const index = path.find((part) => typeof part === 'number')
    if (named[0] === 'labels') return ['labels', `${named[1] ?? ''}: ${message}`] as const
    if (member === 'name') return ['name', 'A profile has a name. Example: Web tier'] as const
    if (index !== undefined) {
      return [
        'from',
        `Line ${index + 1}: “${linesOf(form.from)[index]}” is not an address range. Example: 10.20.0.0/16`,
      ] as const
    }
    return [FIELDS[member] ?? member, 'A whole number, at least 1. Empty: none.'] as const
  })
  return Object.fromEntries(errors.reverse())
}

export function checkProfile<S extends z.ZodType>(
  schema: S,
  form: KeyForm,
): { readonly ok: true; readonly value: z.output<S> } | { readonly ok: false; readonly errors: FieldErrors } {
  const body = bodyOf(form)
  const result = schema.safeParse(body)
  if (result.success) return { ok: true, value: result.data }
  const fault = { kind: 'input_invalid', problems: problemsOf(result.error, body) } as const
  return { ok: false, errors: errorsOfProfile(fault, form) ?? {} }
}

export function ProfileFields({ form, errors }: { readonly form: KeyForm; readonly errors: FieldErrors }) {
  const at = boundTo(form, errors)
  return (
    <>
      <TextField {...at('name')} label="Name" />
      <TextField {...at('description')} label="Description" note="optional" rows={2} />
      <Options>
        <AddressOption {...{ form, errors }} note="one range a line; for all of its keys" />
        <LabelOption {...{ form, errors }} title="Labels" note="one a line" />
        <Option
          title="Limits of its keys"
          value={form.max_uses || form.days ? 'set' : 'none'}
          isOpen={[errors.default_max_uses, errors.default_days, errors.max_uses, errors.days].some(Boolean)}
        >
          <div class="form">
            <NumberField
              {...at('default_max_uses')}
              label="Uses of a key whose maker says nothing"
              note="optional"
              unit="empty: no limit"
            />
            <NumberField
              {...at('default_days')}
              label="Life of a key whose maker says nothing"
              note="optional"
              unit="days; empty: it never ends"
            />
            <NumberField
              {...at('max_uses')}
              label="The most uses that a key may have"
              note="optional"
              unit="empty: any number, and no limit"
            />
            <NumberField
              {...at('days')}
              label="The longest life of a key"
              note="optional"
              unit="days; empty: any, and never"
            />
          </div>
        </Option>
      </Options>
    </>
  )
}
