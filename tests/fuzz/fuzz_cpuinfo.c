// SPDX-License-Identifier: GPL-2.0-only
/* /proc/cpuinfo. */
#include <stdint.h>
#include <string.h>

#include "machine/machine_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct cpu_facts cpu;

	if (!text)
		abort();
	machine_parse_cpuinfo(text, &cpu);
	if (cpu.physical_bits < 32 || cpu.physical_bits > 52)
		abort();
	return 0;
}
