# A machine with a systemd of its own, in namespaces: no container engine, nothing left behind. To be sourced by bash.
#
#   machine_skip_reason             prints why no machine can be booted here; nothing if one can
#   machine_create                  makes $machine_directory; put what the machine needs below $machine_directory/files
#   machine_boot                    returns once it runs
#   in_machine COMMAND...           runs a command in it
#   machine_remove                  ends it and removes every trace

machine_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machine_cgroup=mesh-system-test-$$
machine_directory=
machine_pid=

machine_skip_reason() {
    local tool
    PATH=$PATH:/usr/sbin:/sbin
    [ "$(uname -s)" = Linux ] || { echo "this is not Linux"; return; }
    [ "$(id -u)" -eq 0 ] || { echo "booting a machine needs root (try: sudo make system-test)"; return; }
    for tool in unshare nsenter ip mount pivot_root systemctl journalctl dbus-daemon; do
        command -v "$tool" >/dev/null || { echo "$tool is missing (try: Tools/scripts/deps test)"; return; }
    done
    [ -x /usr/lib/systemd/systemd ] || [ -x /lib/systemd/systemd ] || { echo "systemd is not installed"; return; }
    # A container may give root without the right to mount: try, in a namespace of its own.
    unshare --mount --pid --fork --net --uts --ipc --propagation private bash -c '
        set -e
        directory=$(mktemp -d)
        trap "umount -l $directory; rmdir $directory" EXIT
        mount -t tmpfs tmpfs "$directory"
        mkdir "$directory"/{upper,work,root,cgroup}
        mount -t overlay overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" "$directory/root"
        mount -t cgroup2 cgroup2 "$directory/cgroup"
        mkdir "$directory/cgroup/'"$machine_cgroup"'"
        rmdir "$directory/cgroup/'"$machine_cgroup"'"
    ' >/dev/null 2>&1 || echo "this system lets root neither unshare nor mount (a container without privileges?)"
}

machine_create() {
    machine_directory=$(mktemp -d)
    mkdir "$machine_directory/files" "$machine_directory/machine"
}

machine_boot() {
    unshare --mount --uts --ipc --net --propagation private \
        bash "$machine_scripts/boot" "$machine_directory" "$machine_cgroup" \
        </dev/null >"$machine_directory/console.log" 2>&1 &
    machine_pid=$!
    if ! wait_until 30 machine_is_up; then
        echo "the machine did not come up; its console:" >&2
        cat "$machine_directory/console.log" >&2
        return 1
    fi
}

machine_is_up() {
    case $(in_machine systemctl is-system-running 2>/dev/null) in
        running | degraded) return 0 ;;
        *) return 1 ;;
    esac
}

# The host's id of the machine's PID 1.
machine_init() {
    # Before it is a machine, the process is still a shell on its way there.
    [ "$(cat "/proc/$machine_pid/comm" 2>/dev/null)" = unshare ] || return 1
    local child
    child=$(tr -d ' ' <"/proc/$machine_pid/task/$machine_pid/children")
    [ "$(cat "/proc/$child/comm" 2>/dev/null)" = systemd ] && echo "$child"
}

in_machine() {
    local init
    init=$(machine_init) || return 125
    nsenter -t "$init" -m -u -i -n -p -C env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root LC_ALL=C.UTF-8 SYSTEMD_COLORS=0 SYSTEMD_PAGER= "${machine_environment[@]}" "$@"
}
machine_environment=()

machine_remove() {
    local init cgroups
    if [ -n "$machine_pid" ]; then
        init=$(machine_init) && kill -KILL "$init"
        kill -KILL "$machine_pid" 2>/dev/null
        wait "$machine_pid" 2>/dev/null
        cgroups=$(mktemp -d)
        mount -t cgroup2 cgroup2 "$cgroups" &&
            wait_until 10 machine_cgroup_is_removed "$cgroups/$machine_cgroup"
        umount "$cgroups"
        rmdir "$cgroups"
    fi
    [ -z "$machine_directory" ] || rm -rf --one-file-system "$machine_directory"
    machine_pid= machine_directory=
}

# A group can be removed only when its last process is gone for good.
machine_cgroup_is_removed() {
    [ -d "$1" ] || return 0
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
    [ ! -d "$1" ]
}

# wait_until SECONDS COMMAND...: until the command succeeds; 1 if it doesn't in time.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}
