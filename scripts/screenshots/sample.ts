/** An organization that has been at work for a while, made through the front door: for screenshots, and for tests of pages. */

type Json = ReturnType<JSON['parse']>

export type Server = { readonly url: string; readonly login: string }

const CLAIM_BYTES = 32
/** What a proxy says of the operator: of use only to a server that reads the header. */
const OFFICE = { 'X-Forwarded-For': '192.0.2.10' }

/** A client of the native API: `ask` as the owner, `enroll` as a machine. A refusal throws, unless it is a machine's. */
export function clientOf({ url, login }: Server) {
  async function send(
    path: string,
    body: unknown,
    credential: string | null,
    headers: Readonly<Record<string, string>>,
  ): Promise<Json> {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers, ...(credential !== null && { Authorization: `Basic ${btoa(credential)}` }) },
      body: JSON.stringify(body),
    })
    const json: Json = await reply.json()
    if (!reply.ok && credential !== null) throw new Error(`POST ${path}: ${reply.status} ${json.detail}`)
    return json
  }
  let machines = 16
  return {
    ask: (path: string, body: unknown) => send(path, body, login, OFFICE),
    enroll(code: string, hostname: string, more: object = {}) {
      const claim = Buffer.from(crypto.getRandomValues(new Uint8Array(CLAIM_BYTES))).toString('hex')
      machines += 1
      const address = `10.20.4.${machines}`
      return send('/v1/enroll', { code, claim, hostname, ...more }, null, { 'X-Forwarded-For': address })
    },
  }
}

/** How many of its machines became agents. */
export const SAMPLE_AGENTS = 6

/** A profile with keys of several states, agents, refusals, a machine that waits, a held use. */
export async function makeSample(server: Server) {
  const { ask, enroll } = clientOf(server)
  const { id: profile } = await ask('/v1/profiles', { name: 'Web tier' })
  const make = (members: object): Promise<Json> => ask('/v1/keys', { profile_id: profile, ...members })
  const web = await make({ name: 'web servers', max_uses: 25, labels: { env: 'production' } })
  const small = await make({ name: 'ci-runners-eu-central-1-ephemeral-arm64', max_uses: 2 })
  const gate = await make({ name: 'branch offices', max_uses: 40, approval: {} })
  const image = await make({ name: 'golden image', max_uses: 5, hold: 'allowed' })
  const agents: Json[] = []
  for (const host of ['web-01', 'web-02', 'web-03', 'ip-10-20-4-28.eu-central-1.compute.internal']) {
    agents.push(await enroll(web.code, host, { facts: { os: 'Debian 12', kernel: '6.1.0-31-amd64' } }))
  }
  // Two more than the key allows: their refusals are to be seen, too.
  for (const host of ['build-1', 'build-2', 'build-3', 'build-4']) agents.push(await enroll(small.code, host))
  await enroll(gate.code, 'lyon-02', { facts: { site: 'Lyon' } })
  await enroll(image.code, 'image-7', { hold: 600 })
  return { profile, web, small, gate, image, agents }
}
