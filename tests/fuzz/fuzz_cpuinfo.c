// SPDX-License-Identifier: GPL-2.0-only
/* Small texts of /proc and /sys: cpuinfo, the command line, lockdown. */
#include <stdint.h>
#include <string.h>

#include "machine_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_free_ char *level = NULL;
	struct cpu_facts cpu;

	if (!text)
		abort();
	machine_command_line_has(text, "add_efi_memmap");
	level = machine_parse_lockdown(text);
	if (level && (!level[0] || strchr(level, ']')))
		abort();
	machine_parse_cpuinfo(text, &cpu);
	if (cpu.physical_bits < 32 || cpu.physical_bits > 52)
		abort();
	return 0;
}
