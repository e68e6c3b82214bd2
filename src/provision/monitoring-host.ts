import type { Cluster } from '../cluster';
import { MONITORING_PORTS, RULES_FOLDER } from './names';
import { alertmanagerConfiguration, blackboxConfiguration, prometheusConfiguration } from './prometheus-configuration';
import { file, folder, MARK, type ManagedFile, type Setup, setup, type Telling } from './setup';

/** How long figures are kept: the objectives' window, and enough before it to compare. */
const RETENTION = '35d';

/**
 * The machine that measures: Prometheus, what asks for the app from outside, and what tells people. None of them asks who
 * is there, so they listen on the machine itself only; a person gets to them over SSH.
 */
export function monitoringHost(cluster: Cluster): Setup {
  const units = ['prometheus', 'prometheus-alertmanager', 'prometheus-blackbox-exporter'];
  const { prometheus, alertmanager, blackbox } = MONITORING_PORTS;
  return setup('monitoring', {
    claims: [
      { path: '/etc/prometheus/prometheus.yml', package: 'prometheus' },
      { path: '/etc/prometheus/alertmanager.yml', package: 'prometheus-alertmanager' },
      { path: '/etc/prometheus/blackbox.yml', package: 'prometheus-blackbox-exporter' },
    ],
    packages: units.map((name) => ({ name })),
    folders: [folder(RULES_FOLDER)],
    files: [
      options('prometheus', `--storage.tsdb.retention.time=${RETENTION} --web.listen-address=127.0.0.1:${prometheus}`),
      options('prometheus-alertmanager', `--web.listen-address=127.0.0.1:${alertmanager} --cluster.listen-address=`),
      options(
        'prometheus-blackbox-exporter',
        `--config.file=/etc/prometheus/blackbox.yml --web.listen-address=127.0.0.1:${blackbox}`,
      ),
      file('/etc/prometheus/blackbox.yml', blackboxConfiguration(cluster), {
        checkedBy: 'blackbox',
        tell: tell('restart', 'prometheus-blackbox-exporter', blackbox, '/-/healthy'),
      }),
      file('/etc/prometheus/alertmanager.yml', alertmanagerConfiguration(), {
        checkedBy: 'amtool',
        tell: tell('reload', 'prometheus-alertmanager', alertmanager, '/-/ready'),
      }),
      file('/etc/prometheus/prometheus.yml', prometheusConfiguration(cluster), {
        checkedBy: 'promtool',
        tell: tell('reload', 'prometheus', prometheus, '/-/ready'),
      }),
    ],
    units: units.map((name) => `${name}.service`),
  });
}

/** What Debian's units start the program with. */
const options = (name: string, words: string): ManagedFile =>
  file(`/etc/default/${name}`, `${MARK}\nARGS="${words}"\n`, { tell: { unit: `${name}.service`, how: 'restart' } });

const tell = (how: Telling['how'], name: string, port: number, path: string): Telling => ({
  unit: `${name}.service`,
  how,
  shownBy: { kind: 'http', port, path },
});
