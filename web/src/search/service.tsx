// What every part of the page knows of the service: what it offers, and whether it can be reached.
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, ApiError, apiKey, isAbort } from "./api";
import type { Info } from "./types";

export interface Service {
  info: Info | null;
  /** False while the server cannot be reached. */
  reached: boolean;
  /** Seconds until the next attempt to reach it. */
  waiting: number;
  /** How often the service has refused for want of a key, or of another one. */
  locked: number;
  /** Grows whenever what was read should be read again. */
  epoch: number;
  failed: (error: unknown) => void;
  retry: () => void;
  unlock: (key: string) => void;
  changed: () => void;
}

const Context = createContext<Service | null>(null);
const longestWait = 15;

export function useService(): Service {
  return useContext(Context)!;
}

export function ServiceProvider({ children }: { children: ComponentChildren }) {
  const [info, setInfo] = useState<Info | null>(null);
  const [reached, setReached] = useState(true);
  const [locked, setLocked] = useState(0);
  const [epoch, setEpoch] = useState(0);
  const [waiting, setWaiting] = useState(0);
  const attempts = useRef(0);

  const failed = useCallback((error: unknown): void => {
    if (error instanceof ApiError && error.status === 0) setReached(false);
    if (error instanceof ApiError && error.status === 401) setLocked((refusals) => refusals + 1);
  }, []);

  const read = useCallback(async (): Promise<void> => {
    try {
      setInfo(await api.info());
      attempts.current = 0;
      setReached(true);
      setLocked(0);
      setEpoch((value) => value + 1);
    } catch (error) {
      failed(error);
      // A server that starts or has lost its database answers, but cannot say what it holds.
      if (!(error instanceof ApiError) || error.status !== 401) setReached(false);
      setWaiting(Math.min(2 ** attempts.current++, longestWait));
    }
  }, [failed]);

  useEffect(() => void read(), [read]);
  useEffect(() => {
    if (reached) return;
    if (waiting <= 0) {
      void read();
      return;
    }
    const timer = setTimeout(() => setWaiting(waiting - 1), 1000);
    return () => clearTimeout(timer);
  }, [reached, waiting, read]);

  const unlock = useCallback((key: string): void => {
    apiKey.set(key);
    void read();
  }, [read]);
  const service = useMemo<Service>(
    () => ({ info, reached, waiting, locked, epoch, failed, retry: () => void read(), unlock, changed: () => void read() }),
    [info, reached, waiting, locked, epoch, failed, read, unlock],
  );
  return <Context.Provider value={service}>{children}</Context.Provider>;
}

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  loading: boolean;
}

/** What a request gives, asked again when its name changes, and when the server is back. Null as a name asks for nothing. */
export function useLoaded<T>(name: string | null, load: () => Promise<T>): Loaded<T> {
  const { epoch, failed } = useService();
  const [state, setState] = useState<Loaded<T> & { name: string | null }>({ data: null, error: null, loading: true, name: null });
  useEffect(() => {
    if (name === null || epoch === 0) return;
    let current = true;
    setState((old) => ({ data: old.name === name ? old.data : null, error: null, loading: true, name }));
    load().then(
      (data) => current && setState({ data, error: null, loading: false, name }),
      (error: unknown) => {
        if (!current || isAbort(error)) return;
        failed(error);
        const silent = error instanceof ApiError && (error.status === 0 || error.status === 401);
        setState((old) => ({ data: old.data, error: silent ? null : error, loading: silent && old.data === null, name }));
      },
    );
    return () => {
      current = false;
    };
  }, [name, epoch, failed]);
  return state.name === name ? state : { data: null, error: null, loading: name !== null };
}
