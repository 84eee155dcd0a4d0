/** The form in which names are compared without regard to case, in every script. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
