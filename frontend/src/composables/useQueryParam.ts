import { computed, toValue, type MaybeRefOrGetter, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router'

/** A filter that lives in the address, so that a link and the back button bring it again. */
export function useQueryParam(name: string, fallback: MaybeRefOrGetter<string> = ''): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => first(route.query[name]) ?? toValue(fallback),
    set: (value) => {
      const given = value === toValue(fallback) ? undefined : value
      void router.replace({ query: { ...route.query, [name]: given } })
    },
  })
}

const first = (value: LocationQueryValue | LocationQueryValue[] | undefined) => (Array.isArray(value) ? value[0] : value)
