import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Problem } from "../../api/rest/http";
import { sessionQuery } from "../queries";

/** When any request finds the session gone, the page learns it at once. */
export function useSessionWatch(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const lookAt = (error: unknown) => {
      if (error instanceof Problem && error.status === 401) queries.setQueryData(sessionQuery.queryKey, null);
    };
    const stopQueries = queries.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "error") lookAt(event.action.error);
    });
    const stopMutations = queries.getMutationCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "error") lookAt(event.action.error);
    });
    return () => {
      stopQueries();
      stopMutations();
    };
  }, [queries]);
}
