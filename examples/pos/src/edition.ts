/** Baked in by build.ts: which of the two releases this is. */
declare const POS_RELEASE: 1 | 2;

/** What tells one release of the app from the other. */
export interface Edition {
  readonly version: string;
  readonly headline: string;
  readonly tagline: string;
  /** The page's accent colour. */
  readonly colour: string;
  /** Whether prices are split into net and VAT; needs migration 002. */
  readonly vat: boolean;
}

const first: Edition = {
  version: '1.0.0',
  headline: 'Warung Buka',
  tagline: 'Open all day',
  colour: '#0f766e',
  vat: false,
};

const second: Edition = {
  version: '2.0.0',
  headline: 'Warung Buka Baru',
  tagline: 'Now with VAT on every receipt',
  colour: '#b4351f',
  vat: true,
};

export const edition: Edition = POS_RELEASE === 1 ? first : second;
