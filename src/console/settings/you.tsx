/** One's own account: the password, and where one is signed in. */
import * as z from 'zod'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Act, Button } from '../components/form/button.tsx'
import { TextField } from '../components/form/field.tsx'
import { Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { type FieldErrors, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { clearCookie, cookieOf } from '../edge/site.ts'
import type { Done, View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { roleName } from './role-name.ts'

const PATH = '/console/settings/you'
const OneSession = z.object({ session: z.string().regex(/^[0-9a-f]{32}$/) })

async function account(visit: Visit, errors: FieldErrors = {}): Promise<Outcome<View>> {
  const { core, operation, now } = visit
  const sessions = await core.sessions.listOwnSessions(operation)
  if (!sessions.ok) return sessions
  const { name, roles, permissions } = operation.actor
  const isRefused = Object.keys(errors).length > 0
  const content = (
    <>
      <section aria-labelledby="you">
        <h2 id="you">{name}</h2>
        <p class="sub">
          {roles.length === 0 ? 'You have no role yet.' : roles.map((role) => <Tag>{roleName(role)}</Tag>)}
        </p>
      </section>
      <section aria-labelledby="sessions">
        <h2 id="sessions">Where you are signed in</h2>
        <div class="sp">
          <Table
            caption="Sessions"
            columns={[
              { label: 'Signed in' },
              { label: 'For' },
              { label: 'Ends' },
              { class: 'r', label: <span class="sr">Actions</span> },
            ]}
            rows={sessions.value.map(({ id, sort, isCurrent, createdAt, endsAt }) => ({
              cells: [
                {
                  class: 'name',
                  content: (
                    <>
                      <span class="m">signed in</span> <Time at={createdAt} now={now} />
                    </>
                  ),
                },
                { class: 'me-r', content: isCurrent ? <Tag>This browser</Tag> : sort.split(':')[0] },
                {
                  class: 'nw',
                  content: (
                    <>
                      <span class="m">ends</span> <Time at={endsAt} now={now} />
                    </>
                  ),
                },
                {
                  class: 'r',
                  content: !isCurrent && (
                    <Act action={`${PATH}/sessions/${id}/end`} isSmall>
                      End
                    </Act>
                  ),
                },
              ],
            }))}
          />
        </div>
      </section>
      <section aria-labelledby="password">
        <h2 id="password">Password</h2>
        <p class="sub">All of your sessions end with the old one, this one too.</p>
        <form class="form sp" method="post" action={`${PATH}/password`}>
          {isRefused && <NothingChanged>see the fields below.</NothingChanged>}
          <TextField
            id="present"
            name="present"
            label="Present password"
            type="password"
            autocomplete="current-password"
            error={errors.present}
            isRequired
          />
          <TextField
            id="chosen"
            name="chosen"
            label="New password"
            type="password"
            autocomplete="new-password"
            hint="8 characters or more, of three kinds: lower case, upper case, digits, others."
            error={errors.chosen}
            isRequired
          />
          <div class="row">
            <Button tone="go" type="submit">
              Change password
            </Button>
          </div>
        </form>
      </section>
    </>
  )
  return ok(settingsView('you', permissions, content, isRefused ? { status: 422 } : {}))
}

const show = page({ path: PATH, access: 'member', id: 'console_you', show: (visit) => account(visit) })

const changePassword = action({
  path: `${PATH}/password`,
  access: 'member',
  id: 'console_you_password',
  act: async (visit, form): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, request, site } = visit
    const { actor } = operation
    const user = await core.users.authenticateUser(
      { email: actor.name, password: textOf(form, 'present') },
      request,
    )
    const isOwn = user.ok && String(user.value.id) === actor.publicId
    if (!user.ok && user.fault.kind !== 'credential_invalid') return user
    if (!user.ok || !isOwn)
      return account(visit, { present: 'That is not your password. Nothing was changed.' })
    const changed = await core.users.changePassword(user.value, textOf(form, 'chosen'), request)
    if (changed.ok) return ok({ to: '/console/sign-in', cookie: clearCookie(cookieOf(site)) })
    if (changed.fault.kind !== 'password_weak') return changed
    return account(visit, { chosen: `A password ${changed.fault.reason}` })
  },
})

const end = action({
  path: `${PATH}/sessions/:session/end`,
  access: 'member',
  id: 'console_you_end_session',
  params: OneSession,
  subject: 'session',
  act: async ({ core, operation, params }): Promise<Outcome<Done, ConsoleFault>> => {
    const closed = await core.sessions.closeOwnSession(operation, params.session)
    if (!closed.ok) return closed
    return ok({ to: PATH, notice: { text: 'Ended that session. This one goes on.' } })
  },
})

export const youRoutes = [show, changePassword, end]
