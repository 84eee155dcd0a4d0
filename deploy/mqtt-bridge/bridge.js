/**
 * An MQTT broker for devices of the Datonis dialect. It decides nothing: Latchkey says who may connect and where they may
 * publish and subscribe, takes what they publish, and has the instructions for them (README.md).
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'

const {
  LATCHKEY_URL = 'http://127.0.0.1:8787',
  LATCHKEY_BROKER_TOKEN: token,
  MQTT_HOST: host = '127.0.0.1',
  MQTT_PORT,
  MQTT_TLS_CERT: cert,
  MQTT_TLS_KEY: key,
} = process.env

const HOOK_DEADLINE_MS = 20_000
const POLL_MS = 1_000
/** More than a device may write at once. */
const MAX_PAYLOAD_BYTES = 512 * 1024
/** Codes of a CONNACK (MQTT 3.1.1, section 3.2.2.3). SDKs take only the last one for a refusal. */
const IDENTIFIER_REJECTED = 2
const SERVER_UNAVAILABLE = 3
const NOT_AUTHORIZED = 5

if (!token) throw new Error('LATCHKEY_BROKER_TOKEN must be set, as at Latchkey')

/** The access keys of the clients that are connected, by client id. */
const connected = new Map()
/** Topics to which clients that are connected may publish: each is asked about once, so that it works while Latchkey is down. */
const publishable = new WeakMap()

const broker = new Aedes({
  authenticate: (client, username, password, done) => {
    authenticate(client, username ?? '', password?.toString() ?? '').then(
      (code) => (code === 0 ? done(null, true) : done(refusal(code), false)),
      () => done(refusal(SERVER_UNAVAILABLE), false),
    )
  },
  authorizePublish: (client, packet, callback) => {
    if (!client || packet.payload.length > MAX_PAYLOAD_BYTES) return callback(new Error('not allowed'))
    // There are no subscribers to what devices publish: nothing of it is kept.
    packet.retain = false
    mayPublish(client, packet.topic).then((allowed) => callback(allowed ? null : new Error('not allowed')))
  },
  authorizeSubscribe: (client, subscription, callback) => {
    // Without a subscription the client gets a failure for it.
    isAllowed(client, subscription.topic, 'subscribe').then((allowed) =>
      callback(null, allowed ? subscription : null),
    )
  },
  published: (packet, client, callback) => {
    callback()
    if (client) acknowledge(packet, connected.get(client.id)).catch(report)
  },
})
broker.on('clientDisconnect', ({ id }) => connected.delete(id))
// A device that breaks off, or is refused, is no failure of the bridge.
broker.on('clientError', () => {})
broker.on('connectionError', () => {})

/** @returns 0, or why not */
async function authenticate(client, username, password) {
  // Another device may not take the place of one that is connected.
  const other = connected.get(client.id)
  if (other !== undefined && other !== username) return IDENTIFIER_REJECTED
  const { status } = await ask('auth', { username, password, clientid: client.id })
  if (status === 200) {
    connected.set(client.id, username)
    return 0
  }
  return status === 401 || status === 400 ? NOT_AUTHORIZED : SERVER_UNAVAILABLE
}

async function isAllowed(client, topic, action) {
  const username = connected.get(client.id)
  if (username === undefined) return false
  const asked = { username, clientid: client.id, topic, action }
  return ask('acl', asked).then(
    ({ status }) => status === 200,
    () => false,
  )
}

/** What passed once passes as long as the client is connected: a pair that is off is refused when its message is handed on. */
async function mayPublish(client, topic) {
  const topics = publishable.get(client) ?? new Set()
  if (topics.has(topic)) return true
  const allowed = await isAllowed(client, topic, 'publish')
  if (allowed) publishable.set(client, topics.add(topic))
  return allowed
}

/** Hands on what was published and tells its device how it fared. */
async function acknowledge({ topic, payload }, username) {
  const asked = { topic, payload_base64: Buffer.from(payload).toString('base64'), username }
  const taken = await ask('publish', asked).catch(() => null)
  if (taken?.status === 200) return send(taken.json.topic, taken.json.payload, 1)
  // SDKs keep what is 503 and send it again after a minute.
  const client = topic.split('/').at(-2)
  const answer = { context: contextOf(payload), http_code: 503 }
  return send(`Altizon/Datonis/${client}/httpAck`, JSON.stringify(answer), 1)
}

function contextOf(payload) {
  try {
    return String(JSON.parse(payload.toString()).hash)
  } catch {
    return 'PARSE_ERROR'
  }
}

function send(topic, payload, qos) {
  return new Promise((done, failed) => {
    broker.publish({ cmd: 'publish', topic, payload, qos, retain: false }, (error) =>
      error ? failed(error) : done(),
    )
  })
}

async function ask(hook, body) {
  const response = await fetch(`${LATCHKEY_URL}/internal/mqtt/${hook}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(HOOK_DEADLINE_MS),
  })
  return { status: response.status, json: await response.json() }
}

/** Publishes instructions as they are given. A device that is not connected then does not get them. */
async function deliverInstructions() {
  let place
  for (;;) {
    try {
      const { status, json } = await ask('instructions', place === undefined ? {} : { after: place })
      if (status !== 200) throw new Error(`Latchkey answered ${status} for instructions`)
      for (const { topic, payload } of json.instructions) await send(topic, payload, 2)
      place = json.place
    } catch (error) {
      report(error)
    }
    await new Promise((done) => setTimeout(done, POLL_MS))
  }
}

function refusal(returnCode) {
  return Object.assign(new Error('refused'), { returnCode })
}

/** Without what was sent or asked: it holds passwords. */
function report(error) {
  console.error(`latchkey bridge: ${error instanceof Error ? error.message : 'failed'}`)
}

await broker.listen()
const isSecure = cert !== undefined && key !== undefined
const server = isSecure
  ? createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, broker.handle)
  : createServer(broker.handle)
server.listen(Number(MQTT_PORT ?? (isSecure ? 8883 : 1883)), host, () => {
  const { port } = server.address()
  console.log(`Latchkey MQTT bridge ready on ${isSecure ? 'mqtts' : 'mqtt'}://${host}:${port}`)
})
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close()
    broker.close(() => process.exit(0))
  })
}
deliverInstructions()
