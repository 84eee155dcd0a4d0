/** What keys and profiles have in common, as parts of their forms. */
import type { Child } from 'hono/jsx'
import { count } from '../../components/figure/number.ts'
import { Option, TextField } from '../../components/form/field.tsx'
import type { FieldErrors } from '../../edge/form.ts'
import { boundTo, type KeyForm, linesOf } from './key-form.ts'

export type OptionProps = { readonly form: KeyForm; readonly errors: FieldErrors }

export function AddressOption({ form, errors, note }: OptionProps & { readonly note: string }) {
  const ranges = linesOf(form.from).length
  return (
    <Option
      title="Addresses"
      value={ranges > 0 ? count(ranges, 'range') : 'any'}
      isOpen={errors.from !== undefined}
    >
      <TextField
        {...boundTo(form, errors)('from')}
        label="Only from"
        note={note}
        rows={2}
        isMono
        placeholder="10.20.0.0/16"
      />
    </Option>
  )
}

/** @param children fields that stand below, of which `description` opens it when it is refused */
export function LabelOption({
  form,
  errors,
  title,
  note,
  children,
}: OptionProps & { readonly title: string; readonly note: string; readonly children?: Child }) {
  return (
    <Option
      title={title}
      value={linesOf(form.labels).join(', ') || 'none'}
      isOpen={[errors.labels, children && errors.description].some(Boolean)}
    >
      <div class="form">
        <TextField
          {...boundTo(form, errors)('labels')}
          label="Labels"
          note={note}
          rows={2}
          isMono
          placeholder="env=production"
        />
        {children}
      </div>
    </Option>
  )
}
