import { QueryClient, type UseQueryOptions } from '@tanstack/vue-query'
import { ApiProblem } from '@/api/problem'

/** Another try may heal these; a refusal stays a refusal. */
const isPassing = (error: unknown) => error instanceof ApiProblem && (error.status === 0 || error.status >= 500)

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  })
}

/** For what others change meanwhile (board, alerts, an incident): asked again while the page is visible. */
export const LIVE = {
  refetchInterval: 15_000,
  refetchIntervalInBackground: false,
} satisfies Partial<UseQueryOptions>
