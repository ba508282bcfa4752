import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import { Loading, ToastProvider } from "../ui";
import { rootElement } from "./root-element";

const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry: 1 } } });

createRoot(rootElement()).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ToastProvider>
        <Loading />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
