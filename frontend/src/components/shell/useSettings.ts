import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import * as auth from '@/api/auth'
import { ApiProblem } from '@/api/problem'
import type { User } from '@/api/types'
import { useNotify } from '@/composables/useNotify'
import { currentLanguage, speak, type Language } from '@/i18n'
import { explain, fieldErrors } from '@/i18n/explain'
import { useSession } from '@/stores/session'

const FIELDS = ['display_name', 'email', 'language', 'time_zone'] as const
type Settings = Record<Exclude<(typeof FIELDS)[number], 'language'>, string> & { language: Language }

const settingsOf = ({ display_name, email, language, time_zone }: User): Settings =>
  ({ display_name, email: email ?? '', language: language as Language, time_zone })

/** Somebody's own settings while they write them; what they save holds on the page at once. */
export function useSettings() {
  const { t } = useI18n()
  const notify = useNotify()
  const session = useSession()

  let seen = session.user!
  // The page may speak another language than the account knows of: the form says what is to be seen.
  const form = reactive<Settings>({ ...settingsOf(seen), language: currentLanguage() })
  const tried = ref(false)
  const busy = ref(false)
  const problem = ref<unknown>(null)

  const nameless = computed(() => !form.display_name.trim())
  const errors = computed((): Record<string, string | undefined> => ({
    ...fieldErrors(problem.value),
    ...(tried.value && nameless.value && { display_name: t('settings.name_needed') }),
  }))

  /** Only what is new: an admin may have changed the rest meanwhile. */
  function patch(): auth.PersonalPatch {
    const wish = { ...form, display_name: form.display_name.trim(), email: form.email.trim() }
    const before = settingsOf(seen)
    const fresh = FIELDS.filter((name) => wish[name] !== before[name])
    return Object.fromEntries(fresh.map((name) => [name, wish[name] || null]))
  }

  /** A touch beside the dialog must not throw away what was written. */
  const changed = computed(() => Object.keys(patch()).length > 0)

  /** Takes over what somebody else changed, and leaves what is changed here. */
  function merge(latest: User) {
    const [before, theirs] = [settingsOf(seen), settingsOf(latest)]
    for (const name of FIELDS) if (form[name] === before[name]) Object.assign(form, { [name]: theirs[name] })
    session.user = seen = latest
  }

  async function refused(error: unknown) {
    problem.value = error
    if (error instanceof ApiProblem && error.status === 412) merge(await auth.me())
    if (!(error instanceof ApiProblem && error.errors.length)) notify.refusedBecause(explain(error))
  }

  /** Whether it was saved. */
  async function save(): Promise<boolean> {
    tried.value = true
    problem.value = null
    if (busy.value || nameless.value) return false
    busy.value = true
    try {
      session.user = seen = await auth.editMe(seen, patch())
      await speak(form.language)
      notify.success(t('settings.saved'))
      return true
    } catch (error) {
      await refused(error).catch(() => notify.refused(error))
      return false
    } finally {
      busy.value = false
    }
  }

  return { form, errors, busy, changed, save }
}
