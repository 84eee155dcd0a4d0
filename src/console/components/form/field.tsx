/** Forms: a label above, a hint or what is wrong below. */
import type { Child } from 'hono/jsx'
import { Icon } from '../page/icon.tsx'

type Described = {
  /** Of the control, and what its hint and error are tied to. */
  readonly id: string
  readonly label: Child
  /** After the label, quietly: "optional". */
  readonly note?: string | undefined
  readonly hint?: Child
  /** A sentence that says what would be right. */
  readonly error?: string | undefined
}

function ErrorText({ id, children }: { readonly id: string; readonly children?: Child }) {
  return (
    <p class="err" id={id}>
      <Icon name="warn" isSmall />
      {children}
    </p>
  )
}

/** What an input needs for its hint and its error to be read with it. */
function tied({ id, hint, error }: Described) {
  const by = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return {
    ...(error && { 'aria-invalid': 'true' as const }),
    ...(by && { 'aria-describedby': by }),
  }
}

function Wrapped({ id, label, note, hint, error, children }: Described & { readonly children?: Child }) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {note && <span class="opt"> {note}</span>}
      </label>
      {children}
      {error && <ErrorText id={`${id}-error`}>{error}</ErrorText>}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

export type TextFieldProps = Described & {
  readonly name: string
  readonly value?: string
  readonly type?: 'text' | 'email' | 'password' | 'search' | 'date' | 'datetime-local' | 'time'
  readonly isMono?: boolean
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
  readonly placeholder?: string | undefined
  readonly autocomplete?: string
  /** More than one: a text of several lines. */
  readonly rows?: number
}

export function TextField(props: TextFieldProps) {
  const { id, name, value = '', type = 'text', rows = 1, placeholder, autocomplete = 'off' } = props
  const control = {
    class: props.isMono ? 'in mono' : 'in',
    ...{ id, name, placeholder, autocomplete, required: props.isRequired, disabled: props.isDisabled },
    ...tied(props),
  }
  return (
    <Wrapped {...props}>
      {rows > 1 ? (
        <textarea {...control} rows={rows} spellcheck={false}>
          {value}
        </textarea>
      ) : (
        <input {...control} type={type} value={value} />
      )}
    </Wrapped>
  )
}

/** A number, and its unit beside it. */
export function NumberField({
  unit,
  ...props
}: Described & {
  readonly name: string
  readonly value?: string
  readonly unit?: Child
}) {
  return (
    <Wrapped {...props}>
      <NumberInput {...props} {...tied(props)} unit={unit} />
    </Wrapped>
  )
}

/** Without a label of its own: inside of a choice. */
export function NumberInput({
  id,
  name,
  value = '',
  label,
  unit,
  ...more
}: {
  readonly id: string
  readonly name: string
  readonly value?: string
  readonly label?: Child
  readonly unit?: Child
  readonly 'aria-invalid'?: 'true'
  readonly 'aria-describedby'?: string
  readonly isLabelled?: boolean
}) {
  return (
    <div class="row">
      <input
        class="in n"
        {...{ id, name, value }}
        inputmode="numeric"
        autocomplete="off"
        aria-label={more.isLabelled ? undefined : label}
        aria-invalid={more['aria-invalid']}
        aria-describedby={more['aria-describedby']}
      />
      {unit && <span class="hint">{unit}</span>}
    </div>
  )
}

export type Choice = { readonly value: string; readonly label: string }

export function SelectField({
  name,
  value,
  choices,
  ...props
}: Described & {
  readonly name: string
  readonly value?: string | undefined
  readonly choices: readonly Choice[]
}) {
  return (
    <Wrapped {...props}>
      <select class="in" id={props.id} name={name} {...tied(props)}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Wrapped>
  )
}

/** Radios that are drawn as buttons. */
export function Segments({
  legend,
  name,
  value,
  choices,
  isEnds = false,
  error,
  id = name,
  children,
}: {
  readonly legend: string
  readonly name: string
  readonly value: string
  readonly choices: readonly Choice[]
  /** Many short ones: three a row on a phone. */
  readonly isEnds?: boolean
  readonly error?: string | undefined
  readonly id?: string
  /** What belongs to one of the choices. */
  readonly children?: Child
}) {
  return (
    <fieldset class="field" aria-describedby={error && `${id}-error`}>
      <legend>{legend}</legend>
      <div class={isEnds ? 'seg ends' : 'seg'}>
        {choices.map((choice) => (
          <label>
            <input type="radio" name={name} value={choice.value} checked={choice.value === value} />
            {choice.label}
          </label>
        ))}
      </div>
      {children}
      {error && <ErrorText id={`${id}-error`}>{error}</ErrorText>}
    </fieldset>
  )
}

export function CheckField({
  name,
  isChecked = false,
  value = 'on',
  hint,
  type = 'checkbox',
  children,
}: {
  readonly name: string
  readonly isChecked?: boolean
  readonly value?: string
  readonly hint?: Child
  readonly type?: 'checkbox' | 'radio'
  readonly children?: Child
}) {
  return (
    <label class="check">
      <input type={type} name={name} value={value} checked={isChecked} />
      <span>
        {children}
        {hint && (
          <>
            <br />
            <span class="hint">{hint}</span>
          </>
        )}
      </span>
    </label>
  )
}

/** Topics that are closed until needed; each says what it is set to. */
export function Options({ children }: { readonly children?: Child }) {
  return <div class="opts">{children}</div>
}

export function Option({
  title,
  value,
  isOpen = false,
  children,
}: {
  readonly title: string
  /** What it is set to now. */
  readonly value: string
  readonly isOpen?: boolean
  readonly children?: Child
}) {
  return (
    <details open={isOpen}>
      <summary>
        <Icon name="right" />
        {title}
        <span class="muted">{value}</span>
      </summary>
      <div class="body">{children}</div>
    </details>
  )
}
