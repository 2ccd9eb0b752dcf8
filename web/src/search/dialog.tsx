// A modal dialog: the browser keeps the focus inside, and Escape closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";

interface DialogProps {
  title: string;
  kind?: string;
  closed: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, kind = "", closed, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      // This comes after the next drawing: who has gone on meanwhile is not called back.
      const lost = document.activeElement === document.body || dialog?.contains(document.activeElement);
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class={kind} aria-labelledby="dialog-title" onClose={closed} onClick={(event) => event.target === element.current && element.current?.close()}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id="dialog-title" tabIndex={-1} autofocus>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => element.current?.close()}><Icon name="close" /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
