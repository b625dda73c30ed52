#!/bin/sh
# The test of main.fmf (tmt.fmf).
set -eu
if [ "${TMT_REBOOT_COUNT:-0}" = 0 ]; then
	kexec-selftest prepare
	tmt-reboot -c "systemctl kexec"
	exit 1
fi
systemctl is-system-running --wait >/dev/null || true
kexec-selftest finish
