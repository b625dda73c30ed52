# SPDX-License-Identifier: GPL-2.0-only
# What kexec-selftest compares after the kexec: lines of the result.
# shellcheck shell=sh disable=SC2154 # the script that reads this file sets the variables

# lost NAME FILE WORDS: fails if a line of FILE is missing now. Where nothing could be
# read before, nothing can be compared.
lost() {
	if [ ! -s "$state/before/$2" ]; then
		point skipped "$1" "none could be read before the kexec"
		return
	fi
	gone=$(comm -23 "$state/before/$2" "$state/after/$2" | tr '\n' ' ')
	new=$(comm -13 "$state/before/$2" "$state/after/$2" | tr '\n' ' ')
	verdict "$1" "${gone:+$3: ${gone% }; new: ${new:-nothing}}"
}

compare_cpus() {
	before=$(cat "$state/before/cpus") after=$(cat "$state/after/cpus")
	[ "$before" != "$after" ] || before=
	verdict "the same CPUs" "${before:+before: $before, now: $after}"
}

# Another kernel version may take a little more for itself.
compare_memory() {
	before=$(cat "$state/before/memory_kib") after=$(cat "$state/after/memory_kib")
	[ $((after)) -lt $((before - before / 100)) ] || before=
	verdict "as much memory" "${before:+before: $before KiB, now: $after KiB}"
}

compare_taint() {
	new=$(($(cat "$state/after/tainted") & ~$(cat "$state/before/tainted")))
	[ "$new" != 0 ] || new=
	verdict "no new taint of the kernel" \
		"${new:+new bits: $new; see the warnings in the kernel log}"
}

compare_units() {
	verdict "no unit fails that did not fail before" \
		"$(comm -13 "$state/before/failed_units" "$state/after/failed_units" |
			tr '\n' ' ')"
}

# Blanks do not matter.
as_words() {
	tr -s ' \n' '  ' | sed 's/^ //; s/ $//'
}

# Where no plan can be made, as under lockdown, the running kernel makes the image.
compare_command_line() {
	name="the command line that was loaded"
	[ -e "$state/before/plan.json" ] || {
		point skipped "$name" "it is not known, because --dry-run failed"
		return
	}
	planned=$(sed -n 's/^  "command_line": "\(.*\)",$/\1/p' "$state/before/plan.json" |
		sed 's/\\\(["\\]\)/\1/g' | as_words)
	found=$(as_words <"$state/after/command_line")
	wrong=
	[ "$planned" = "$found" ] || wrong="planned: $planned, now: $found"
	verdict "$name" "$wrong"
}

# Microseconds of purgatory's record, or nothing if they are unknown.
record_total() {
	sed -n '/"microseconds": {/,/}/ s/.*"total": \([0-9]*\).*/\1/p' \
		"$state/after/check.json" | head -n 1
}

# The time since the start command, without the time of this kernel, went to the shutdown
# and to the way between the kernels.
measure_phases() {
	uptime=$(sed 's/ .*//' "$root/proc/uptime")
	between=$(record_total)
	gone="$(now) - $(cat "$state/left") - $uptime"
	if [ -n "$between" ]; then
		point phase "shutdown" "$(seconds_of "$gone - $between / 1000000")"
		point phase "between the kernels" "$(seconds_of "$between / 1000000")"
	else
		point phase "shutdown and between the kernels" "$(seconds_of "$gone")"
	fi
	point phase "boot" "$uptime"
}

compare() {
	rm -rf "$state/after"
	mkdir -p "$state/after"
	"$kexec" --check=after,json >"$state/after/check.json" 2>"$state/errors"
	checked=$?
	grep -q '"kexeced": true' "$state/after/check.json" || {
		point failed "started by kexec" "$(cat "$state/errors")"
		return 1
	}
	point ok "started by kexec" ""
	wrong=
	[ "$checked" = 0 ] || wrong="exit status $checked: $(cat "$state/errors")"
	verdict "kexec --check=after finds no loss" "$wrong"
	snapshot "$state/after" 2>"$state/errors" || {
		point failed "the machine's state is read" "$(cat "$state/errors")"
		return 1
	}
	measure_phases
	compare_command_line
	compare_cpus
	compare_memory
	lost "the EFI tables" efi_tables "gone, moved or changed"
	lost "the EFI variables" variables "gone"
	lost "the disks" disks "gone or changed (sectors, model)"
	lost "the network interfaces" links "gone"
	compare_taint
	compare_units
}
