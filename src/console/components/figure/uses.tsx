/** How far a key is used: the sign of this product. The words stand beside it. */
import type { KeyState } from '../../../core/enrollment/ledger/key.ts'
import { State } from '../list/state.tsx'
import { number } from './number.ts'
import { type TeethInput, teethOf, usesOfTooth } from './teeth.ts'

const LIST_CELLS = 25
const MAX_BLADE_CELLS = 50
const BLADE_WIDTH = 250
const NEARLY_SPENT = 0.9

export type UsesProps = {
  readonly used: number
  /** null: no limit. */
  readonly max: number | null
  readonly held?: number
  readonly state: KeyState
}

/** `warn`: nearly spent; `off`: nothing will be cut any more. */
function toneOf({ used, max, state }: UsesProps): string {
  if (state === 'spent' || state === 'expired' || state === 'revoked' || state === 'disabled') return ' off'
  return max !== null && max > 1 && used / max >= NEARLY_SPENT ? ' warn' : ''
}

function TeethSvg({ tone, ...input }: TeethInput & { readonly tone: string }) {
  const { cut, uncut, held, gone } = teethOf(input)
  return (
    <svg
      class={`teeth${tone}`}
      viewBox={`0 0 ${input.width} 12`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {uncut && <path class="l" d={uncut} />}
      {cut && <path d={cut} />}
      {held && <path class="h" d={held} />}
      {gone && <path class="g" d={gone} />}
    </svg>
  )
}

/** Of a row: teeth, and "8 of 25". */
export function Uses(props: UsesProps) {
  const { used, max, held = 0 } = props
  return (
    <span class="uses">
      <TeethSvg used={used} max={max} held={held} width={100} cells={LIST_CELLS} tone={toneOf(props)} />
      <span class="num">
        {number(used)} <span class="of">{max === null ? 'used, no limit' : `of ${number(max)}`}</span>
      </span>
    </span>
  )
}

function Bow() {
  return (
    <svg class="bow" viewBox="0 0 52 38" fill="none" stroke="currentColor" aria-hidden="true">
      <circle cx="18.5" cy="19" r="14" stroke-width="8" />
      <path d="M34 19h18" stroke-width="6" />
    </svg>
  )
}

/** The head of a key's page: its blade, and what it says in words. */
export function Blade({
  heldUntil,
  gone,
  ...props
}: UsesProps & {
  /** "until 12:13"; absent: it is not known. */
  readonly heldUntil?: string | undefined
  readonly gone?: readonly number[]
}) {
  const { used, max, held = 0, state } = props
  const cells = max !== null && max > LIST_CELLS ? MAX_BLADE_CELLS : LIST_CELLS
  const each = usesOfTooth(max, cells)
  const tone = toneOf(props)
  return (
    <div class={`blade${tone && ` is-${tone.trim()}`}`}>
      <Bow />
      <TeethSvg
        {...{ used, max, held, cells, tone, ...(gone && { gone }) }}
        width={BLADE_WIDTH}
        isMarked={state !== 'revoked'}
      />
      <p class="of-n">
        <span>
          <b class="num">{max === null ? number(used) : `${number(used)} of ${number(max)}`}</b> used
          {max === null && ', no limit'}
        </span>
        {held > 0 && (
          <span>
            {number(held)} held{heldUntil && ` ${heldUntil}`}
          </span>
        )}
        {max !== null && <span>{number(Math.max(0, max - used - held))} left</span>}
        {each > 1 && (
          <span class="muted">
            a tooth is {Number.isInteger(each) ? each : `about ${number(Math.round(each))}`} uses
          </span>
        )}
        <State of={state} />
      </p>
    </div>
  )
}

/** An uncut key, shown before the first key exists. */
export function BlankBlade({ max = LIST_CELLS }: { readonly max?: number | null }) {
  return (
    <div class="blade blank">
      <Bow />
      <TeethSvg used={0} max={max} width={BLADE_WIDTH} cells={LIST_CELLS} tone="" isMarked />
    </div>
  )
}
