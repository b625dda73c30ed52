# SPDX-License-Identifier: GPL-2.0-only
# The machine's state, as kexec-selftest compares it: a file for each kind.
# shellcheck shell=sh disable=SC2154 # the script that reads this file sets the variables

# One line for each EFI table whose bytes can be compared: name, address, digest. The
# table of the initrd, which the boot loader has made for one boot, is withdrawn by kexec.
efi_tables() {
	awk '/"config_tables": \[/ { inside = 1 }
		inside && /^  }/ { exit }
		!inside { next }
		{
			value = $0
			sub(/^[^:]*: /, "", value)
			sub(/,$/, "", value)
		}
		/"name"/ { name = value }
		/"address"/ { address = value }
		/"digest"/ && value != "null" && name != "\"Linux initrd\"" {
			print name, address, value
		}' "$1"
}

# Sectors and model of each disk. Names depend on the order in which disks are found.
disks() {
	for disk in "$root"/sys/block/*; do
		case ${disk##*/} in
		loop* | ram* | zram* | nbd* | dm-* | md* | sr* | fd*) continue ;;
		esac
		[ ! -r "$disk/size" ] ||
			echo "$(cat "$disk/size") $(cat "$disk/device/model" 2>/dev/null)"
	done
}

# Names of the variables. A variable that is missing afterwards means that the firmware's
# runtime services don't work any more.
variables() {
	ls "$root/sys/firmware/efi/efivars" 2>/dev/null
}

# The devices of network interfaces, such as 0000:00:03.0. Services make and remove
# interfaces without a device.
links() {
	for link in "$root"/sys/class/net/*/device; do
		[ ! -e "$link" ] || basename "$(readlink -f "$link")"
	done
}

failed_units() {
	[ ! -d "$root/run/systemd/system" ] ||
		systemctl list-units --plain --no-legend --state=failed | sed 's/ .*//'
}

# snapshot DIR: what is compared, a file for each.
snapshot() {
	mkdir -p "$1" || return
	for file in sys/kernel/random/boot_id sys/kernel/tainted; do
		cat "$root/proc/$file" >"$1/${file##*/}" || return
	done
	cat "$root/proc/cmdline" >"$1/command_line" || return
	cat "$root/sys/devices/system/cpu/online" >"$1/cpus" || return
	sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' "$root/proc/meminfo" >"$1/memory_kib"
	efi_tables "$1/check.json" | sort >"$1/efi_tables"
	disks | sort >"$1/disks"
	variables | sort >"$1/variables"
	links | sort >"$1/links"
	failed_units | sort >"$1/failed_units"
}
