import { generate } from 'lean-qr'

/** Around a code, in modules: the standard asks for four. */
const QUIET = 4

/**
 * A QR code for a terminal, two rows of it in a line. Light modules are drawn, as terminals are dark; where they are not, the code
 * is inverted, which readers of today accept.
 */
export function qrText(text: string): string {
  const code = generate(text)
  const isLight = (x: number, y: number) => y < code.size + QUIET && !code.get(x, y)
  const lines: string[] = []
  for (let y = -QUIET; y < code.size + QUIET; y += 2) {
    let line = ''
    for (let x = -QUIET; x < code.size + QUIET; x++) {
      line += BLOCKS[isLight(x, y) ? 1 : 0]?.[isLight(x, y + 1) ? 1 : 0]
    }
    lines.push(line)
  }
  return `${lines.join('\n')}\n`
}

/** By the upper and the lower module. */
const BLOCKS = [
  [' ', '▄'],
  ['▀', '█'],
] as const
