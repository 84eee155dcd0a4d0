/** The code of a new key, once: it stands in the answer to the form, and in no URL and no cookie. */
import type { Child } from 'hono/jsx'
import * as z from 'zod'
import { RECIPES } from '../../../core/enrollment/codes/recipes.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { installScriptHash } from '../../../http/install/script.ts'
import { CODES, KeyId } from '../../../http/words/wire.ts'
import { number } from '../../components/figure/number.ts'
import { End, momentOf, Time } from '../../components/figure/time.tsx'
import { Button, LinkButton } from '../../components/form/button.tsx'
import { Command, Prompt } from '../../components/form/command.tsx'
import { Code, QrCode, Secret } from '../../components/form/secret.tsx'
import { Facts } from '../../components/list/facts.tsx'
import { Head } from '../../components/page/head.tsx'
import { Icon } from '../../components/page/icon.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { page } from '../../edge/page.ts'
import type { View, Visit } from '../../edge/visit.ts'
import { nameOfKey, pathOfKey } from '../shared.ts'
import { labelLines, linesOf } from './key-form.ts'

export async function createdView(visit: Visit, key: EnrollmentKey, code: string): Promise<View> {
  const { publicUrl: url, now, core, operation } = visit
  const described = await core.keys.describeKeys(operation, CODES, [key])
  const env = RECIPES.env({ url, code })
  const hash = await installScriptHash(url)
  return {
    title: `${nameOfKey(key)} created`,
    section: 'keys',
    content: (
      <>
        <Head
          title={nameOfKey(key)}
          crumb={{ href: '/console/keys', label: 'Keys' }}
          sub={summaryOf(key, now)}
        />
        <div class="cols">
          <div class="stack">
            <section class="panel strong" aria-labelledby="store" data-once>
              <div>
                <h2 id="store">Store the code now</h2>
                <p class="muted">It is shown this once. Latchkey keeps only a keyed hash of it.</p>
                <Secret text={code} file={{ name: 'latchkey.env', label: '.env', content: env }} />
              </div>
              <Platforms url={url} code={code} hash={hash} />
            </section>
            <FirstMachine visit={visit} keyPath={pathOfKey(key)} max={key.maxUses} agent={null} />
            <div class="row">
              <LinkButton href={pathOfKey(key)} more={{ 'data-stored': true }}>
                I have stored it
              </LinkButton>
              <span class="muted small" data-js>
                Until then this page asks before you leave it.
              </span>
            </div>
          </div>
          <aside class="panel quiet" aria-label="QR code and summary">
            <QrCode
              text={env}
              label="QR code with the address and the code of this key"
              hint="Address and code in one. Drawn with this page, sent nowhere."
            />
            <div>
              <Facts
                rows={[
                  ['Uses', key.maxUses === null ? 'no limit' : number(key.maxUses)],
                  ['Ends', <End at={key.expiresAt} now={now} isQuiet />],
                  described.ok && described.value[0]?.profileName
                    ? ['Profile', described.value[0].profileName]
                    : null,
                  Object.keys(key.tags).length > 0
                    ? ['Labels', linesOf(labelLines(key.tags)).join(', ')]
                    : null,
                  ['Made by', operation.actor.name],
                ]}
              />
            </div>
          </aside>
        </div>
      </>
    ),
  }
}

function summaryOf(key: EnrollmentKey, now: number): string {
  return [
    key.maxUses === null ? 'No limit of uses' : key.maxUses === 1 ? '1 use' : `${number(key.maxUses)} uses`,
    key.expiresAt === null ? 'never ends' : `ends ${momentOf(key.expiresAt, now)} UTC`,
    key.allowedAddresses.length > 0 && `from ${key.allowedAddresses.slice(0, 3).join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ')
}

const CODE = '\u{1}'

/** A recipe of the table that the command line has, too; its code is hidden as long as the panel's is. */
function Recipe({
  form,
  url,
  code,
}: {
  readonly form: keyof typeof RECIPES
  readonly url: string
  readonly code: string
}) {
  const parts = RECIPES[form]({ url, code: CODE }).trimEnd().split(CODE)
  return <>{parts.flatMap((part, i) => (i === 0 ? [part] : [<Code text={code} />, part]))}</>
}

function Platforms({
  url,
  code,
  hash,
}: {
  readonly url: string
  readonly code: string
  /** SHA-256 of the script that installs the agent. */
  readonly hash: string
}) {
  const own = (form: keyof typeof RECIPES) => <Recipe form={form} url={url} code={code} />
  const platforms: readonly (readonly [name: string, label: string, command: Child, hint: Child])[] = [
    [
      'linux',
      'Linux',
      `curl -fsS ${url}/i | sh -s -- --code-file key.txt`,
      <>
        The code stays out of the process list and the shell’s history. Safe to run twice: a machine that
        comes again spends no use. To check the script before it runs: its SHA-256 is{' '}
        <code class="hash">{hash}</code>.
      </>,
    ],
    ['docker', 'Docker', own('compose'), 'For compose.yaml. Keep it where only you can read it.'],
    [
      'kubernetes',
      'Kubernetes',
      own('k8s'),
      'kubectl apply -f - reads it from standard input, so that no file is left.',
    ],
    [
      'cloud-init',
      'cloud-init',
      own('cloud-init'),
      'Every process that reaches the machine’s metadata can read its user data: give the key one use and an early end.',
    ],
    [
      'terraform',
      'Terraform',
      own('terraform'),
      'For a *.tfvars file that is not committed. A plan does not change when the key is used.',
    ],
    [
      'curl',
      'curl',
      own('shell'),
      'One request. The claim is kept in a file, so that a retry spends no use.',
    ],
  ]
  return (
    <div class="platforms">
      <fieldset class="tabs">
        <legend class="sr">Platform</legend>
        {platforms.map(([name, label], i) => (
          <label>
            <input
              type="radio"
              name="platform"
              value={name}
              class="sr"
              checked={i === 0}
              autocomplete="off"
            />
            {label}
          </label>
        ))}
      </fieldset>
      {platforms.map(([name, label, command, hint]) => (
        <section class={`on-${name}`} aria-label={label}>
          {name === 'linux' && <CodeToFile />}
          <Command id={`on-${name}`}>{command}</Command>
          <p class="hint sp">{hint}</p>
        </section>
      ))}
    </div>
  )
}

/** A command of its own: it reads what is typed next, and would read the other one. */
function CodeToFile() {
  return (
    <Command id="to-file">
      umask 077; cat &gt; key.txt <Prompt># paste the code, then Enter and Ctrl-D</Prompt>
    </Command>
  )
}

type First = {
  readonly name: string
  readonly path: string
  readonly at: number
  readonly from: string | null
}

/** Asks again until a machine is there. */
function FirstMachine({
  visit,
  keyPath,
  max,
  agent,
}: {
  readonly visit: Visit
  readonly keyPath: string
  readonly max: number | null
  readonly agent: First | null
}) {
  if (agent) {
    return (
      <section class="panel" id="first" aria-labelledby="first-h" role="status">
        <div class="wait">
          <Icon name="check" />
          <p>
            <b id="first-h">
              <a class="plain" href={agent.path} data-stored>
                {agent.name}
              </a>{' '}
              enrolled
            </b>
            <br />
            <span class="muted small">
              Use 1{max !== null && ` of ${number(max)}`}, <Time at={agent.at} now={visit.now} />
              {agent.from !== null && `, from ${agent.from}`}
            </span>
          </p>
          <LinkButton href={agent.path} isSmall more={{ 'data-stored': true }}>
            See the agent
          </LinkButton>
        </div>
      </section>
    )
  }
  const again = { 'hx-get': `${keyPath}/first`, 'hx-target': '#first', 'hx-swap': 'outerHTML' }
  return (
    <section class="panel" id="first" aria-labelledby="first-h" {...again} hx-trigger="every 2s">
      <div class="wait">
        <span class="pulse"></span>
        <p>
          <b id="first-h">Waiting for the first machine</b>
          <br />
          <span class="muted small">
            <span data-js>Run the command on it. It appears here.</span>
            <noscript>Run the command on it. It appears on the page of the key.</noscript>
          </span>
        </p>
        <Button isSmall more={{ ...again, 'data-js': true }}>
          Check again
        </Button>
      </div>
    </section>
  )
}

const firstMachine = page({
  path: '/console/keys/:key/first',
  access: 'keys.read',
  id: 'console_keys_first',
  params: z.object({ key: KeyId }),
  subject: 'key',
  show: async (visit): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const key = await core.keys.getKey(operation, params.key)
    if (!key.ok) return key
    const agent = key.value.uses > 0 ? await firstOf(visit, key.value) : null
    return ok({
      title: nameOfKey(key.value),
      section: 'keys',
      content: (
        <FirstMachine visit={visit} keyPath={pathOfKey(params.key)} max={key.value.maxUses} agent={agent} />
      ),
    })
  },
})

/** null: the visitor may see no agents, or it is not listed yet. */
async function firstOf({ core, operation, now }: Visit, key: EnrollmentKey): Promise<First | null> {
  const order = { by: 'created_at', isDescending: false } as const
  const page = { after: null, limit: 1, isCounted: false }
  const found = await core.agents.browseAgents(operation, { key, order }, page, now)
  const [agent] = found.ok ? await found.value.read(0, 1) : []
  return agent
    ? {
        name: agent.hostname,
        path: `/console/agents/${agent.id}`,
        at: agent.enrolledAt,
        from: agent.enrolledFrom,
      }
    : null
}

export const createdRoutes = [firstMachine]
