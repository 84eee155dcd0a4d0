/** What the form of a key says, in the native API's words, and what was typed, to show it again. Pure. */
import type * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { NO_RULES, WEEKDAYS, type Window } from '../../../core/enrollment/ledger/rules/key-rules.ts'
import type { Fault } from '../../../core/kernel/outcome.ts'
import { type Fields, firstValues } from '../../../http/fields.ts'
import { given } from '../../../http/members.ts'
import { problemsOf } from '../../../http/problems.ts'
import type { FieldErrors } from '../../edge/form.ts'

/** Name of a field → its text. An unchecked box has none. */
export type KeyForm = Readonly<Record<string, string>>

export const NEW_KEY: KeyForm = { uses: '1', max_uses: '25', ends: '7d', hold: 'off', approve_by: 'user' }

const LIFETIMES: Readonly<Record<string, number>> = {
  '1h': 3_600,
  '24h': 86_400,
  '7d': 7 * 86_400,
  '30d': 30 * 86_400,
}

/** Seconds; undefined: another choice. */
export function lifetimeOf(form: KeyForm): number | undefined {
  return LIFETIMES[form.ends ?? '']
}

/** Unix milliseconds of what `datetime-local` sends, which is meant in UTC; NaN: none. */
export function instantOf(text: string | undefined): number {
  return Date.parse(`${text ?? ''}Z`)
}

export function formOf(fields: Fields): KeyForm {
  return Object.fromEntries(Object.entries(firstValues(fields)).map(([name, value]) => [name, value.trim()]))
}

/** One that exists, as its form shows it. */
export function formOfKey(key: EnrollmentKey): KeyForm {
  const { approval, hold, limits, notBefore, windows, pauseOn } = key.rules ?? NO_RULES
  return given({
    name: key.name,
    description: key.description,
    uses: key.maxUses === null ? 'u' : 'n',
    max_uses: text(key.maxUses) ?? '25',
    ends: key.expiresAt === null ? 'never' : 'date',
    ends_at: localOf(key.expiresAt),
    from: key.allowedAddresses.join('\n'),
    labels: labelLines(key.tags),
    hold,
    approval: approval ? 'on' : undefined,
    expires_seconds: text(approval?.expiresSeconds),
    max_pending: text(approval?.maxPending),
    approve_by: approval?.by ?? 'user',
    not_before: localOf(notBefore),
    windows: windows.map(windowLine).join('\n'),
    per_minute: text(limits.perMinute),
    per_hour: text(limits.perHour),
    per_network_per_hour: text(limits.perNetworkPerHour),
    refused_networks_per_minute: text(pauseOn.refusedNetworksPerMinute),
    denied_per_hour: text(pauseOn.deniedPerHour),
    resume_after_minutes: text(pauseOn.resumeAfterSeconds && pauseOn.resumeAfterSeconds / 60),
    decoy: key.rules?.isDecoy ? 'on' : undefined,
  })
}

function text(value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value)
}

function localOf(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString().slice(0, 16)
}

/** A field of the form: its name, what was typed, what is wrong with it. */
export function boundTo(form: KeyForm, errors: FieldErrors) {
  return (name: string) => ({ id: name, name, value: form[name] ?? '', error: errors[name] })
}

export function linesOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

export function labelLines(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
}

export function labelsOf(value: string | undefined): Record<string, string> {
  return Object.fromEntries(
    linesOf(value).map((line) => {
      const [name = '', ...rest] = line.split('=')
      return [name.trim(), rest.join('=').trim()]
    }),
  )
}

/** "mon-fri 08:00-18:00 Europe/Berlin" */
const WINDOW = /^([a-z,-]+)\s+(\d\d:\d\d)-(\d\d:\d\d)\s+(\S+)$/i

function windowLine({ days, from, to, timeZone }: Window): string {
  return `${days.join(' ')} ${from}-${to} ${timeZone}`.replaceAll(
    / (?=(mon|tue|wed|thu|fri|sat|sun)\b)/g,
    ',',
  )
}

/** What is no line of that form stays as it is, for the schema to refuse. */
function windowOf(line: string): unknown {
  const [, days = '', from, to, time_zone] = WINDOW.exec(line) ?? []
  return from === undefined
    ? line
    : { days: days.toLowerCase().split(',').flatMap(daysOf), from, to, time_zone }
}

function daysOf(part: string): readonly string[] {
  const [first = '', last = first] = part.split('-')
  const [from, to] = [first, last].map((day) => WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number]))
  if (from === undefined || to === undefined || from < 0 || to < 0) return [part]
  return from <= to ? WEEKDAYS.slice(from, to + 1) : [...WEEKDAYS.slice(from), ...WEEKDAYS.slice(0, to + 1)]
}

/** What is no whole number stays a text, for the schema to refuse. */
export function numberOf(value: string | undefined): number | string | null {
  if (!value) return null
  return /^[0-9]{1,15}$/.test(value) ? Number(value) : value
}

/** The rules as they are checked, without fields that are empty. */
function rulesOf(form: KeyForm) {
  const minutes = numberOf(form.resume_after_minutes)
  return {
    hold: form.hold || 'off',
    approval:
      form.approval === 'on'
        ? given({
            expires_seconds: numberOf(form.expires_seconds) ?? undefined,
            max_pending: numberOf(form.max_pending) ?? undefined,
            approve_by: form.approve_by || undefined,
          })
        : null,
    not_before: timeOf(form.not_before),
    windows: linesOfWindows(form.windows).map(windowOf),
    limits: {
      per_minute: numberOf(form.per_minute),
      per_hour: numberOf(form.per_hour),
      per_network_per_hour: numberOf(form.per_network_per_hour),
    },
    pause_on: {
      refused_networks_per_minute: numberOf(form.refused_networks_per_minute),
      denied_per_hour: numberOf(form.denied_per_hour),
      resume_after_seconds: typeof minutes === 'number' ? minutes * 60 : minutes,
    },
    decoy: form.decoy === 'on',
  }
}

function linesOfWindows(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** As the API has times; what is not a time stays as it is, for the check to refuse. */
function timeOf(value: string | undefined): string | null {
  if (!value) return null
  const at = instantOf(value)
  return Number.isNaN(at) ? value : new Date(at).toISOString()
}

/** A body of `POST /v1/keys`. */
export function bodyOfNewKey(form: KeyForm): object {
  return {
    profile_id: form.profile_id,
    name: form.name ?? '',
    description: descriptionOf(form),
    labels: labelsOf(form.labels),
    max_uses: usesOf(form),
    ...(lifetimeOf(form) === undefined
      ? { expires_at: endOf(form) }
      : { lifetime_seconds: lifetimeOf(form) }),
    allowed_addresses: linesOf(form.from),
    ...rulesOf(form),
  }
}

/** A body of `PATCH /v1/keys/{key}`. A time that was not touched stays as it is: the form shows no seconds. */
export function bodyOfChange(form: KeyForm, key: EnrollmentKey): object {
  const { ends_at, not_before } = formOfKey(key)
  const { not_before: begins, ...rules } = rulesOf(form)
  const isSameEnd = form.ends === 'date' && form.ends_at === ends_at
  return {
    name: form.name ?? '',
    description: descriptionOf(form),
    labels: labelsOf(form.labels),
    max_uses: usesOf(form),
    ...(isSameEnd ? {} : { expires_at: endOf(form) }),
    allowed_addresses: linesOf(form.from),
    ...rules,
    ...((form.not_before || undefined) === not_before ? {} : { not_before: begins }),
  }
}

/** Why a key has no limit is kept where its readers look. */
function descriptionOf({ description = '', uses, reason }: KeyForm): string {
  return uses === 'u' && reason
    ? [description, `No limit: ${reason}`].filter(Boolean).join('\n')
    : description
}

function usesOf({ uses, max_uses }: KeyForm): number | string | null {
  if (uses === '1') return 1
  return uses === 'u' ? null : (numberOf(max_uses) ?? '')
}

function endOf({ ends, ends_at }: KeyForm): string | null {
  return ends === 'never' ? null : (timeOf(ends_at) ?? '')
}

/** What the form itself asks for, beyond what the API does. */
function errorsOfForm(form: KeyForm, wasUnlimited: boolean): FieldErrors {
  return given({
    name: form.name ? undefined : 'A name tells it from other keys in every list. Example: web servers',
    reason:
      form.uses === 'u' && !form.reason && !wasUnlimited
        ? 'Say why it has no limit: whoever reads the key later sees it. Example: golden image'
        : undefined,
  })
}

/** Member of the body → field of the form. */
const FIELDS: Readonly<Record<string, string>> = {
  allowed_addresses: 'from',
  allowedAddresses: 'from',
  expires_at: 'ends',
  expiresAt: 'ends',
  lifetime_seconds: 'ends',
  maxUses: 'max_uses',
  resume_after_seconds: 'resume_after_minutes',
}

/** Field → a sentence. @param form what was typed, to name the line that is wrong */
export function errorsOfFault(fault: Fault, form: KeyForm): FieldErrors | null {
  if (fault.kind === 'not_found' && fault.noun === 'profile')
    return { profile_id: 'Choose a profile that exists.' }
  if (fault.kind !== 'input_invalid') return null
  const errors = fault.problems.map(({ path, code, message }) => {
    const named = path.filter((part) => typeof part === 'string')
    const member = named.find((part) => !['limits', 'pause_on', 'approval', 'rules'].includes(part)) ?? ''
    const top = named[0] ?? ''
    const field = FIELDS[member] ?? member
    const index = path.find((part) => typeof part === 'number')
    if (top === 'labels') return ['labels', `${named[1] ?? ''}: ${message}`] as const
    if (top === 'windows') return ['windows', windowError(form, index)] as const
    if (field === 'from') return ['from', addressError(form, index, message)] as const
    if (field === 'profile_id') return ['profile_id', 'Choose a profile.'] as const
    if (field === 'max_uses' && code !== 'other')
      return ['max_uses', 'A whole number of machines, at least 1.'] as const
    if (field === 'ends' && code !== 'other')
      return ['ends', 'A date and a time, such as 2026-12-07 12:00.'] as const
    return [field, code === 'type' ? 'A whole number.' : `${message}.`] as const
  })
  // The first of each field.
  return Object.fromEntries(errors.reverse())
}

function addressError(form: KeyForm, index: number | undefined, message: string): string {
  const line = index === undefined ? undefined : linesOf(form.from)[index]
  if (line === undefined) return `${message}.`
  return `Line ${(index ?? 0) + 1}: “${line}” is not an address range. Example: ${line.includes(':') ? '2001:db8:40::/48' : '10.20.0.0/16'}`
}

function windowError(form: KeyForm, index: number | undefined): string {
  const line = linesOfWindows(form.windows)[index ?? 0] ?? ''
  return `Line ${(index ?? 0) + 1}: “${line}” is not a window. Example: mon-fri 08:00-18:00 Europe/Berlin`
}

/** The body checked; otherwise what is wrong with which field. */
export function checkKey<S extends z.ZodType>(
  schema: S,
  body: object,
  form: KeyForm,
  wasUnlimited = false,
): { readonly ok: true; readonly value: z.output<S> } | { readonly ok: false; readonly errors: FieldErrors } {
  const own = errorsOfForm(form, wasUnlimited)
  const result = schema.safeParse(body)
  const fault = result.success
    ? null
    : ({ kind: 'input_invalid', problems: problemsOf(result.error, body) } as const)
  const errors = { ...(fault && errorsOfFault(fault, form)), ...own }
  return result.success && Object.keys(own).length === 0
    ? { ok: true, value: result.data }
    : { ok: false, errors }
}
