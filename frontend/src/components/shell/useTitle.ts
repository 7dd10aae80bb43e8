import { useTitle as useDocumentTitle } from '@vueuse/core'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'

/** What the page itself is about, such as an incident's title; pages set it, leaving them clears it. */
export const pageSubject = ref('')

export function useTitle() {
  const { t } = useI18n()
  const route = useRoute()
  const parts = computed(() => [pageSubject.value || (route.meta.title ? t(route.meta.title) : ''), t('app.name')])
  useDocumentTitle(computed(() => parts.value.filter(Boolean).join(' · ')))
}
