import { provisionSummary } from '../../src/actions/provision';
import { provisionText } from '../../src/cli/provision';
import type { ProvisionReport } from '../../src/provision';

const difference = { host: 'lb1', what: '/etc/haproxy/haproxy.cfg', seen: 'other content' };
const report = (more: Partial<ProvisionReport> = {}): ProvisionReport => ({
  ...{ outcome: 'nothing-to-change', differences: [], byHand: [] },
  ...more,
});

describe('what a set-up came to', () => {
  it('is told host by host in a terminal, and what to type', () => {
    expect(provisionText(report())).toBe('nothing to change');
    expect(provisionText(report({ outcome: 'differs', differences: [difference] }))).toMatch(
      /^lb1 +\/etc\/haproxy\/haproxy\.cfg +other content\ndiffers; `buka provision` puts it right$/,
    );
    expect(provisionText(report({ outcome: 'changed', differences: [difference] }))).toMatch(
      /^Was put right:\nlb1 .*\nset up$/,
    );
    expect(provisionText(report({ byHand: [{ host: 'lb2', roles: ['load-balancer'] }] }))).toBe(
      'lb2: set up by hand as load-balancer, and left alone\nnothing to change',
    );
  });

  it('is on the page of a job, in which nothing that a host said is Markdown', () => {
    const page = provisionSummary(
      'pos',
      report({ outcome: 'changed', differences: [{ ...difference, seen: '[x](y) | z' }] }),
    );
    expect(page).toContain(
      '| <code>lb1</code> | <code>/etc/haproxy/haproxy.cfg</code> | &#91;x&#93;&#40;y&#41; &#124; z |',
    );
    expect(page).toContain('set up');
    expect(provisionSummary('pos', report())).toContain('nothing was changed');
    expect(provisionSummary('pos', report({ outcome: 'differs', differences: [difference] }))).toContain('**Next**');
  });
});
