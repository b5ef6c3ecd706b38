#!/usr/bin/env bash
# The plugin's entry point: devstack sources it once for each phase.

source "$HEAT_MQ_DIR/devstack/lib/heat_mq"

if is_service_enabled heat-mq; then
    case "$1 ${2:-}" in
        "stack install")
            install_heat_mq
            ;;
        "stack post-config")
            configure_heat_mq
            create_heat_mq_accounts
            create_heat_mq_domain
            init_heat_mq
            ;;
        "stack extra")
            start_heat_mq
            ;;
        "unstack "*)
            stop_heat_mq
            ;;
        "clean "*)
            stop_heat_mq
            cleanup_heat_mq
            ;;
    esac
fi
