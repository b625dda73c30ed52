// SPDX-License-Identifier: GPL-2.0-only
/* Reads facts of the first processor from /proc/cpuinfo. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPUINFO_PATH "proc/cpuinfo"

/*
 * One processor's block has a few KiB. The rest of the file is not read: on large
 * machines it has megabytes, and the kernel interrupts every processor to print it.
 */
#define CPUINFO_LIMIT 65536u

/* Intel SDM volume 3, 4.1.4: MAXPHYADDR is at most 52; it was never below 32. */
#define PHYSICAL_BITS_MAX 52u
#define PHYSICAL_BITS_MIN 32u

/* The value of "key\t\t: value" if line has that key, else NULL. */
static char *value_of(char *line, const char *key)
{
	char *colon;

	if (!starts_with(line, key))
		return NULL;
	line += strlen(key);
	colon = line + strspn(line, " \t");
	if (*colon != ':')
		return NULL;
	colon++;
	return colon + strspn(colon, " \t");
}

static bool parse_address_sizes(char *value, struct cpu_facts *cpu)
{
	char *digits = strsep(&value, " ");
	uint64_t bits;

	if (!value || !starts_with(value, "bits physical") ||
	    parse_u64(digits, &bits) < 0 || bits < PHYSICAL_BITS_MIN ||
	    bits > PHYSICAL_BITS_MAX)
		return false;
	cpu->physical_bits = (unsigned)bits;
	return true;
}

/*
 * "la57" says that five levels are in use, not only that the CPU can: the kernel clears
 * the flag if it runs with four (early_identify_cpu() in arch/x86/kernel/cpu/common.c).
 * "sev_es" and "sev_snp" are also flags of hosts, which lack "hypervisor".
 */
static void parse_flags(char *value, struct cpu_facts *cpu)
{
	bool guest = false, encrypted_state = false;
	char *flag;

	while ((flag = strsep(&value, " \t"))) {
		cpu->five_level_paging |= !strcmp(flag, "la57");
		guest |= !strcmp(flag, "hypervisor");
		encrypted_state |= !strcmp(flag, "sev_es") || !strcmp(flag, "sev_snp") ||
				   !strcmp(flag, "tdx_guest");
	}
	cpu->tsc_may_trap = guest && encrypted_state;
}

bool machine_parse_cpuinfo(char *text, struct cpu_facts *cpu)
{
	struct cpu_facts found = { .physical_bits = PHYSICAL_BITS_MAX };
	bool sizes = false;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		char *value;

		line[strcspn(line, "\r")] = '\0';
		if (!line[0])
			break;
		value = value_of(line, "flags");
		if (value)
			parse_flags(value, &found);
		value = value_of(line, "address sizes");
		if (value)
			sizes = parse_address_sizes(value, &found);
	}
	*cpu = found;
	return sizes;
}

/* Reads up to the first empty line. */
static int read_first_processor(const struct root *root, char **text, struct error *err)
{
	_cleanup_close_ int fd = root_openat(root, CPUINFO_PATH, err);
	_cleanup_free_ char *buffer = malloc(CPUINFO_LIMIT);
	size_t used = 0;

	if (fd < 0)
		return fd;
	if (!buffer)
		return error_no_memory(err);
	while (used < CPUINFO_LIMIT - 1) {
		ssize_t got = read(fd, buffer + used, CPUINFO_LIMIT - 1 - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, errno, "cannot read /%s: %s", CPUINFO_PATH,
					 strerror(errno));
		used += (size_t)got;
		buffer[used] = '\0';
		if (!got || strstr(buffer, "\n\n"))
			break;
	}
	buffer[used] = '\0';
	*text = take_pointer(buffer);
	return 0;
}

void machine_read_cpu(const struct root *root, struct machine *machine)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *text = NULL;

	machine->cpu = (struct cpu_facts){ .physical_bits = PHYSICAL_BITS_MAX };
	if (read_first_processor(root, &text, &why) < 0) {
		machine_note(machine, "%s; physical addresses are taken to have %u bits",
			     why.message, PHYSICAL_BITS_MAX);
		return;
	}
	if (!machine_parse_cpuinfo(text, &machine->cpu))
		machine_note(
			machine,
			"/%s has no usable \"address sizes\"; physical addresses are "
			"taken to have %u bits",
			CPUINFO_PATH, PHYSICAL_BITS_MAX);
}
