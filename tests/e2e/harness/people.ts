import { expect, type Page } from '@playwright/test'
import { LoginPage } from '../pages/login'
import type { Api } from './api'
import type { Words } from './words'

export interface Person {
  id: number
  username: string
  display_name: string
  password: string
}

const PASSWORD = 'correct horse battery'
let number = 0

/** Somebody new, so that specs do not meet each other's people. */
export async function hire(api: Api, display_name: string, role: 'viewer' | 'responder' | 'manager' | 'admin'): Promise<Person> {
  const username = `${role}${++number}`
  const { id } = await api.post('users', { username, display_name, role, password: PASSWORD })
  return { id, username, display_name, password: PASSWORD }
}

/** In by the front door; ends on the board. */
export async function signIn(page: Page, say: Words, who: { username: string; password: string }): Promise<void> {
  const login = new LoginPage(page, say)
  await login.open()
  await login.signIn(who.username, who.password)
  await expect(page).toHaveURL(/\/incidents-new/)
}
