#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest instead of a kexec: sends what kexec reads on this machine,
# as a tar archive in base64 lines, "1.tar=...". Ends with the archive's size.
out=/tmp/machine

# Copy what exists; files in /proc and /sys have no true size, so read them.
keep() {
	for path in "$@"; do
		[ -f "$path" ] || continue
		mkdir -p "$out$(dirname "$path")"
		cat "$path" >"$out$path" 2>/dev/null || rm -f "$out$path"
	done
}

keep_tree() {
	find "$@" -type f 2>/dev/null | while IFS= read -r found; do
		keep "$found"
	done
}

keep /proc/iomem /proc/cmdline /proc/cpuinfo /proc/meminfo /proc/mounts \
	/proc/version /proc/sys/kernel/osrelease /proc/sys/kernel/kptr_restrict \
	/proc/sys/kernel/kexec_load_disabled
keep_tree /sys/firmware/memmap /sys/kernel/boot_params
keep /sys/firmware/efi/systab /sys/firmware/efi/config_table \
	/sys/firmware/efi/fw_vendor /sys/firmware/efi/runtime \
	/sys/firmware/efi/fw_platform_size
keep_tree /sys/firmware/efi/runtime-map
keep /sys/kernel/kexec_* /sys/kernel/vmcoreinfo /sys/kernel/security/lockdown \
	/sys/kernel/crash_elfcorehdr_size /sys/kernel/kexec/*
keep /sys/devices/system/cpu/online /sys/devices/system/cpu/present \
	/sys/devices/system/cpu/possible /sys/devices/system/cpu/cpu*/crash_notes*
# Only the headers of /proc/kcore: the whole file is the kernel's address space.
mkdir -p $out/proc
record-memory kcore $out/proc/kcore || rm -f $out/proc/kcore
: >/tmp/ranges
# shellcheck disable=SC2154 # set in /case/conf
if [ -n "$case_tables" ]; then
	keep_tree /sys/firmware/acpi/tables
	mkdir -p /tmp/tables
	read-tables /tmp/tables >/tmp/list || report failed "read-tables: exit status $?"
	while read -r name guid address length rest; do
		if [ "$length" = - ]; then
			echo "$name $guid $address - $rest" >&4
			echo "$address 1" >&5
		else
			digest=$(sha256sum <"/tmp/tables/$name")
			echo "$name $guid $address $length ${digest%% *}" >&4
			echo "$address $length" >&5
		fi
	done </tmp/list 4>$out/tables.txt 5>/tmp/ranges
fi
mkdir -p $out/physical_memory
if [ -d /sys/firmware/efi ]; then
	# shellcheck disable=SC2154 # set by facts() in init
	record-memory "$(cat /sys/firmware/efi/fw_platform_size)" \
		"$(boot_params_number 452 4)" "$(boot_params_number 472 4)" \
		"$(cat /sys/firmware/efi/config_table)" $out/physical_memory </tmp/ranges |
		report_lines memory
fi

tar -C $out -cf - . | gzip -9 >/tmp/machine.tgz
base64 -w 512 /tmp/machine.tgz | report_lines tar
report tar_size "$(wc -c </tmp/machine.tgz)"
report verdict pass
