import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { unreachable } from '../../../client/error.ts'
import { formatSecret, SECRET_BYTES, signatures } from '../../../src/core/webhooks/signature.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import { note, printLines } from '../output.ts'
import { optionsOf, signedIn } from '../shared.ts'

const PAUSE_MS = 1_000
const ATTEMPT_MS = 15_000

type Options = { forwardTo: string; type?: string }

export function listenCommand(): Command {
  return new Command('listen')
    .description('Send what happens to a program on this machine, as a webhook does, until it is stopped')
    .requiredOption('--forward-to <url>', 'of the program: http or https')
    .option('--type <types>', 'such as agent.enroll,key.*; absent: all')
    .addHelpText('after', '\nExample:\n  latchkey listen --forward-to http://127.0.0.1:3000/hooks')
    .action(async (_, command: Command) => {
      const api = signedIn(command)
      const { forwardTo, type } = optionsOf<Options>(command)
      if (!URL.canParse(forwardTo) || !/^https?:/.test(forwardTo)) {
        throw new Refusal(`"${forwardTo}" is no http or https URL`, 2)
      }
      const secret = new Uint8Array(randomBytes(SECRET_BYTES))
      let { follow_cursor: after } = await api.get('/v1/events', { type, limit: 1 })
      note(`the secret of this run is ${formatSecret(secret)}`)
      for (let seq = 1; ; ) {
        const page = await api.get('/v1/events', { type, after })
        for (const event of page.items)
          printLines([await forward(forwardTo, secret, { ...event, seq: seq++ })])
        after = page.next_cursor
        if (page.is_end) await sleep(PAUSE_MS)
      }
    })
}

/** One attempt, as a webhook makes it. Returns a line about it. */
async function forward(url: string, secret: Uint8Array<ArrayBuffer>, event: Json): Promise<string> {
  const body = JSON.stringify({ type: event.type, timestamp: event.at, data: event })
  const id = `msg_${event.id}`
  const timestamp = Math.floor(Date.now() / 1_000)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await signatures([secret], { id, timestamp, body }),
  }
  const about = `${event.at}  ${event.type}  ${id}`
  try {
    const signal = AbortSignal.timeout(ATTEMPT_MS)
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await response.body?.cancel()
    return `${about}  ${response.status}`
  } catch (error) {
    return `${about}  ${unreachable(url, error).message}`
  }
}
