/** The programs that check a file before it takes the place of the one that is there: those that read it later. */
export type Checker = 'visudo' | 'haproxy' | 'keepalived' | 'promtool' | 'amtool' | 'blackbox';

/**
 * `check KIND FILE`: succeeds where the program takes the file; what it says is for people, where it doesn't. haproxy's
 * `-q` would hide that, too.
 */
export const checkText = String.raw`
check() {
  case $1 in
    visudo) visudo -c -f "$2" ;;
    haproxy) haproxy -c -f "$2" ;;
    keepalived) keepalived --config-test --use-file "$2" ;;
    promtool) promtool check config "$2" ;;
    amtool) amtool check-config "$2" ;;
    blackbox) prometheus-blackbox-exporter --config.check --config.file="$2" ;;
  esac
}
`;
