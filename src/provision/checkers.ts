/** The programs that check a file before it takes the place of the one that is there: those that read it later. */
export type Checker = 'visudo' | 'haproxy' | 'keepalived' | 'promtool' | 'amtool' | 'blackbox';

/**
 * `check KIND FILE`: succeeds where the program takes the file; what it says is for people. haproxy's and keepalived's
 * own words about what they take are many, and none of them matter then.
 */
export const checkText = String.raw`
check() {
  case $1 in
    visudo) visudo -c -f "$2" ;;
    haproxy) haproxy -c -q -f "$2" ;;
    keepalived) keepalived --config-test --use-file "$2" ;;
    promtool) promtool check config "$2" ;;
    amtool) amtool check-config "$2" ;;
    blackbox) prometheus-blackbox-exporter --config.check --config.file="$2" ;;
  esac
}
`;
