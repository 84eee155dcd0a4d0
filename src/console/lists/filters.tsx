/** The filters of a list as chips: each is shown as it is set, or with what it can be set to. */
import { DIALECTS } from '../../core/kernel/cause.ts'
import { ChipForm, ChipMenu, SetChip } from '../components/list/chips.tsx'
import { dialectName } from '../keys/shared.ts'
import { type Asked, addressOf, keptOf } from './asked.ts'

/** What people read, and the value of the parameter. */
export type Choice = readonly [text: string, value: string]

/** @param asked the parameters of the list that is shown */
export function chipsOf(path: string, asked: Asked) {
  const to = (name: string, value?: string) => addressOf(path, asked, { [name]: value })
  /** @param value for people, where that is not the parameter's */
  const set = (name: string, label: string, value: string | undefined = asked[name]) =>
    asked[name] !== undefined && <SetChip label={label} value={value ?? ''} href={to(name)} />
  const menu = (name: string, label: string, choices: readonly Choice[]) => (
    <ChipMenu
      label={label}
      links={choices.map(([text, value]) => ({
        label: text,
        href: to(name, value),
        isCurrent: asked[name] === value,
      }))}
    />
  )
  return {
    set,
    menu,
    /** @param value as that of `set` */
    choice: (name: string, label: string, choices: readonly Choice[], value?: string) =>
      set(name, label, value ?? choices.find(([, one]) => one === asked[name])?.[0]) ||
      menu(name, label, choices),
    typed: (name: string, label: string, hint: string, placeholder?: string) =>
      set(name, label) || (
        <ChipForm
          {...{ label, name, hint, ...(placeholder !== undefined && { placeholder }) }}
          action={path}
          hidden={keptOf(asked, name)}
        />
      ),
  }
}

export const DIALECT_CHOICES = Object.keys(DIALECTS).map((one): Choice => [dialectName(one), one])

const HOUR_MILLISECONDS = 3_600_000
const SPANS = [
  ['the last hour', 1],
  ['the last 24 hours', 24],
  ['the last 7 days', 7 * 24],
  ['the last 30 days', 30 * 24],
] as const

/** @param now Unix milliseconds */
export function spanChoices(now: number): readonly Choice[] {
  return SPANS.map(([text, hours]) => [text, new Date(now - hours * HOUR_MILLISECONDS).toISOString()])
}
