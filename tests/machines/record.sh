#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest instead of a kexec: sends the record that kexec makes of this machine,
# as a tar archive in base64 lines, "1.tar=...". Ends with the archive's size.
out=/tmp/machine

mount -t efivarfs efivarfs /sys/firmware/efi/efivars 2>/dev/null
# It fails after a message about memory that the kernel keeps to itself.
kexec --record=$out 2>/tmp/says || report failed "kexec --record: exit status $?"
report_lines says </tmp/says

# shellcheck disable=SC2154 # set in /case/conf
if [ -n "$case_tables" ]; then
	# Beside it all of the memory, for the tests that compare whole tables.
	rm -r $out/physical_memory
	mkdir -p /tmp/tables $out/physical_memory
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
