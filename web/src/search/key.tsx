// Asks for the key of a service that wants one.
import { useState } from "preact/hooks";
import { apiKey } from "./api";
import { Dialog } from "./dialog";
import { useService } from "./service";

export function KeyDialog({ closed }: { closed: () => void }) {
  const { unlock, locked } = useService();
  const [key, setKey] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    unlock(key.trim());
    closed();
  };
  return (
    <Dialog title="This service needs a key" closed={closed}>
      <form class="form" onSubmit={send}>
        {locked > 0 && apiKey.get() && <p class="wrong-text" role="alert">The service did not take the key that it was given.</p>}
        <p>It is kept in this tab only, and goes when the tab is closed.</p>
        <label>API key<input type="password" autocomplete="off" required value={key} onInput={(event) => setKey(event.currentTarget.value)} /></label>
        <div class="form-actions"><button type="submit" class="primary">Use this key</button></div>
      </form>
    </Dialog>
  );
}
