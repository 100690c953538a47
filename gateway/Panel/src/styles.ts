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
  @media (max-height: 700px) { section { padding: 8px 12px 12px; } h2 { margin-bottom: 4px; } }
  h1:focus, section:focus { outline: none; }
  .row { display: flex; gap: 12px; flex-wrap: wrap; align-items: center; }
  .grow { flex: 1; }
  .soft { color: var(--soft); }
  .bad { color: var(--bad); }
  .warn { color: var(--warn); }
  .live { color: var(--live); }
`;

/** The console is worked with a mouse at a desk: denser, and never below 44 px. */
export const desk = css`
  button { min-height: 48px; min-width: 48px; font-size: 18px; padding: 4px 14px; border-radius: 10px; }
  h1 { font-size: 24px; line-height: 1.3; }
  h2 { font-size: 18px; color: var(--ink); }
  section { padding: 16px 18px; border-radius: 14px; min-width: 0; line-height: 1.45; }
  section > p, section > .form, section > h2:not(:first-child) { margin-top: 10px; }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: left; color: var(--soft); font-weight: 600; white-space: nowrap; }
  th, td { padding: 8px 14px 8px 0; font-size: 18px; line-height: 1.4; border-bottom: 1px solid var(--line); vertical-align: top; }
  td.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
  tr:last-child > td { border-bottom: 0; }
  .scroll { overflow: auto; max-height: 460px; }
  .scroll:focus-visible { outline: 3px solid var(--warn); }
  .scroll th { position: sticky; top: 0; background: var(--raised); }
  label { display: inline-grid; gap: 4px; font-size: 18px; color: var(--soft); }
  input, select { font: inherit; min-height: 48px; min-width: 150px; max-width: 100%; padding: 4px 12px; border-radius: 10px; border: 2px solid var(--line); background: var(--ground); color: var(--ink); }
  input:focus-visible, select:focus-visible { outline: 3px solid var(--warn); outline-offset: 1px; }
  .form { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; }
  .stack { display: grid; gap: 14px; min-width: 0; }
  .tag { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: 0 12px; font-size: 16px; line-height: 1.6; white-space: nowrap; }
  .id { color: var(--soft); font-size: 16px; overflow-wrap: anywhere; }
  .note { border: 2px solid var(--warn); color: var(--warn); border-radius: 10px; padding: 8px 14px; }
  code, pre { font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "WenQuanYi Zen Hei Mono", monospace; font-size: 16px; }
`;
