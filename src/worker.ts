import { DurableObject } from 'cloudflare:workers'
export class Ledger extends DurableObject { ping(){ return Number([...this.ctx.storage.sql.exec("select count(*) as n from sqlite_master")][0].n) } }
export default { async fetch(req, env) { return Response.json({ n: await env.LEDGERS.getByName("1").ping(), d1: await env.DB.prepare("select 1 as x").first(), cf: req.headers.get('cf-connecting-ip'), m: env.LATCHKEY_MASTER_KEY ?? null }) } }
