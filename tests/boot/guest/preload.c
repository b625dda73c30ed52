/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into the kexec under test by cases that need a system call to fail
 * or the image to be damaged. Controlled by the environment:
 *
 *   KEXEC_TEST_FAIL=kexec_load:EBUSY   the call fails so (also kexec_file_load,
 *                                      reboot; several separated by commas)
 *   KEXEC_TEST_FAIL_TIMES=N            only the first N times
 *   KEXEC_TEST_FLIP=SEGMENT:OFFSET     one bit of that byte changes right
 *                                      before kexec_load; segment "largest"
 *                                      takes the largest one, "boot_params" and
 *                                      "purgatory" (its parameters) those
 *   KEXEC_TEST_CLEAR=SEGMENT:OFFSET:LENGTH   so many bytes become 0
 *   KEXEC_TEST_LOW_MEMORY=1            the ELF core header also lists the memory
 *                                      from 4 KiB to 1 MiB
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <linux/kexec.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "EPERM", EPERM },
	{ "EACCES", EACCES },
	{ "ENOSYS", ENOSYS },
	{ "EBUSY", EBUSY },
	{ "ENOMEM", ENOMEM },
	{ "EINVAL", EINVAL },
	{ "ENOEXEC", ENOEXEC },
	{ "EADDRNOTAVAIL", EADDRNOTAVAIL },
	{ "EKEYREJECTED", EKEYREJECTED },
	{ "ENOKEY", ENOKEY },
};

/* The errno that KEXEC_TEST_FAIL wants for this call, or 0. */
static int wanted_failure(const char *call)
{
	static int happened;
	const char *times = getenv("KEXEC_TEST_FAIL_TIMES");
	const char *rule = getenv("KEXEC_TEST_FAIL");
	size_t length = strlen(call);

	if (times && happened >= atoi(times))
		return 0;
	for (; rule; rule = strchr(rule, ','), rule = rule ? rule + 1 : NULL) {
		if (strncmp(rule, call, length) || rule[length] != ':')
			continue;
		const char *name = rule + length + 1;
		size_t end = strcspn(name, ",");

		for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
			if (strlen(errors[i].name) == end &&
			    !strncmp(errors[i].name, name, end)) {
				happened++;
				return errors[i].number;
			}
		fprintf(stderr, "preload: unknown error in '%s'\n", rule);
		abort();
	}
	return 0;
}

/* The segment that begins with boot_params, whose header has its magic at 0x202. */
static unsigned long find_boot_params(const struct kexec_segment *segments,
				      unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++)
		if (segments[i].bufsz >= 4096 &&
		    !memcmp((const char *)segments[i].buf + 0x202, "HdrS", 4))
			break;
	return i;
}

/* The segment that begins with purgatory's parameters, which begin with their magic. */
static unsigned long find_purgatory(const struct kexec_segment *segments,
				    unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++)
		if (segments[i].bufsz >= 8 && !memcmp(segments[i].buf, "PURGPARM", 8))
			break;
	return i;
}

static unsigned long find_largest(const struct kexec_segment *segments,
				  unsigned long count)
{
	unsigned long chosen = 0;

	for (unsigned long i = 1; i < count; i++)
		if (segments[i].bufsz > segments[chosen].bufsz)
			chosen = i;
	return chosen;
}

/* The segment list with that damage, in memory of our own: the program's buffers may be
 * read-only mappings of the kernel file. */
static struct kexec_segment *damaged(const struct kexec_segment *segments,
				     unsigned long count, const char *where, bool clear)
{
	const char *colon = strchr(where, ':');
	size_t offset = colon ? strtoul(colon + 1, NULL, 0) : 0, length = 1;
	struct kexec_segment *copy;
	unsigned long chosen;
	unsigned char *bytes;

	copy = malloc(count * sizeof(*copy));
	if (!copy)
		abort();
	memcpy(copy, segments, count * sizeof(*copy));
	if (!strncmp(where, "largest", 7))
		chosen = find_largest(copy, count);
	else if (!strncmp(where, "boot_params", 11))
		chosen = find_boot_params(copy, count);
	else if (!strncmp(where, "purgatory", 9))
		chosen = find_purgatory(copy, count);
	else
		chosen = strtoul(where, NULL, 0);
	colon = clear && colon ? strchr(colon + 1, ':') : NULL;
	if (colon)
		length = strtoul(colon + 1, NULL, 0);
	if (chosen >= count || offset >= copy[chosen].bufsz ||
	    length > copy[chosen].bufsz - offset) {
		fprintf(stderr, "preload: %s does not exist or is too short\n", where);
		abort();
	}
	bytes = malloc(copy[chosen].bufsz);
	if (!bytes)
		abort();
	memcpy(bytes, copy[chosen].buf, copy[chosen].bufsz);
	if (clear)
		memset(bytes + offset, 0, length);
	else
		bytes[offset] ^= 1;
	copy[chosen].buf = bytes;
	return copy;
}

/*
 * Returns a copy of the segments in which the part of the ELF core header that begins at
 * 1 MiB begins at 4 KiB instead.
 */
static struct kexec_segment *with_low_memory(const struct kexec_segment *segments,
					     unsigned long count)
{
	struct kexec_segment *copy = malloc(count * sizeof(*copy));

	if (!copy)
		abort();
	memcpy(copy, segments, count * sizeof(*copy));
	for (unsigned long i = 0; i < count; i++) {
		Elf64_Ehdr header;
		Elf64_Phdr part;
		char *bytes;

		if (copy[i].bufsz < sizeof(header) ||
		    memcmp(copy[i].buf, ELFMAG, SELFMAG))
			continue;
		memcpy(&header, copy[i].buf, sizeof(header));
		bytes = malloc(copy[i].bufsz);
		if (header.e_type != ET_CORE || !bytes)
			continue;
		copy[i].buf = memcpy(bytes, copy[i].buf, copy[i].bufsz);
		bytes += header.e_phoff;
		for (int j = 0; j < header.e_phnum; j++, bytes += sizeof(part)) {
			const Elf64_Addr more = 0x100000 - 0x1000;

			memcpy(&part, bytes, sizeof(part));
			if (part.p_type != PT_LOAD || part.p_paddr != 0x100000)
				continue;
			part.p_offset -= more;
			part.p_paddr -= more;
			part.p_vaddr -= more;
			part.p_filesz += more;
			part.p_memsz += more;
			memcpy(bytes, &part, sizeof(part));
			return copy;
		}
	}
	fputs("preload: no ELF core header has memory at 1 MiB\n", stderr);
	abort();
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	const char *call = number == SYS_kexec_load	   ? "kexec_load"
			   : number == SYS_kexec_file_load ? "kexec_file_load"
			   : number == SYS_reboot	   ? "reboot"
							   : NULL;
	va_list list;
	long a[6];

	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);

	if (call) {
		int error = wanted_failure(call);

		if (error) {
			errno = error;
			return -1;
		}
	}
	/* kexec_load(entry, count, segments, flags); count 0 unloads. */
	for (int clear = 0; clear <= 1; clear++) {
		const char *where =
			getenv(clear ? "KEXEC_TEST_CLEAR" : "KEXEC_TEST_FLIP");

		if (number == SYS_kexec_load && a[1] && where)
			a[2] = (long)damaged((const struct kexec_segment *)a[2],
					     (unsigned long)a[1], where, clear);
	}
	if (number == SYS_kexec_load && a[1] && getenv("KEXEC_TEST_LOW_MEMORY"))
		a[2] = (long)with_low_memory((const struct kexec_segment *)a[2],
					     (unsigned long)a[1]);
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int reboot(int command)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "reboot");
	int error = wanted_failure("reboot");

	if (error) {
		errno = error;
		return -1;
	}
	return real(command);
}
