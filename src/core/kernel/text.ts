/** The form in which names are compared without regard to case, in every script. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** A claim is the agent's own unguessable value. */
export const CLAIM_LENGTH = { min: 22, max: 256 } as const
