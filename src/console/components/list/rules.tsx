import type { Child } from 'hono/jsx'
import { Icon, type IconName } from '../page/icon.tsx'

export type Rule = {
  readonly text: string
  readonly outcome: 'passed' | 'refused' | 'not_asked'
  /** What was compared. */
  readonly facts?: Child
}

const OUTCOMES = {
  passed: ['ok', 'check', ': holds'],
  refused: ['no', 'cross', ': does not hold, this decided'],
  not_asked: ['later', 'dash', ': not asked'],
} as const satisfies Readonly<Record<Rule['outcome'], readonly [string, IconName, string]>>

/** Every rule in the order in which it is asked, and the one that decided. */
export function Rules({ rules }: { readonly rules: readonly Rule[] }) {
  return (
    <ol class="rules">
      {rules.map(({ text, outcome, facts }) => {
        const [name, icon, words] = OUTCOMES[outcome]
        return (
          <li class={name}>
            <Icon name={icon} />
            <span>
              {outcome === 'refused' ? <b>{text}</b> : text}
              <span class="sr">{words}</span>
            </span>
            {facts && <small>{facts}</small>}
          </li>
        )
      })}
    </ol>
  )
}

/** What was decided, first. */
export function Verdict({
  isGood,
  title,
  children,
}: {
  readonly isGood: boolean
  readonly title: string
  readonly children?: Child
}) {
  return (
    <div class={isGood ? 'verdict ok' : 'verdict'}>
      <Icon name={isGood ? 'check' : 'off'} />
      <div>
        <h2 class="say">{title}</h2>
        <p class="muted">{children}</p>
      </div>
    </div>
  )
}
