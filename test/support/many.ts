/** Many agents of one organization, without their redemptions. */
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { Organization } from './organization.ts'
import { eventually, pair } from './pairing.ts'

/** Many workloads, of about 2 KiB each: `original`, `copy2`, … */
export async function pairMany(organization: Organization, count: number): Promise<void> {
  await pair(organization, { hostname: 'original', os_detail: 'x'.repeat(1_000) })
  await eventually(async () => {
    const one = env.DB.prepare('SELECT count(*) AS n FROM agents WHERE organization_id = ?')
    expect(await one.bind(organization.id).first('n')).toBe(1)
  })
  await env.DB.batch([
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at, record, version)
       SELECT ledger, i, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at,
         json_set(record, '$.n', i, '$.hostname', 'copy' || i, '$.facts.os_detail', ?), version FROM agents, n WHERE organization_id = ?`,
    ).bind(count, 'y'.repeat(1_024), organization.id),
    env.DB.prepare("UPDATE totals SET rows = ? WHERE organization_id = ? AND listed = 'agents'").bind(
      count,
      organization.id,
    ),
  ])
}

/** Theirs, in the order of the list. */
export function hostnames(count: number): readonly string[] {
  return ['original', ...Array.from({ length: count - 1 }, (_, i) => `copy${i + 2}`)]
}
