import { describe, expect, it, vi } from 'vitest'
import { leaveKeysToInputMethods } from './inputMethods'

describe('keys while an input method composes', () => {
  it('fails when Enter or Escape is taken from it, or from who does not compose', () => {
    leaveKeysToInputMethods()
    const field = document.body.appendChild(document.createElement('input'))
    const heard = vi.fn()
    field.addEventListener('keydown', ({ key }) => heard(key))
    const press = (init: KeyboardEventInit) => field.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }))
    press({ key: 'Enter', isComposing: true })
    press({ key: 'Escape', isComposing: true })
    press({ key: 'Enter', keyCode: 229 })
    expect(heard).not.toHaveBeenCalled()
    press({ key: 'Enter', keyCode: 13 })
    expect(heard).toHaveBeenCalledExactlyOnceWith('Enter')
  })
})
