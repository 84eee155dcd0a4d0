/** Nothing is there yet: one button makes a profile and a key, and shows the command. */
import type * as z from 'zod'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { KeyInput, toMintInput } from '../../http/words/key-wire.ts'
import { ProfileInput, toNewProfile } from '../../http/words/profile-wire.ts'
import { CODES, formatCode, formatProfileId } from '../../http/words/wire.ts'
import { BlankBlade } from '../components/figure/uses.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { action } from '../edge/page.ts'
import type { View } from '../edge/visit.ts'
import { createdView } from '../keys/form/key-created.tsx'

const PROFILE = 'Servers'
const DAYS = 7
const MAX_PROFILES = 10_000

export function FirstKey({ mayMake }: { readonly mayMake: boolean }) {
  return (
    <div class="first">
      <section aria-labelledby="start">
        <BlankBlade />
        <h2 id="start">No key yet</h2>
        <p class="lead">
          A key lets a fixed number of machines in. Each machine that redeems it becomes an agent with its own
          credentials, and the count is exact: a use is spent when an agent exists, and never otherwise.
        </p>
        <ol class="steps">
          <Step
            n={1}
            title="Make a first key"
            text={`Makes the profile “${PROFILE}” and a key of 1 use that ends in ${DAYS} days.`}
          >
            {mayMake && (
              <form class="row" method="post" action="/console/first-key">
                <button class="b go" type="submit">
                  Make a first key
                </button>
                <a class="b" href="/console/keys/new">
                  Choose the settings
                </a>
              </form>
            )}
          </Step>
          <Step
            n={2}
            title="Run one command on a machine"
            text="You get it with the key, for Linux, Docker, Kubernetes, cloud-init, Terraform or curl."
          />
          <Step n={3} title="See it here" text="The machine appears on this page within a second." />
        </ol>
      </section>
      <aside class="panel quiet" aria-label="Other ways to start">
        <div>
          <h2>From a terminal</h2>
          <pre class="small mono">latchkey keys create -n first</pre>
        </div>
        <div>
          <h2>Moving here</h2>
          <p class="small muted">
            Illumio, ZPA and Datonis clients work unchanged. <a href="/docs/api">See each API</a>
          </p>
        </div>
        <div>
          <h2>With colleagues</h2>
          <p class="small muted">
            <a href="/console/settings">Add people and API keys</a> before the first machine, or later.
          </p>
        </div>
      </aside>
    </div>
  )
}

function Step({
  n,
  title,
  text,
  children,
}: {
  readonly n: number
  readonly title: string
  readonly text: string
  readonly children?: unknown
}) {
  return (
    <li>
      <span class="num" aria-hidden="true">
        {n}
      </span>
      <div class="do">
        <div>
          <h3>{title}</h3>
          <p class="muted">{text}</p>
        </div>
        {children}
      </div>
    </li>
  )
}

/** The code stands in this answer alone: it is in no address and in no cookie. */
const makeFirstKey = action({
  path: '/console/first-key',
  access: 'profiles.write',
  id: 'console_first_key',
  act: async (visit): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation } = visit
    const profile = await core.profiles.createProfile(
      operation,
      toNewProfile(ProfileInput.parse({ name: PROFILE })),
      MAX_PROFILES,
    )
    if (!profile.ok) return profile
    const input = KeyInput.parse({
      profile_id: formatProfileId(profile.value),
      name: 'first key',
      max_uses: 1,
      lifetime_seconds: DAYS * 24 * 3_600,
    } satisfies z.input<typeof KeyInput>)
    const made = await core.keys.mintKey(operation, profile.value, CODES, toMintInput(input), null)
    if (!made.ok) return made
    return ok(await createdView(visit, made.value.key, formatCode(made.value.code)))
  },
})

export const firstKeyRoutes = [makeFirstKey]
