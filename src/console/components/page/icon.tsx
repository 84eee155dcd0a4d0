/** Drawn for Latchkey on a grid of 16 px, with a stroke of 1.5 px. */
const SHAPES = {
  overview: () => <path d="M2.5 9.5v4M6.2 6v7.5M9.8 8v5.5M13.5 2.5v11" />,
  key: () => (
    <>
      <circle cx="4.75" cy="8" r="2.75" />
      <path d="M7.5 8h6.5v3M11 8v2.25" />
    </>
  ),
  agent: () => (
    <>
      <rect x="2.25" y="2.5" width="11.5" height="4.5" rx="1" />
      <rect x="2.25" y="9" width="11.5" height="4.5" rx="1" />
      <path d="M5 4.75h.01M5 11.25h.01" />
    </>
  ),
  waiting: () => <path d="M4 2h8M4 14h8M4.75 2v2.5L8 8l3.25-3.5V2M4.75 14v-2.5L8 8l3.25 3.5V14" />,
  activity: () => <path d="M1.75 8h2.75L6.5 3l3 10 2-5h2.75" />,
  device: () => (
    <>
      <rect x="4" y="4" width="8" height="8" rx="1" />
      <path d="M6.5 1.75V4M9.5 1.75V4M6.5 12v2.25M9.5 12v2.25M1.75 6.5H4M1.75 9.5H4M12 6.5h2.25M12 9.5h2.25" />
    </>
  ),
  settings: () => (
    <>
      <path d="M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14" />
      <circle cx="10.25" cy="4.5" r="1.75" />
      <circle cx="5.75" cy="11.5" r="1.75" />
    </>
  ),
  more: () => <path d="M3.25 8h.01M8 8h.01M12.75 8h.01" stroke-width="2.25" />,
  search: () => (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.25 3.25" />
    </>
  ),
  plus: () => <path d="M8 3v10M3 8h10" />,
  check: () => <path d="m3 8.5 3.25 3.25L13 4.75" />,
  cross: () => <path d="m4 4 8 8M12 4l-8 8" />,
  copy: () => (
    <>
      <rect x="5.5" y="5.5" width="8.25" height="8.25" rx="1.5" />
      <path d="M10.5 3.25c0-.55-.45-1-1-1H3.25c-.55 0-1 .45-1 1V9.5c0 .55.45 1 1 1" />
    </>
  ),
  show: () => (
    <>
      <path d="M1.5 8S3.75 3.5 8 3.5 14.5 8 14.5 8 12.25 12.5 8 12.5 1.5 8 1.5 8Z" />
      <circle cx="8" cy="8" r="2" />
    </>
  ),
  hide: () => (
    <path d="M6.2 3.75A6 6 0 0 1 8 3.5C12.25 3.5 14.5 8 14.5 8a11 11 0 0 1-1.7 2.35M4.25 5A10.5 10.5 0 0 0 1.5 8S3.75 12.5 8 12.5a6 6 0 0 0 3.5-1.15M2.5 2.5l11 11" />
  ),
  qr: () => (
    <path d="M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5v1.5M13.5 9.5h-1.25M9.5 13.5h1.25M13.5 12v1.5" />
  ),
  download: () => <path d="M8 2.25v8M4.75 7.25 8 10.5l3.25-3.25M2.5 13.5h11" />,
  pause: () => <path d="M5.5 3v10M10.5 3v10" stroke-width="2" />,
  play: () => <path d="M4.5 2.75v10.5L13 8z" />,
  off: () => (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="m4 12 8-8" />
    </>
  ),
  clock: () => (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.75V8l2.25 1.5" />
    </>
  ),
  warn: () => <path d="M8 2 1.5 13.5h13zM8 6.5v3.25M8 11.75h.01" />,
  right: () => <path d="m6 3 5 5-5 5" />,
  down: () => <path d="m3 6 5 5 5-5" />,
  up: () => <path d="m3 10 5-5 5 5" />,
  left: () => <path d="m10 3-5 5 5 5" />,
  repeat: () => (
    <path d="M2.5 7.5A4 4 0 0 1 6.5 4h7M11 1.5 13.5 4 11 6.5M13.5 8.5a4 4 0 0 1-4 3.5h-7M5 14.5 2.5 12 5 9.5" />
  ),
  filter: () => <path d="M2 4h12M4.5 8h7M6.5 12h3" />,
  exit: () => <path d="M6 2.5H3.5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1H6M10.25 5l3 3-3 3M13 8H6" />,
  user: () => (
    <>
      <circle cx="8" cy="5.25" r="2.75" />
      <path d="M2.75 13.75c.5-2.75 2.5-4.25 5.25-4.25s4.75 1.5 5.25 4.25" />
    </>
  ),
  restore: () => <path d="M3 8a5.25 5.25 0 1 0 1.75-3.9L2.5 6M2.5 2.5V6H6M8 5.25V8l2 1.25" />,
  dot: () => <circle cx="8" cy="8" r="4" fill="currentColor" />,
  full: () => <rect x="3.5" y="3.5" width="9" height="9" rx="1" fill="currentColor" />,
  dash: () => <path d="M4.5 8h7" />,
} as const

export type IconName = keyof typeof SHAPES

/** @param isSmall 14 px instead of 16 */
export function Icon({ name, isSmall = false }: { readonly name: IconName; readonly isSmall?: boolean }) {
  return (
    <svg class={isSmall ? 'i i-s' : 'i'} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]()}
    </svg>
  )
}

/** The mark: a key that stands as an L. */
export function Mark() {
  return (
    <svg
      class="mark"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
    >
      <circle cx="6" cy="4" r="3" />
      <path d="M6 7v8M6 14h8M6 10h4" />
    </svg>
  )
}

const WORD =
  'M24.91 20.2H33.84V17.9H27.57V5.82H24.91ZM38.27 20.36C39.92 20.36 40.86 19.68 41.36 18.74H41.4V20.2H43.85V13.13C43.85 11.14 42.18 9.73 39.5 9.73C36.75 9.73 35.12 11.23 35.01 13.13H37.48C37.57 12.27 38.34 11.67 39.48 11.67C40.62 11.67 41.31 12.25 41.31 13.12V13.17C41.31 13.87 40.65 13.91 38.75 14.12C36.62 14.34 34.71 14.94 34.71 17.28C34.71 19.33 36.21 20.36 38.27 20.36ZM38.92 18.49C37.86 18.49 37.2 18.03 37.19 17.24C37.18 16.33 38.07 15.94 39.1 15.8C40.1 15.66 41.02 15.49 41.33 15.3V16.39C41.33 17.57 40.47 18.49 38.92 18.49ZM49.36 20.25C49.99 20.25 50.47 20.21 50.76 20.18L50.59 18.13C50.43 18.15 50.17 18.17 49.89 18.17C49.2 18.17 48.72 18.01 48.72 17V11.92H50.7V9.89H48.72V7.33H46.18V9.89H44.71V11.92H46.18V17.42C46.18 19.41 47.48 20.25 49.36 20.25ZM56.54 20.36C59.35 20.36 60.96 18.57 61.06 16.41H58.61C58.53 17.53 57.65 18.29 56.55 18.29C55.12 18.29 54.17 17.04 54.17 15.05C54.17 13.05 55.1 11.78 56.54 11.78C57.77 11.78 58.48 12.62 58.66 13.66H61.06C60.99 11.66 59.35 9.73 56.52 9.73C53.53 9.73 51.59 11.92 51.59 15.05C51.59 18.18 53.55 20.36 56.54 20.36ZM64.75 14.15C64.75 12.48 65.77 11.7 67.05 11.7C68.38 11.7 69.21 12.5 69.2 14V20.2H71.74V13.61C71.74 11.01 70.08 9.56 67.91 9.56C66.3 9.56 65.23 10.37 64.76 11.52H64.69V5.82H62.21V20.2H64.75ZM73.29 20.2H75.84V16.8L76.75 15.83L80.05 20.2H83.09L78.69 14.35L82.85 9.89H79.85L75.98 13.96H75.84V5.82H73.29ZM88.42 20.36C90.89 20.36 92.68 19.03 93.05 16.99H90.7C90.43 17.87 89.51 18.41 88.45 18.42C86.87 18.41 85.93 17.2 85.94 15.7V15.66H93.15V15.04C93.15 11.86 91.33 9.73 88.37 9.73C85.37 9.73 83.44 11.91 83.44 15.05C83.44 18.26 85.37 20.36 88.42 20.36ZM85.95 14.01C86.03 12.76 86.95 11.66 88.37 11.66C89.71 11.66 90.73 12.62 90.78 14.01ZM94.82 24.42H96.3C97.98 24.42 98.92 23.82 99.37 22.61L104.1 9.89H101.42L98.9 17.47H98.86L96.32 9.89H93.62L97.47 20.2C97.47 20.2 97.09 21.43 97.09 21.46C96.95 21.86 96.76 22.29 96.03 22.29H94.82Z'

/** Mark and name in outlines (Inter Display SemiBold, OFL), for the sign-in and the documents. */
export function Wordmark() {
  return (
    <svg class="word" viewBox="0 0 105 26" role="img" aria-label="Latchkey">
      <g class="k" transform="translate(-1 3) scale(1.25)" fill="none" stroke="currentColor" stroke-width="2">
        <circle cx="6" cy="4" r="3" />
        <path d="M6 7v8M6 14h8M6 10h4" />
      </g>
      <path fill="currentColor" d={WORD} />
    </svg>
  )
}

/** The shaft's teeth, at the top edge of the sign-in. */
export function Bit() {
  return (
    <svg class="bit" viewBox="0 0 72 14" aria-hidden="true">
      <path d="M0 0h14v12H0zM20 0h14v7H20zM40 0h14v14H40zM60 0h12v5H60z" />
    </svg>
  )
}
