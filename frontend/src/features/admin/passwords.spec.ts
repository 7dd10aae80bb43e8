import { describe, expect, it } from 'vitest'
import { generatePassword } from './passwords'

describe('a generated password', () => {
  it('fails when it repeats, is too short, or has letters that look alike', () => {
    const passwords = Array.from({ length: 200 }, generatePassword)
    expect(new Set(passwords).size).toBe(200)
    for (const password of passwords) expect(password).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{5}(-[a-km-np-zA-HJ-NP-Z2-9]{5}){3}$/)
  })
})
