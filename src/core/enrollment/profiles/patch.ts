import type { Grant, Profile, ProfileChange } from '../ledger/profile.ts'

/** What a change makes of a profile: only the members that it touches. */
export function applyChange(profile: Profile, change: ProfileChange): Partial<Profile> {
  const { patch, ...members } = change
  if (!patch) return members
  const { values, labels, locks, attributes } = patch
  const grant = members.grant ?? profile.grant
  const isGrantPatched = values !== undefined || labels !== undefined || locks !== undefined
  return {
    ...members,
    ...(isGrantPatched && {
      grant: {
        ...grant,
        values: { ...grant.values, ...values },
        labels: labels ?? grant.labels,
        locks: locks ? relock(grant, locks) : grant.locks,
      },
    }),
    ...(attributes && { attributes: { ...(members.attributes ?? profile.attributes), ...attributes } }),
  }
}

function relock(grant: Grant, locks: Readonly<Record<string, boolean>>): readonly string[] {
  const kept = grant.locks.filter((name) => locks[name] !== false)
  const added = Object.keys(locks).filter((name) => locks[name] === true && !kept.includes(name))
  return [...kept, ...added]
}
