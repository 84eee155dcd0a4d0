/** What an operator should look at first, each with the way to it. */
import type { Child } from 'hono/jsx'
import type { EnrollmentKey } from '../../core/enrollment/ledger/key.ts'
import { usesLeft } from '../../core/enrollment/ledger/key.ts'
import type { KeySummary } from '../../core/overview/read.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import { count, number } from '../components/figure/number.ts'
import { Time } from '../components/figure/time.tsx'

type Need = { readonly text: Child; readonly href: string; readonly label: string }

/** Of each sort so many by name. */
const NAMED = 3

export function needsOf(keys: KeySummary, waiting: number, mayDecide: boolean, now: number): readonly Need[] {
  const { paused, nearlySpent, expiring, stuckSince } = keys
  return [
    ...(waiting > 0 && mayDecide
      ? [
          {
            text: <b>{waiting === 1 ? '1 machine waits' : `${number(waiting)} machines wait`}</b>,
            href: '/console/waiting',
            label: 'Decide',
          },
        ]
      : []),
    ...some(paused, '/console/keys?state=paused', 'are paused', (key) => (
      <>
        <Name of={key} /> was paused <Time at={key.pausedAt ?? now} now={now} />.
      </>
    )),
    ...some(nearlySpent, '/console/keys', 'are nearly spent', (key) => (
      <>
        <Name of={key} /> has {number(usesLeft(key) ?? 0)} of {count(key.maxUses ?? 0, 'use')} left.
      </>
    )),
    ...(expiring.length === 0
      ? []
      : expiring.length === 1
        ? expiring.map((key) => ({
            text: (
              <>
                <Name of={key} /> expires <Time at={key.expiresAt ?? now} now={now} />, and machines still use
                it.
              </>
            ),
            href: hrefOf(key),
            label: 'Look',
          }))
        : [
            {
              text: (
                <>
                  <b>{number(expiring.length)} keys</b> expire within 7 days while machines still use them.
                </>
              ),
              href: '/console/keys?sort=expires_at',
              label: 'Show',
            },
          ]),
    ...(stuckSince === null
      ? []
      : [
          {
            text: (
              <>
                <b>Lists are behind</b> since <Time at={stuckSince} now={now} />: what ledgers decided waits
                for the database. No count is wrong by it.
              </>
            ),
            href: '/healthz',
            label: 'Health',
          },
        ]),
  ]
}

function some(
  keys: readonly EnrollmentKey[],
  all: string,
  verb: string,
  sentence: (key: EnrollmentKey) => Child,
): readonly Need[] {
  const named = keys.slice(0, NAMED).map((key) => ({ text: sentence(key), href: hrefOf(key), label: 'Look' }))
  const rest = keys.length - named.length
  if (rest === 0) return named
  const text = (
    <>
      <b>{number(rest)} more keys</b> {verb}.
    </>
  )
  return [...named, { text, href: all, label: 'Show' }]
}

function Name({ of: key }: { of: EnrollmentKey }) {
  return (
    <a class="plain" href={hrefOf(key)}>
      <b>{nameOf(key)}</b>
    </a>
  )
}

function nameOf(key: EnrollmentKey): string {
  return key.name || formatKeyId(key)
}

function hrefOf(key: EnrollmentKey): string {
  return `/console/keys/${formatKeyId(key)}`
}
