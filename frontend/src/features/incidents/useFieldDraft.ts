import { StorageSerializers, useSessionStorage } from '@vueuse/core'
import { computed, ref, type Ref } from 'vue'

interface Written<T> {
  draft: T
  /** What it was when the field was opened. */
  before: T
}

/**
 * A value that becomes a field when it is pressed. The field stays, with what was written, until the server has it;
 * with a `name` also for who comes back to the page in this tab.
 */
export function useFieldDraft<T>(current: () => T, save: (value: T) => Promise<boolean>, name?: string) {
  const written: Ref<Written<T> | null> = name ? useSessionStorage(name, null, { serializer: StorageSerializers.object }) : ref(null)
  const isSaving = ref(false)
  const isOpen = computed(() => written.value !== null)
  const draft = computed({
    get: () => written.value?.draft ?? current(),
    set: (draft) => written.value && (written.value = { ...written.value, draft }),
  })
  /** What somebody else has made of it meanwhile: whoever saves replaces it, and must have seen it. */
  const theirs = computed(() => {
    const known = !written.value || isSaving.value || [written.value.before, written.value.draft].includes(current())
    return known ? null : current()
  })

  function open() {
    written.value = { draft: current(), before: current() }
  }

  /** Whether the field is closed now. */
  async function keep(value: T): Promise<boolean> {
    if (!isOpen.value || isSaving.value) return false
    isSaving.value = true
    const kept = value === current() || (await save(value))
    isSaving.value = false
    if (kept) written.value = null
    return kept
  }

  /** What is under way is waited for, not forgotten. */
  function forget(): boolean {
    if (!isSaving.value) written.value = null
    return !isOpen.value
  }

  return { isOpen, isSaving, draft, theirs, open, keep, forget }
}
