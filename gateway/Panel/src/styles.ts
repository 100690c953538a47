import { css } from 'lit';

/** Targets of 64 px and text of 18 px at least, everywhere that a finger goes in a courtroom. */
export const touch = css`
  :host { display: block; box-sizing: border-box; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p { margin: 0; }
  h2 { font-size: 18px; color: var(--soft); font-weight: 600; margin-bottom: 10px; }
  button {
    font: inherit; font-size: 20px; min-height: 64px; min-width: 64px; padding: 8px 18px; border-radius: 14px; cursor: pointer;
    border: 2px solid var(--line); background: var(--raised); color: var(--ink); touch-action: manipulation; user-select: none;
  }
  button:focus-visible { outline: 4px solid var(--warn); outline-offset: 2px; }
  button:disabled { color: var(--soft); border-style: dashed; cursor: not-allowed; background: transparent; }
  section { background: var(--raised); border-radius: 18px; padding: 16px; }
  .row { display: flex; gap: 12px; flex-wrap: wrap; align-items: center; }
  .grow { flex: 1; }
  .soft { color: var(--soft); }
  .bad { color: var(--bad); }
  .warn { color: var(--warn); }
  .live { color: var(--live); }
`;
