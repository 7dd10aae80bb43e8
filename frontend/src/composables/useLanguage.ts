import { computed } from 'vue'
import * as auth from '@/api/auth'
import { currentLanguage, speak, type Language } from '@/i18n'
import { useSession } from '@/stores/session'

/** The language of the page; remembered in this browser and, for the server's mails, with the user. */
export function useLanguage() {
  const session = useSession()

  async function choose(language: Language) {
    await speak(language)
    if (!session.user || session.user.language === language) return
    // The page speaks it already; that the server does not know yet is no reason to complain.
    session.user = await auth.editMe(session.user, { language }).catch(() => session.user)
  }

  return { language: computed(currentLanguage), choose }
}
