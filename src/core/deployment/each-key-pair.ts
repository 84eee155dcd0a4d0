import type { Inbox } from '../devices/key-pairs/port.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { type Answers, askAll, PAGE } from './ask-all.ts'

/**
 * Asks the inboxes of a page of all key pairs, by access key, deleted ones too.
 * @param prefix only those whose access keys begin with it
 */
export async function eachKeyPair<T>(
  ports: Ports,
  after: string,
  ask: (inbox: Inbox) => Promise<Outcome<T>>,
  prefix = '',
): Promise<Outcome<Answers<string, T>>> {
  const accessKeys = await ports.deployment.accessKeysAfter(after, prefix, PAGE)
  return askAll(accessKeys, (accessKey) => ask(ports.inboxes.open(accessKey)))
}
