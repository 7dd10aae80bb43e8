import { expect, it } from 'vitest'
import { unsent } from './unsent'

it('fails when what was written while the first was under way is lost, or sent twice', () => {
  expect(unsent('done', 'done')).toBe('')
  expect(unsent('done\nand then', 'done')).toBe('and then')
  expect(unsent('something else', 'done')).toBe('something else')
})
