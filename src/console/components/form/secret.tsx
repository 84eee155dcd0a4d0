/** A secret that is shown once: hidden until asked for, by a checkbox, so that it works without script and asks no server. */
import { generate } from 'lean-qr'
import { Icon } from '../page/icon.tsx'
import { Button } from './button.tsx'
import { CopyButton } from './command.tsx'

const SHOWN = { first: 7, last: 5 }
const DOTS = '•'.repeat(16)

/** The checkbox that shows every `Code` of the panel. */
const SHOW = 'show-secret'

/** Dots or the text, as the panel's checkbox says. */
export function Code({ text, id }: { readonly text: string; readonly id?: string }) {
  return (
    <>
      <span class="mask" aria-hidden="true">
        {text.slice(0, SHOWN.first)}
        <i>{DOTS}</i>
        {text.slice(-SHOWN.last)}
      </span>
      <span class="clear" id={id}>
        {text}
      </span>
    </>
  )
}

export function Secret({
  text,
  file,
}: {
  readonly text: string
  /** What to save, and under which name. */
  readonly file?: { readonly name: string; readonly label: string; readonly content: string }
}) {
  return (
    <div class="secret">
      <span class="v">
        <Code text={text} id="secret" />
      </span>
      <CopyButton target="secret" tone="go" />
      <label class="b toggle">
        <input type="checkbox" id={SHOW} class="sr" autocomplete="off" />
        <span class="off">
          <Icon name="show" />
          Show
        </span>
        <span class="on">
          <Icon name="hide" />
          Hide
        </span>
        <span class="sr"> the code</span>
      </label>
      {file && (
        <>
          <Button
            icon="download"
            more={{ 'data-save': file.name, 'data-from': 'secret-file', 'data-js': true }}
          >
            Download {file.label}
          </Button>
          <span id="secret-file" hidden>
            {file.content}
          </span>
        </>
      )}
    </div>
  )
}

/** Drawn with the page, and sent nowhere. Hidden on its own. */
export function QrCode({
  text,
  label,
  hint,
}: {
  readonly text: string
  readonly label: string
  readonly hint: string
}) {
  const { size, path } = qrOf(text)
  return (
    <div class="qr">
      <svg class="shut" viewBox="0 0 29 29" aria-hidden="true">
        <path d={FINDERS} fill-rule="evenodd" />
      </svg>
      <svg class="open" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
        <path d={path} fill="#000" />
      </svg>
      <label class="b sm toggle">
        <input type="checkbox" class="sr" autocomplete="off" />
        <span class="off">
          <Icon name="qr" />
          Show QR code
        </span>
        <span class="on">
          <Icon name="hide" />
          Hide QR code
        </span>
      </label>
      <p class="hint">{hint}</p>
    </div>
  )
}

/** The three corners of any QR code. */
const FINDERS = [
  [0, 0],
  [22, 0],
  [0, 22],
]
  .map(([x, y]) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`)
  .join('')

/** One path of unit squares, joined along a row. */
export function qrOf(text: string): { readonly size: number; readonly path: string } {
  const code = generate(text)
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      const start = x
      while (code.get(x, y)) x++
      if (x > start) path += `M${start} ${y}h${x - start}v1h-${x - start}z`
    }
  }
  return { size: code.size, path }
}
