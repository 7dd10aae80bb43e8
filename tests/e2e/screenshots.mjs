// Takes the pictures of the READMEs: `node screenshots.mjs URL PASSWORD` beside a running `make run`.
import { chromium } from '@playwright/test'
import { fileURLToPath } from 'node:url'

const [url = 'http://localhost:5001', password = ''] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})

for (const [locale, username, file] of [
  ['zh-CN', 'zhangwei', 'board.zh-CN.png'],
  ['en-US', 'james', 'board.png'],
]) {
  const context = await browser.newContext({
    locale,
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1600, height: 900 },
  })
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.locator('[name=username]').fill(username)
  await page.locator('[name=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('article').first().waitFor()
  await page.mouse.move(800, 890)
  await page.waitForTimeout(1000)
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/images/${file}`, import.meta.url)) })
}
await browser.close()
