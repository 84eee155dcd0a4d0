/** A slot of a key, for suites that go over all routes. */

type Ask = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly json: Json }>
type Json = ReturnType<JSON['parse']>

/** The id of a slot that no agent fills; the key goes on letting other machines in. */
export async function makeSlot(ask: Ask, key: string): Promise<string> {
  const path = `/v1/keys/${key}`
  const added = await ask('POST', `${path}/slots`, { slots: [{ by: 'hostname', value: 'web-1' }] })
  const { json } = await ask('GET', `${path}/slots`)
  const { status } = await ask('PATCH', path, { only_expected: false })
  if (added.status !== 200 || status !== 200) throw new Error(`no slot: ${added.status}, ${status}`)
  return json.items[0].id
}
