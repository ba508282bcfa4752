// Faults of the network, made by nftables in the network namespace that the run has for itself (scripts/media-faults). Random loss is what
// it does best; delay it cannot do, which is what relay.ts is for.
import { execFileSync } from 'node:child_process'

function nft(...rules: string[]): void {
  execFileSync('nft', ['-f', '-'], { input: rules.join('\n') })
}

export function heal(): void {
  nft('table inet faults {}', 'delete table inet faults')
}

function filter(...rules: string[]): void {
  heal()
  nft('table inet faults {', 'chain arriving {', 'type filter hook input priority 0;', ...rules, '}', '}')
}

/** Loses a share of the packets from and to these UDP ports, each direction by itself. */
export function lose(percent: number, ports: number[]): void {
  const set = `{ ${ports.join(', ')} }`
  filter(
    `udp sport ${set} numgen random mod 100 < ${percent} drop`,
    `udp dport ${set} numgen random mod 100 < ${percent} drop`,
  )
}

/** Loses all UDP: of both families (`inet`), or only over IPv4 (`ip`). */
export function blockUdp(family: 'inet' | 'ip'): void {
  filter(family === 'inet' ? 'meta l4proto udp drop' : 'meta nfproto ipv4 meta l4proto udp drop')
}

/** Loses everything from and to these ports, media and signalling. */
export function cutOff(ports: number[]): void {
  const set = `{ ${ports.join(', ')} }`
  filter(`udp sport ${set} drop`, `udp dport ${set} drop`, `tcp sport ${set} drop`, `tcp dport ${set} drop`)
}
