import * as z from 'zod'
import type { Profile } from '../../core/enrollment/ledger/profile.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { ProfileInput, ProfilePatch, toNewProfile, toProfileChange } from '../../http/words/profile-wire.ts'
import { formatProfileId, ProfileId } from '../../http/words/wire.ts'
import { number } from '../components/figure/number.ts'
import { durationOf, Time } from '../components/figure/time.tsx'
import { Act, Button, LinkButton } from '../components/form/button.tsx'
import { Facts } from '../components/list/facts.tsx'
import { State } from '../components/list/state.tsx'
import { Head } from '../components/page/head.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import type { FieldErrors } from '../edge/form.ts'
import { action, type ConsoleRoute, page } from '../edge/page.ts'
import type { Done, View, Visit } from '../edge/visit.ts'
import { formOf, type KeyForm } from '../keys/form/key-form.ts'
import { dialectName } from '../keys/shared.ts'
import { urlOf } from '../lists/asked.ts'
import { checkProfile, errorsOfProfile, formOfProfile, ProfileFields } from './profile-form.tsx'
import { PROFILES, profileList } from './profile-list.tsx'

const CRUMB = { href: PROFILES, label: 'Profiles' }
const ProfileParams = z.object({ profile: ProfileId })
/** Of an organization, as over the API: each has a ledger, which is 90 KB of disk. */
const MAX_PROFILES = 5_000

const newForm = page({
  path: `${PROFILES}/new`,
  access: 'profiles.write',
  id: 'console_profiles_new',
  show: async () => ok(newView({}, {})),
})

function newView(typed: KeyForm, errors: FieldErrors): View {
  const isRefused = Object.keys(errors).length > 0
  return {
    title: 'Create profile',
    section: 'keys',
    status: isRefused ? 422 : 200,
    content: (
      <>
        <Head title="Create profile" crumb={CRUMB} />
        {isRefused && <NothingChanged>what is not right stands beside its field.</NothingChanged>}
        <form class="form" method="post" action={PROFILES}>
          <ProfileFields form={typed} errors={errors} />
          <div class="row">
            <Button type="submit" tone="go">
              Create profile
            </Button>
            <LinkButton href={PROFILES} tone="bare">
              Cancel
            </LinkButton>
          </div>
        </form>
      </>
    ),
  }
}

const create = action({
  path: PROFILES,
  access: 'profiles.write',
  id: 'console_profiles_create',
  isHeavy: true,
  act: async ({ core, operation }, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const typed = formOf(fields)
    const checked = checkProfile(ProfileInput, typed)
    if (!checked.ok) return ok(newView(typed, checked.errors))
    const made = await core.profiles.createProfile(operation, toNewProfile(checked.value), MAX_PROFILES)
    if (!made.ok) {
      const errors = errorsOfProfile(made.fault, typed)
      return errors ? ok(newView(typed, errors)) : made
    }
    const id = formatProfileId(made.value)
    return ok({
      to: `${PROFILES}/${id}`,
      notice: { text: `Created “${made.value.name}”. Create its first key next.` },
    })
  },
})

const show = page({
  path: `${PROFILES}/:profile`,
  access: 'profiles.read',
  id: 'console_profile',
  params: ProfileParams,
  subject: 'profile',
  show: async (visit): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const found = await core.profiles.getProfile(operation, params.profile)
    return found.ok ? ok(profileView(visit, found.value, formOfProfile(found.value), {})) : found
  },
})

function profileView({ operation, now }: Visit, profile: Profile, typed: KeyForm, errors: FieldErrors): View {
  const may = operation.actor.permissions
  const id = formatProfileId(profile)
  const path = `${PROFILES}/${id}`
  const isRefused = Object.keys(errors).length > 0
  const { ceilings } = profile
  return {
    title: profile.name,
    section: 'keys',
    status: isRefused ? 422 : 200,
    content: (
      <>
        <Head
          title={profile.name}
          crumb={CRUMB}
          sub={
            <>
              <code>{id}</code> · {dialectName(profile.dialect)}
              {!profile.isEnabled && ' · disabled: no machine gets in with its keys'}
            </>
          }
          actions={
            <>
              {may.has('keys.mint') && (
                <LinkButton href={urlOf('/console/keys/new', { profile_id: id })} tone="go" icon="plus">
                  Create key
                </LinkButton>
              )}
              {may.has('profiles.write') &&
                (profile.isEnabled ? (
                  <Act action={`${path}/disable`}>Disable</Act>
                ) : (
                  <Act action={`${path}/enable`}>Enable</Act>
                ))}
            </>
          }
        />
        {isRefused && <NothingChanged>what is not right stands beside its field.</NothingChanged>}
        <div class="cols">
          {may.has('profiles.write') ? (
            <form class="form" method="post" action={path}>
              <ProfileFields form={typed} errors={errors} />
              <p class="hint">
                Keys that exist keep their limits. The switch and the addresses hold for them at once.
              </p>
              <div class="row">
                <Button type="submit" tone="go">
                  Save changes
                </Button>
              </div>
            </form>
          ) : (
            <p class="lead">{profile.description || 'It has no description.'}</p>
          )}
          <aside class="panel quiet" aria-label="Summary">
            <div>
              <Facts
                rows={[
                  ['State', <State of={profile.isEnabled ? 'enabled' : 'disabled'} />],
                  ['Uses', number(profile.uses)],
                  [
                    'Last used',
                    profile.lastRedeemedAt === null ? (
                      'never'
                    ) : (
                      <Time at={profile.lastRedeemedAt} now={now} />
                    ),
                  ],
                  ceilings?.maxUses ? ['Most uses', number(ceilings.maxUses)] : null,
                  ceilings?.lifetimeSeconds ? ['Longest life', durationOf(ceilings.lifetimeSeconds)] : null,
                  ['Created', <Time at={profile.createdAt} now={now} />],
                ]}
              />
            </div>
            {may.has('keys.read') && (
              <div>
                <a href={urlOf('/console/keys', { profile_id: id })}>Its usable keys</a>
              </div>
            )}
          </aside>
        </div>
      </>
    ),
  }
}

const change = action({
  path: `${PROFILES}/:profile`,
  access: 'profiles.write',
  id: 'console_profiles_change',
  params: ProfileParams,
  subject: 'profile',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const typed = formOf(fields)
    const again = async (errors: FieldErrors): Promise<Outcome<View, ConsoleFault>> => {
      const found = await core.profiles.getProfile(operation, params.profile)
      return found.ok ? ok(profileView(visit, found.value, typed, errors)) : found
    }
    const checked = checkProfile(ProfilePatch, typed)
    if (!checked.ok) return again(checked.errors)
    const changed = await core.profiles.changeProfile(
      operation,
      params.profile,
      toProfileChange(checked.value),
    )
    if (!changed.ok) {
      const errors = errorsOfProfile(changed.fault, typed)
      return errors ? again(errors) : changed
    }
    return ok({
      to: `${PROFILES}/${formatProfileId(params.profile)}`,
      notice: { text: `Changed “${changed.value.name}”. Keys that exist keep their limits.` },
    })
  },
})

function switchTo(verb: 'disable' | 'enable') {
  const isEnabled = verb === 'enable'
  return action({
    path: `${PROFILES}/:profile/${verb}`,
    access: 'profiles.write',
    id: `console_profiles_${verb}`,
    params: ProfileParams,
    subject: 'profile',
    act: async ({ core, operation, params }): Promise<Outcome<Done, ConsoleFault>> => {
      const changed = await core.profiles.changeProfile(operation, params.profile, { isEnabled })
      if (!changed.ok) return changed
      const { name } = changed.value
      const to = `${PROFILES}/${formatProfileId(params.profile)}`
      const text = isEnabled
        ? `Enabled “${name}”.`
        : `Disabled “${name}”. No new machine gets in with its keys. Agents go on.`
      const undo = { action: `${to}/${isEnabled ? 'disable' : 'enable'}`, fields: {} }
      return ok({ to, notice: { text, undo } })
    },
  })
}

export const profileRoutes: readonly ConsoleRoute[] = [
  ...[profileList, newForm, create, show, change],
  ...[switchTo('disable'), switchTo('enable')],
]
