import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { Ground } from './rollout-ground';

const monitor = 'monitor1';
const TRUST = '/run/systemd/system/prometheus-blackbox-exporter.service.d';

/** A website with TLS beside the lab, whose certificate the monitoring host trusts. */
export class Website {
  #server: Server | undefined;

  constructor(private readonly ground: Ground) {}

  /** @returns its address */
  async begin(days: number): Promise<string> {
    const { runnerAddress } = this.ground.lab;
    const certificate = await this.#certificate(days);
    this.#server = createServer(certificate, (_request, response) => response.end('ready')).listen(0, runnerAddress);
    await once(this.#server, 'listening');
    await this.#trust(certificate.cert);
    return `https://${runnerAddress}:${(this.#server.address() as { port: number }).port}/`;
  }

  async renew(days: number): Promise<void> {
    const certificate = await this.#certificate(days);
    this.#server?.setSecureContext(certificate);
    await this.#trust(certificate.cert);
  }

  async end(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    await this.ground.root(monitor, `rm -rf ${TRUST} /etc/ssl/website.pem`);
    await this.#restart();
  }

  async #certificate(days: number): Promise<{ key: string; cert: string }> {
    const pem = await this.ground.root(
      monitor,
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${days} -subj /CN=website \
        -addext subjectAltName=IP:${this.ground.lab.runnerAddress} -keyout - -out - 2>/dev/null`,
    );
    const begin = pem.indexOf('-----BEGIN CERTIFICATE');
    return { key: pem.slice(0, begin), cert: pem.slice(begin) };
  }

  /** A Go program takes the certificates that it trusts from SSL_CERT_FILE (crypto/x509), when it starts. */
  async #trust(certificate: string): Promise<void> {
    await this.ground.root(
      monitor,
      `mkdir -p ${TRUST}; printf '[Service]\\nEnvironment=SSL_CERT_FILE=/etc/ssl/website.pem\\n' >${TRUST}/trust.conf
cat >/etc/ssl/website.pem <<'PEM'
${certificate}PEM`,
    );
    await this.#restart();
  }

  #restart = () => this.ground.root(monitor, 'systemctl daemon-reload; systemctl restart prometheus-blackbox-exporter');
}
