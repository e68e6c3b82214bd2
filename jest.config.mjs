/** @type {import('jest').Config} */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
};

/** @type {import('jest').Config} */
export default {
  testTimeout: 120_000,
  // Jest would leave one processor free; on machines with two that is half of the time.
  maxWorkers: '100%',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['browser', 'lab', 'main-job', 'faults', 'act/proof'].map(
        (folder) => `<rootDir>/test/${folder}/`,
      ),
    },
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/test/lab/**/*.test.ts'] },
    { ...shared, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.test.ts'] },
    { ...shared, displayName: 'act', testMatch: ['<rootDir>/test/act/proof/**/*.test.ts'] },
    { ...shared, displayName: 'main-job', testMatch: ['<rootDir>/test/main-job/**/*.test.ts'] },
  ],
};
