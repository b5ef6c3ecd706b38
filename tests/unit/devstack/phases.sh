# Runs the plugin through its phases with devstack's functions replaced by ones that write down their call.
set -euo pipefail
REPO=$1 STATE=$2
shift 2

DEST=$STATE HEAT_MQ_DIR=$REPO HEAT_MQ_CONF_DIR=$STATE/etc STACK_USER=$(id -un) REGION_NAME=RegionOne
SERVICE_PROTOCOL=http SERVICE_HOST=10.0.0.1 SERVICE_LISTEN_ADDRESS=0.0.0.0 SERVICE_PASSWORD=secret SERVICE_TIMEOUT=60
KEYSTONE_SERVICE_URI=http://10.0.0.1/identity API_WORKERS=2 SSL_BUNDLE_FILE=/ca.pem
ENABLED= DISABLED=${DISABLED:-}

note() { echo "$*" >> "$STATE/calls"; }
for name in setup_develop pip_install_gr setup_logging create_service_user get_or_create_service get_or_create_endpoint \
    get_or_create_role get_or_add_user_domain_role recreate_database stop_process \
    wait_for_service define_plugin; do
    eval "$name() { note $name \"\$@\"; }"
done
sudo() { "$@"; }
enable_service() { ENABLED+=" $*"; }
is_service_enabled() { [[ " $ENABLED " == *" $1 "* && " $DISABLED " != *" $1 "* ]]; }
is_ssl_enabled_service() { false; }
run_process() { is_service_enabled "$1" && note run_process "$@" || true; }
get_python_exec_prefix() { echo "$STATE/bin"; }
generate_hex_string() { printf 'ab%.0s' $(seq "$1"); }
get_or_create_domain() { echo d0ma1n; }
get_or_create_user() { note get_or_create_user "$@"; echo u5er; }
database_connection_url() { echo "mysql+pymysql://root:secret@127.0.0.1/$1?charset=utf8"; }
iniset() { printf '[%s]\n%s = %s\n' "$2" "$3" "$4" >> "$1"; }
iniset_rpc_backend() { iniset "$2" DEFAULT transport_url rabbit://stackrabbit:secret@10.0.0.1:5672/; }
configure_keystone_authtoken_middleware() { iniset "$1" keystone_authtoken username "$2"; }

mkdir -p "$STATE/bin"
printf '#!/bin/sh\necho manage "$@" >> %s\n' "$STATE/calls" > "$STATE/bin/heat-mq-manage"
chmod +x "$STATE/bin/heat-mq-manage"

source "$REPO/devstack/settings"
for phase in "$@"; do
    # devstack passes the phase as two words, without nounset.
    set +u
    # shellcheck disable=SC2086
    set -- $phase
    source "$REPO/devstack/plugin.sh" "$@"
    set -u
done
