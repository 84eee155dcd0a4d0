/** Bars, drawn on the server. The sentence says the finding, and a table says all. */
import type { Child } from 'hono/jsx'
import { Table } from '../list/table.tsx'
import { Icon } from '../page/icon.tsx'
import { number } from './number.ts'

/** What happened in an hour, or a minute. */
export type Bucket = {
  /** "12:00" */
  readonly label: string
  readonly made?: number
  readonly repeated?: number
  readonly refused: number
}

const PITCH = 10
const BAR = 7
/** Pixels above the line, and below it. */
const PARTS = { both: { up: 112, down: 56 }, refused: { up: 0, down: 112 } } as const

/**
 * Admitted above the line and refused below, on one scale; or refusals alone.
 * @param sentence for those who do not see it: the range, the sums, the finding
 */
export function BarChart({
  buckets,
  sentence,
  kind,
  axis,
  unit,
}: {
  readonly buckets: readonly Bucket[]
  readonly sentence: string
  readonly kind: 'both' | 'refused'
  /** Words below, from the left to the right. */
  readonly axis: readonly string[]
  /** Of the table's first column: "Hour". */
  readonly unit: string
}) {
  const hasRepeats = buckets.some(({ repeated }) => repeated !== undefined)
  return (
    <>
      {kind === 'both' ? (
        <TwoSided buckets={buckets} sentence={sentence} />
      ) : (
        <OneSided buckets={buckets} sentence={sentence} />
      )}
      <div class="x" aria-hidden="true">
        {axis.map((word) => (
          <span>{word}</span>
        ))}
      </div>
      <details class="tab">
        <summary>Show as a table</summary>
        <Table
          caption={sentence}
          columns={[
            { label: unit },
            ...(kind === 'both'
              ? [{ label: 'New', class: 'r' }, ...(hasRepeats ? [{ label: 'Repeat', class: 'r' }] : [])]
              : []),
            { label: 'Refused', class: 'r' },
          ]}
          rows={buckets.map(({ label, made = 0, repeated = 0, refused }) => ({
            cells: [
              { content: label },
              ...(kind === 'both' ? [made, ...(hasRepeats ? [repeated] : [])] : []).map(numberCell),
              numberCell(refused),
            ],
          }))}
        />
      </details>
    </>
  )
}

function numberCell(value: number) {
  return { content: number(value), class: 'r num' }
}

function TwoSided({ buckets, sentence }: { readonly buckets: readonly Bucket[]; readonly sentence: string }) {
  const { up, down } = PARTS.both
  const up1 = Math.max(0, ...buckets.map(({ made = 0, repeated = 0 }) => made + repeated))
  const down1 = Math.max(0, ...buckets.map(({ refused }) => refused))
  // Two thirds are above the line: one scale holds for both.
  const top = niceTop(Math.max(up1, down1 * 2, 2))
  const scale = up / top
  return (
    <div class="chart">
      <span class="y y1" aria-hidden="true">
        {number(top)}
      </span>
      <span class="y y2" aria-hidden="true">
        {number(top / 2)}
      </span>
      <span class="y y3" aria-hidden="true">
        0
      </span>
      <span class="y y4" aria-hidden="true">
        {number(top / 2)}
      </span>
      <svg
        class="plot"
        viewBox={`0 0 ${buckets.length * PITCH} ${up + down + 1}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={sentence}
      >
        {[0, up / 2, up + down].map((y) => (
          <rect class="grid" y={y} width={buckets.length * PITCH} height="1" />
        ))}
        {buckets.map(({ label, made = 0, repeated, refused }, i) => {
          const x = i * PITCH + 1
          const low = height(repeated ?? 0, scale)
          const high = height(made, scale)
          const below = height(refused, scale)
          return (
            <g>
              <title>
                {label}: {made} new, {repeated !== undefined && `${repeated} repeats, `}
                {refused} refused
              </title>
              {low > 0 && <rect class="rep" x={x} y={up - low} width={BAR} height={low} />}
              {high > 0 && (
                <rect class="new" x={x} y={up - low - high - (low > 0 ? 1 : 0)} width={BAR} height={high} />
              )}
              {below > 0 && <rect class="ref" x={x} y={up + 1} width={BAR} height={below} />}
            </g>
          )
        })}
        <rect class="zero" y={up} width={buckets.length * PITCH} height="1" />
      </svg>
    </div>
  )
}

function OneSided({ buckets, sentence }: { readonly buckets: readonly Bucket[]; readonly sentence: string }) {
  const { down: tall } = PARTS.refused
  const top = niceTop(Math.max(2, ...buckets.map(({ refused }) => refused)))
  return (
    <div class="chart">
      <span class="y y1" aria-hidden="true">
        {number(top)}
      </span>
      <span class="y y2" aria-hidden="true">
        {number(top / 2)}
      </span>
      <span class="y y3" aria-hidden="true">
        0
      </span>
      <svg
        class="plot low"
        viewBox={`0 0 ${buckets.length * PITCH} ${tall + 1}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={sentence}
      >
        {[0, tall / 2].map((y) => (
          <rect class="grid" y={y} width={buckets.length * PITCH} height="1" />
        ))}
        {buckets.map(({ label, refused }, i) => {
          const bar = height(refused, tall / top)
          return bar === 0 ? null : (
            <g>
              <title>
                {label}: {refused} refused
              </title>
              <rect class="ref" x={i * PITCH + 1} y={tall - bar} width={BAR} height={bar} />
            </g>
          )
        })}
        <rect class="zero" y={tall} width={buckets.length * PITCH} height="1" />
      </svg>
    </div>
  )
}

/** In pixels; what there is can be seen. */
function height(value: number, scale: number): number {
  return value === 0 ? 0 : Math.max(2, Math.round(value * scale))
}

/** The next even number of 1, 2, 4, 6 or 8 times a power of ten. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const tops = [1, 2, 4, 6, 8, 10].map((step) => step * power)
  return tops.find((top) => top >= value && top % 2 === 0) ?? value
}

/** How often each reason was: a word, a bar, a number; the row leads to what happened. */
export function Reasons({
  rows,
}: {
  readonly rows: readonly { readonly label: string; readonly count: number; readonly href: string }[]
}) {
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return (
    <div class="why">
      {rows.map(({ label, count, href }) => (
        <a href={href}>
          <span>{label}</span>
          <svg class="hb" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="ref" width={Math.max(1, Math.round((count / most) * 100))} height="8" />
          </svg>
          <span class="num">{number(count)}</span>
          <Icon name="right" />
        </a>
      ))}
    </div>
  )
}

const SWATCHES = { new: 'New', rep: 'Repeat', ref: 'Refused' } as const

/** What the colours of a chart are, with their sums. */
export function Legend({
  counts,
}: {
  readonly counts: Readonly<Partial<Record<keyof typeof SWATCHES, number>>>
}) {
  return (
    <ul class="legend">
      {Object.entries(counts).map(([name, count]) => (
        <li>
          <svg class="sw" viewBox="0 0 8 8" aria-hidden="true">
            <rect class={name} width="8" height="8" />
          </svg>
          {SWATCHES[name as keyof typeof SWATCHES]} <b class="num">{number(count)}</b>
        </li>
      ))}
    </ul>
  )
}

/** The three figures of the overview. */
export function Stats({
  figures,
}: {
  readonly figures: readonly { readonly label: string; readonly value: number; readonly rest: Child }[]
}) {
  return (
    <dl class="stats">
      {figures.map(({ label, value, rest }) => (
        <div>
          <dt>{label}</dt>
          <dd>
            <b>{number(value)}</b>
            {rest}
          </dd>
        </div>
      ))}
    </dl>
  )
}
