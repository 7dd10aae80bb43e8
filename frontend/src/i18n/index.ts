import { createI18n, type Composer } from 'vue-i18n'

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const REMEMBERED = 'closeloop-language'

const load: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
  'zh-CN': () => import('./locales/zh-CN.json'),
  en: () => import('./locales/en.json'),
}

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: false,
  messages: {},
  missingWarn: import.meta.env.DEV,
})
const composer = i18n.global as unknown as Composer

/** The remembered one, else the browser's; zh-CN when in doubt. */
export function startLanguage(): Language {
  const wish = localStorage.getItem(REMEMBERED) ?? navigator.language
  return /^en\b/i.test(wish) ? 'en' : 'zh-CN'
}

export async function speak(language: Language, { remember = true } = {}) {
  if (!composer.availableLocales.includes(language) || import.meta.hot) {
    composer.setLocaleMessage(language, (await load[language]()).default as never)
  }
  composer.locale.value = language
  document.documentElement.lang = language
  if (remember) localStorage.setItem(REMEMBERED, language)
}

export const currentLanguage = () => composer.locale.value as Language

/** For code outside components. */
export const translate = (key: string, params: Record<string, unknown> = {}) => composer.t(key, params)
export const hasTranslation = (key: string) => composer.te(key)
