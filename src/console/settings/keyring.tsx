import { ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Prompt } from '../components/form/command.tsx'
import { State } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { page } from '../edge/page.ts'
import { settingsView } from './frame.tsx'

/** To be read only: the keyring is the deployment's, and an organization's owner is not its operator. */
const show = page({
  path: '/console/settings/keyring',
  access: 'settings.read',
  id: 'console_keyring',
  show: async ({ core, operation, now }) => {
    const found = await core.deployment.listKeyVersions(operation)
    if (!found.ok) return found
    const { current, versions } = found.value
    const content = (
      <section aria-labelledby="keyring">
        <h2 id="keyring">Keyring</h2>
        <p class="sub">
          Its keys sign tokens, hash secrets and seal what is shown again. All organizations of this
          deployment share it.
        </p>
        <div class="sp">
          <Table
            caption="Versions of the keyring"
            columns={[
              { label: 'Version' },
              { label: 'State' },
              { label: 'Signs tokens with' },
              { label: 'Used from' },
            ]}
            rows={versions.map(({ version, usedFrom, algorithm }) => ({
              isDead: version !== current && usedFrom <= now,
              cells: [
                { content: `Version ${version}` },
                {
                  class: 'me-r',
                  content:
                    version === current ? (
                      <State of="active" />
                    ) : usedFrom > now ? (
                      <State of="scheduled" />
                    ) : (
                      <span class="muted">Kept for what it made</span>
                    ),
                },
                { content: algorithm },
                {
                  class: 'nw',
                  content: (
                    <>
                      <span class="m">from</span>{' '}
                      {usedFrom === 0 ? 'the start' : <Time at={usedFrom} now={now} />}
                    </>
                  ),
                },
              ],
            }))}
          />
        </div>
        <p class="muted sp">
          The operator of the deployment rotates it on the command line, with the deployment’s own token. No
          session of the console can.
        </p>
        <pre class="small mono" tabindex={0}>
          <Prompt>$ </Prompt>npm run rotate -- status
        </pre>
      </section>
    )
    return ok(settingsView('keyring', operation.actor.permissions, content))
  },
})

export const keyringRoutes = [show]
