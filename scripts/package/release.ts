/** What has to agree before a version is published. */
type Release = {
  readonly version: string
  /** The text of CHANGELOG.md. */
  readonly changelog: string
  /** Of the commit, such as `v0.1.0`; empty: none. */
  readonly tags: readonly string[]
  /** Whether the work tree has what the commit has not. */
  readonly isDirty: boolean
}

/** Why a version cannot be released: one line each, none when it can. */
export function releaseFaults({ version, changelog, tags, isDirty }: Release): readonly string[] {
  const [newest] = releasedVersions(changelog)
  return [
    ...(newest === version ? [] : [`CHANGELOG.md has no ## [${version}] as its newest version`]),
    ...(tags.includes(`v${version}`) ? [] : [`the commit has no tag v${version}`]),
    ...(isDirty ? ['the work tree has changes that are not committed'] : []),
  ]
}

/** Those with a date, the newest first. */
export function releasedVersions(changelog: string): readonly string[] {
  return [...changelog.matchAll(/^## \[([0-9][^\]]*)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$/gm)].map(
    ([, version = '']) => version,
  )
}
