/** The shell script behind `/i`, which makes a Linux machine an agent. */
import { toHex } from '../../core/kernel/encoding.ts'
import reply from '../shell/reply.sh'
import agent from './agent.sh'
import install from './install.sh'

/** The same bytes for every caller, so that its SHA-256 can be compared. An origin has no character that a shell reads. */
export function installScript(publicUrl: string): string {
  return install
    .replace('@AGENT@', () => agent.replace('@REPLY@', () => reply))
    .replaceAll('@SERVER@', () => publicUrl)
}

/** SHA-256 of the script, in hexadecimal. */
export async function installScriptHash(publicUrl: string): Promise<string> {
  const bytes = new TextEncoder().encode(installScript(publicUrl))
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
