/** Metrics as OpenMetrics 1.0 has them; docs/guides/monitor.md says what each means. */
import { DURATION_BOUNDS, type Durations } from '../../../core/deployment/metrics/meter.ts'
import type { Metrics } from '../../../core/deployment/metrics/metrics.ts'
import { DIALECTS } from '../../../core/kernel/cause.ts'
import { REFUSAL_REASONS } from '../../../core/kernel/refusal-reason.ts'
import { VERSION } from '../../../core/kernel/version.ts'
import { ATTEMPT_OUTCOMES } from '../../../core/webhooks/port.ts'

export const METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** Those that a key, or an agent, can be in beside the first, which it is in when it is in no other. */
const KEY_STATES = ['enabled', 'spent', 'paused', 'disabled', 'suspended', 'revoked'] as const
const AGENT_STATES = ['active', 'left', 'revoked'] as const
const REFRESH_OUTCOMES = ['new', 'repeat', 'refused', 'reused'] as const

type Type = 'counter' | 'gauge' | 'histogram' | 'info'
type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [suffix: string, labels: Labels, value: number]
type Family = {
  readonly name: string
  readonly type: Type
  readonly unit?: 'seconds' | 'bytes'
  readonly help: string
  readonly samples: readonly Sample[]
}

export function metricsText(metrics: Metrics): string {
  return `${familiesOf(metrics).map(textOf).join('')}# EOF\n`
}

function familiesOf(metrics: Metrics): Family[] {
  const { counts, authFailures, durations, credentials } = metrics
  const summed = new Map(counts.map(({ dialect, name, n }) => [`${dialect} ${name}`, n]))
  const dialects = Object.keys(DIALECTS)
  const countOf = (dialect: string, name: string) => summed.get(`${dialect} ${name}`) ?? 0
  const states = (noun: 'keys' | 'agents', [first, ...others]: readonly string[]) =>
    dialects.flatMap((dialect): Sample[] => {
      const ofOthers = others.map((state): Sample => {
        const count = countOf(dialect, `${noun}.${state}.in`) - countOf(dialect, `${noun}.${state}.out`)
        return ['', { dialect, state }, count]
      })
      const rest = countOf(dialect, noun) - ofOthers.reduce((sum, [, , n]) => sum + n, 0)
      return [['', { dialect, state: first ?? '' }, rest], ...ofOthers]
    })
  return [
    {
      name: 'latchkey_redemptions',
      type: 'counter',
      help: 'Redemptions that a ledger decided; the reason is of those that were refused.',
      samples: dialects.flatMap((dialect): Sample[] => [
        ['_total', { dialect, outcome: 'new', reason: '' }, countOf(dialect, 'agents')],
        ['_total', { dialect, outcome: 'repeat', reason: '' }, countOf(dialect, 'redemptions.repeat')],
        ...REFUSAL_REASONS.map((reason): Sample => {
          const refused = countOf(dialect, `redemptions.refused.${reason}`)
          return ['_total', { dialect, outcome: 'refused', reason }, refused]
        }),
      ]),
    },
    {
      name: 'latchkey_keys',
      type: 'gauge',
      help: 'Enrollment keys by state; expiry, begin and windows are not looked at.',
      samples: states('keys', KEY_STATES),
    },
    {
      name: 'latchkey_agents',
      type: 'gauge',
      help: 'Agents by state.',
      samples: states('agents', AGENT_STATES),
    },
    {
      name: 'latchkey_token_refreshes',
      type: 'counter',
      help: 'Refresh tokens that a ledger decided on.',
      samples: REFRESH_OUTCOMES.map((outcome) => {
        const count = dialects.reduce((sum, dialect) => sum + countOf(dialect, `refreshes.${outcome}`), 0)
        return ['_total', { outcome }, count]
      }),
    },
    {
      name: 'latchkey_operator_auth_failures',
      type: 'counter',
      help: 'Refused credentials of operators, in the memory of the isolate that answers: approximate.',
      samples: authFailures.map(({ dialect, reason, n }) => ['_total', { dialect, reason }, n]),
    },
    {
      name: 'latchkey_outbox_oldest_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'Age of the oldest change that D1 refuses to take; 0: none.',
      samples: [['', {}, metrics.oldestOutboxSeconds]],
    },
    {
      name: 'latchkey_outbox_dead_rows',
      type: 'gauge',
      help: 'Changes that D1 refused ten times and that were set aside.',
      samples: [['', {}, metrics.deadRows]],
    },
    {
      name: 'latchkey_webhook_deliveries',
      type: 'counter',
      help: 'Attempts to deliver an event to a webhook.',
      samples: ATTEMPT_OUTCOMES.map((outcome) => {
        const found = metrics.webhookAttempts.find((one) => one.outcome === outcome)
        return ['_total', { outcome }, found?.n ?? 0]
      }),
    },
    ...(metrics.databaseBytes === null
      ? []
      : [
          {
            name: 'latchkey_database_bytes',
            type: 'gauge',
            unit: 'bytes',
            help: 'The size of D1.',
            samples: [['', {}, metrics.databaseBytes]],
          } satisfies Family,
        ]),
    {
      name: 'latchkey_keyring_version_credentials',
      type: 'gauge',
      help: 'Live credentials in D1 that hang on a version of the keyring, at most five minutes old.',
      samples: Object.entries(credentials).flatMap(([kind, byVersion]) =>
        Object.entries(byVersion).map(([version, n]): Sample => ['', { version, kind }, n]),
      ),
    },
    ...(durations === null ? [] : [durationsOf(durations)]),
    {
      name: 'latchkey_build',
      type: 'info',
      help: 'The release that answers.',
      samples: [['_info', { version: VERSION }, 1]],
    },
  ]
}

function durationsOf({ buckets, sumSeconds }: Durations): Family {
  let count = 0
  const cumulative = buckets.map((n, i): Sample => {
    count += n
    const bound = DURATION_BOUNDS[i]
    return ['_bucket', { le: bound === undefined ? '+Inf' : floatOf(bound) }, count]
  })
  return {
    name: 'latchkey_http_request_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'Time until a request was answered, since the start of the embedded runtime.',
    samples: [...cumulative, ['_count', {}, count], ['_sum', {}, sumSeconds]],
  }
}

/** As OpenMetrics wants a bound: with a point. */
function floatOf(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound)
}

function textOf({ name, type, unit, help, samples }: Family): string {
  const about = [
    `# TYPE ${name} ${type}`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${help}`,
  ]
  const lines = samples.map(([suffix, labels, value]) => `${name}${suffix}${labelsOf(labels)} ${value}`)
  return [...about, ...lines].map((line) => `${line}\n`).join('')
}

/** No value has a character that would have to be escaped: they are names of ours and numbers. */
function labelsOf(labels: Labels): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}="${value}"`).join()}}`
}
