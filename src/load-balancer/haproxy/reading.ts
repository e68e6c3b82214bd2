/**
 * One reading of every process, as a line a fact. Runs in awk on the load balancer's host, so that a poll costs no
 * round trip. Its input is the master socket's answer to `show proc`, then per process the answers to
 * `show servers state` and `show stat`, each process announced by another `show proc`.
 *
 * Columns are found by their header, never by position (HAProxy's management guide, 9.1: new ones may be added). What is
 * quoted (RFC 4180: `last_chk` may hold commas) is emptied first; no column that is read here ever is.
 *
 * `show stat` wants a backend's id, which each process counts for itself: by name it answers about a frontend of the same
 * name. So a process is first asked for its states alone, and the `plan` says what to ask it next time.
 *
 * Facts: `pids PID…` · `version V` · `level L` · `name BACKEND [SERVER]` · `backend PID BACKEND ACTIVE BACKUP` ·
 * `server PID AGE BACKEND SERVER ADMIN CHECKSTATE AGENTSTATE INFLIGHT TRACKED CHECK STATUS…` ·
 * `traffic PID BACKEND SERVER RESPONSES SERVERERRORS FAILED MEANTIME` · `missing BACKEND SERVER` · `unreadable PID AGE BACKEND` · `plan PID COMMANDS`.
 */
export const reading = String.raw`
BEGIN {
  processes = split(ENVIRON["pids"], pid, " ")
  words = split(ENVIRON["targets"], target, /[ \n]+/)
}
{ sub(/\r$/, "") }
/^#<PID>/ { section++; part = "processes"; when = "current"; found = ""; next }
/^# old workers/ { when = "old"; next }
part == "processes" && $2 == "worker" {
  found = found " " $1
  age[$1] = when
  if (when == "current") version = $NF
  next
}
/^# be_id / { part = "state"; split("", column); for (i = 2; i <= NF; i++) column[$i] = i - 1; next }
/^# pxname,/ {
  part = "stat"; split("", column); sub(/^# /, "")
  n = split($0, title, ","); for (i = 1; i <= n; i++) column[title[i]] = i
  next
}
/^# name$/ { part = "backends"; next }
/^(admin|operator|user)$/ { level = $1; next }
/^$/ { part = ""; next }
part == "backends" { names[++named] = $1; next }
part == "state" {
  key = section SUBSEP $column["be_name"] SUBSEP $column["srv_name"]
  id[section, $column["be_name"]] = $column["be_id"]
  admin[key] = $column["srv_admin_state"]
  checking[key] = $column["srv_check_state"]
  agent[key] = $column["srv_agent_state"]
}
part == "stat" {
  gsub(/"([^"]|"")*"/, "")
  split($0, field, ",")
  backend = field[column["pxname"]]; server = field[column["svname"]]
  known[section, backend] = 1
  if (server == "BACKEND") {
    active[section, backend] = field[column["act"]]
    backup[section, backend] = field[column["bck"]]
    next
  }
  if (age[pid[section - 1]] == "current") names[++named] = backend " " server
  key = section SUBSEP backend SUBSEP server
  inflight[key] = field[column["scur"]] + field[column["qcur"]]
  tracked[key] = field[column["tracked"]]
  check[key] = field[column["check_status"]]
  sub(/^\* /, "", check[key])
  status[key] = field[column["status"]]
  responses = field[column["hrsp_other"]]
  for (i = 1; i <= 5; i++) responses += field[column["hrsp_" i "xx"]]
  # Where the server hangs up on a request that is not the first of the client's connection, HAProxy hangs up on the
  # client and counts no error: the request was given to the server, and was never answered. In TCP mode there are none.
  failed = field[column["econ"]] + field[column["eresp"]]
  silent = field[column["stot"]] - responses - field[column["scur"]] - field[column["cli_abrt"]]
  if (silent > failed && field[column["hrsp_2xx"]] != "") failed = silent
  traffic[key] = responses + 0 " " field[column["hrsp_5xx"]] + 0 " " failed + 0 " " field[column["ttime"]] + 0
}
END {
  print "pids" found
  if (version != "") print "version " version
  if (level != "") print "level " level
  if (ENVIRON["names"] != "") for (i = 1; i <= named; i++) if (!told[names[i]]++) print "name " names[i]
  for (p = 1; p <= processes; p++) {
    s = p + 1
    printf "plan %s ", pid[p]
    for (i = 1; i < words; i += 2) {
      backend = target[i]
      if ((p, backend) in planned) continue
      planned[p, backend] = 1
      printf ";@!%s show servers state %s;@!%s show stat %s 6 -1", \
        pid[p], backend, pid[p], ((s, backend) in id ? id[s, backend] : backend)
    }
    print ""
    for (i = 1; i < words; i += 2) {
      backend = target[i]; server = target[i + 1]
      if (!((s, backend) in known)) { print "unreadable " pid[p] " " age[pid[p]] " " backend; continue }
      if (!((p, backend) in counted)) {
        counted[p, backend] = 1
        print "backend " pid[p] " " backend " " active[s, backend] + 0 " " backup[s, backend] + 0
      }
      key = s SUBSEP backend SUBSEP server
      if ((key in status) && (key in admin))
        print "server", pid[p], age[pid[p]], backend, server, admin[key], checking[key], agent[key], inflight[key], \
          (tracked[key] == "" ? "-" : tracked[key]), (check[key] == "" ? "-" : check[key]), status[key]
      if (ENVIRON["names"] != "" && (key in traffic)) print "traffic", pid[p], backend, server, traffic[key]
      if ((key in status) && (key in admin)) continue
      if (key in status) print "unreadable " pid[p] " " age[pid[p]] " " backend
      else if (age[pid[p]] == "current") print "missing " backend " " server
    }
  }
}
`;
