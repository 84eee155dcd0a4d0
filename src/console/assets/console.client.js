// What pages do beyond links and forms. Everything also works without; what does not is marked data-js, and hidden.
document.documentElement.classList.add('js')

const DONE_MILLISECONDS = 2_000

/** The text of an element without its prompts and masks. */
function textOf(element) {
  const copy = element.cloneNode(true)
  for (const one of copy.querySelectorAll('.p, .mask')) one.remove()
  return copy.textContent.replace(/^\n+|\s+$/g, '')
}

function say(button, text, name) {
  const label = button.querySelector('span')
  button.dataset.label ??= label.textContent
  label.textContent = text
  button.classList.toggle('done', name === 'done')
  setTimeout(() => {
    label.textContent = button.dataset.label
    button.classList.remove('done')
  }, DONE_MILLISECONDS)
}

async function copy(button) {
  const element = document.getElementById(button.dataset.copy)
  try {
    // Absent on plain http.
    await navigator.clipboard.writeText(textOf(element))
    say(button, 'Copied', 'done')
  } catch {
    // A mask cannot be copied by hand.
    const show = document.getElementById('show-secret')
    if (show && element.closest('.panel')?.contains(show)) show.checked = true
    getSelection().selectAllChildren(element)
    say(button, 'Press Ctrl-C')
  }
}

function save({ dataset }) {
  const link = document.createElement('a')
  const text = document.getElementById(dataset.from).textContent
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = dataset.save
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 0)
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-save]')
  if (button) button.dataset.copy ? copy(button) : save(button)
  if (event.target.closest('[data-stored]')) guard.abort()
  // A click outside closes a menu.
  for (const menu of document.querySelectorAll('details.pick[open], .more details[open]')) {
    if (!menu.contains(event.target)) menu.open = false
  }
})

document.addEventListener('change', ({ target }) => {
  const form = target.form
  if (!form) return
  const boxes = [...form.querySelectorAll('tbody [type=checkbox]')]
  if ('all' in target.dataset) for (const box of boxes) box.checked = target.checked
  const all = form.querySelector('[data-all]')
  if (all && boxes.length > 0) {
    all.checked = boxes.every((box) => box.checked)
    all.indeterminate = !all.checked && boxes.some((box) => box.checked)
  }
})

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event
  if (key === '/' && !ctrlKey && !metaKey && !altKey && !target.closest('input, textarea, select')) {
    const search = document.querySelector('.find input')
    if (search?.offsetParent) {
      event.preventDefault()
      search.focus()
    }
  }
  if (key === 'Escape') {
    document.querySelector('details.pick[open]')?.removeAttribute('open')
    // Of a dialog only: a page that shows a secret has none.
    document.querySelector('dialog[open] [data-cancel]')?.click()
  }
})

/** A secret that is shown once: its page asks before it is left, until it is stored. */
const guard = new AbortController()
if (document.querySelector('[data-once]')) {
  addEventListener('beforeunload', (event) => event.preventDefault(), { signal: guard.signal })
}

// A link with a one-time code in its fragment, which was sent nowhere yet: it leaves the address first, and then opens.
const withCode = document.getElementById('with-code')
if (withCode && location.hash.length > 1) {
  withCode.elements.code.value = location.hash.slice(1)
  history.replaceState(null, '', location.pathname + location.search)
  withCode.requestSubmit()
}
