import { generate } from 'lean-qr'
import { expect, test } from 'vitest'
import { qrText } from '../../scripts/cli/qr.ts'

test('a QR code in a terminal has every module, two rows in a line, and a quiet zone of four', () => {
  const text = `LATCHKEY_URL=https://keys.example\nLATCHKEY_CODE=lk_${'A'.repeat(54)}\n`
  const code = generate(text)
  const lines = qrText(text).trimEnd().split('\n')
  const isDark = (x: number, y: number) => {
    const block = lines[Math.floor((y + 4) / 2)]?.[x + 4] ?? '?'
    return ((y + 4) % 2 === 0 ? ' ▄' : ' ▀').includes(block)
  }
  for (let y = -4; y < code.size + 4; y++) {
    for (let x = -4; x < code.size + 4; x++) expect([x, y, isDark(x, y)]).toEqual([x, y, code.get(x, y)])
  }
  expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([code.size + 8]))
})
