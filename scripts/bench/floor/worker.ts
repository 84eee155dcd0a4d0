/**
 * What the platform costs before any work: a plain Hono handler, and a call of an object that does nothing. It stands in
 * Latchkey's place, so the object is the one that wrangler.toml binds.
 */
import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'

type Env = { readonly LEDGERS: DurableObjectNamespace<Ledger> }

export class Ledger extends DurableObject {
  async nothing(): Promise<{ ok: true }> {
    return { ok: true }
  }
}

/** wrangler.toml binds these, too. */
export class DeviceInbox extends DurableObject {}
export class Housekeeper extends DurableObject {}
export class IssuerKeys extends DurableObject {}
export class JobRunner extends DurableObject {}
export class WebhookDeliverer extends DurableObject {}
export class Feed extends DurableObject {}

const app = new Hono<{ Bindings: Env }>()
app.get('/plain', (c) => c.json({ ok: true }))
/** Takes the very requests that redemptions are measured with: how many of them the load can make. */
app.post('/plain', async (c) => {
  const { hostname } = await c.req.json<{ hostname: string }>()
  return c.json({ hostname }, 201)
})
/** Takes signed events, and checks nothing. */
app.post('/event', async (c) => c.json({ length: (await c.req.arrayBuffer()).byteLength }))
app.get('/object', async (c) => c.json(await c.env.LEDGERS.getByName('1').nothing()))

export default { fetch: app.fetch } satisfies ExportedHandler<Env>
