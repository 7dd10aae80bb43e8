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

/** In without the form, where it is not what is tested: the next page that is opened finds the session's cookie. */
export async function letIn(page: Page, { username, password }: Pick<Person, 'username' | 'password'>): Promise<void> {
  const answer = await page.request.post('/api/v1/auth/login', { data: { username, password, use_cookie: true } })
  expect(answer.ok(), `${username} may come in`).toBe(true)
}

/** In by the front door; ends on the board. */
export async function signIn(page: Page, say: Words, who: { username: string; password: string }): Promise<void> {
  const login = new LoginPage(page, say)
  await login.open()
  await login.signIn(who.username, who.password)
  await expect(page).toHaveURL(/\/incidents-new/)
}
