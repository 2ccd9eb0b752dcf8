// Says to screen readers what others see happen, and shows short messages.
import { useEffect, useState } from "preact/hooks";

type Kind = "quiet" | "shown";

/** Reads a sentence aloud; it is shown too where it is the answer to something that was done. */
export function announce(text: string, kind: Kind = "quiet"): void {
  dispatchEvent(new CustomEvent("announce", { detail: { text, kind } }));
}

export function Announcements() {
  const [spoken, setSpoken] = useState("");
  const [shown, setShown] = useState("");
  useEffect(() => {
    let timer = 0;
    const heard = (event: Event): void => {
      const { text, kind } = (event as CustomEvent<{ text: string; kind: Kind }>).detail;
      setSpoken(text);
      if (kind === "shown") {
        setShown(text);
        clearTimeout(timer);
        timer = window.setTimeout(() => setShown(""), 5000);
      }
    };
    addEventListener("announce", heard);
    return () => removeEventListener("announce", heard);
  }, []);
  return (
    <>
      <div class="spoken" role="status" aria-live="polite">{spoken}</div>
      {shown && <div class="toast" aria-hidden="true">{shown}</div>}
    </>
  );
}
