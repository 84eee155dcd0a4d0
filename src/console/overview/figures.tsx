import type { Activity } from '../../core/overview/port.ts'
import { BarChart, Legend, Reasons } from '../components/figure/chart.tsx'
import { count, number } from '../components/figure/number.ts'
import { clockOf } from '../components/figure/time.tsx'

export type Sums = {
  readonly made: number
  readonly refused: number
  readonly byReason: readonly (readonly [string, number])[]
}

export function sumsOf({ hours }: Activity): Sums {
  const byReason = new Map<string, number>()
  for (const { refused } of hours) {
    for (const [reason, n] of Object.entries(refused)) byReason.set(reason, (byReason.get(reason) ?? 0) + n)
  }
  return {
    made: hours.reduce((sum, { made }) => sum + made, 0),
    refused: [...byReason.values()].reduce((sum, n) => sum + n, 0),
    byReason: [...byReason].sort(([, a], [, b]) => b - a),
  }
}

/** What happened in the last 24 hours, and why machines were refused. */
export function Figures({ activity, sums }: { readonly activity: Activity; readonly sums: Sums }) {
  const buckets = activity.hours.map(({ at, made, refused }) => ({
    label: clockOf(at).slice(0, 5),
    made,
    refused: Object.values(refused).reduce((sum, n) => sum + n, 0),
  }))
  const axis = buckets.flatMap(({ label }, i) => (i % 6 === 0 || i === buckets.length - 1 ? [label] : []))
  const most = buckets.reduce((a, b) => (b.refused > a.refused ? b : a), { label: '', refused: 0 })
  const finding =
    most.refused > 0 ? ` Refusals peak at ${number(most.refused)} in the hour from ${most.label}.` : ''
  const sentence = `Redemptions by hour, the last 24 hours, UTC: ${number(sums.made)} new, ${number(sums.refused)} refused.${finding}`
  return (
    <div class="stack">
      <section aria-labelledby="hours">
        <div class="sec-h">
          <h2 id="hours">Redemptions by hour</h2>
          <Legend counts={{ new: sums.made, ref: sums.refused }} />
        </div>
        <BarChart kind="both" unit="Hour, UTC" buckets={buckets} axis={axis} sentence={sentence} />
        {activity.countedTo !== null && (
          <p class="hint">
            Counted up to {clockOf(activity.countedTo)} so far. Load the page again for the rest.
          </p>
        )}
      </section>
      {sums.refused > 0 && (
        <section aria-labelledby="why">
          <div class="sec-h">
            <h2 id="why">Why machines were refused</h2>
            <a class="small" href="/console/activity?type=agent.enroll&success=false">
              All refusals
            </a>
          </div>
          <Reasons
            rows={sums.byReason.map(([reason, n]) => ({
              label: sentenceCase(reason),
              count: n,
              href: '/console/activity?type=agent.enroll&success=false',
            }))}
          />
          <p class="hint">
            Of one key, reason and network, one refusal a minute is recorded: {count(sums.refused, 'record')}{' '}
            in 24 hours.
          </p>
        </section>
      )}
    </div>
  )
}

/** `key_spent` → "Key spent" */
function sentenceCase(reason: string): string {
  const words = reason.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
