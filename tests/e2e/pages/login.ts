import type { Page } from '@playwright/test'
import type { Words } from '../harness/words'

export class LoginPage {
  constructor(
    private readonly page: Page,
    private readonly say: Words,
  ) {}

  open() {
    return this.page.goto('/login')
  }

  get submit() {
    return this.page.getByRole('button', { name: this.say.signIn, exact: true })
  }

  async signIn(username: string, password: string) {
    await this.page.getByLabel(this.say.username).fill(username)
    await this.page.getByLabel(this.say.password, { exact: true }).fill(password)
    await this.submit.click()
  }
}
