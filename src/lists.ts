/** What is typed as `a, b c`. */
export const splitList = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
