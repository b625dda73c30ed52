/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into the kexec under test in Xen's first domain, by controls: takes the note
 * of Xen's own vmcoreinfo out of the ELF core header of a crash kernel, right before Xen
 * gets it. Nothing else changes.
 *
 * libxenctrl makes all calls of Xen by ioctl on /dev/xen/privcmd. The layouts are those
 * of Xen's public header kexec.h.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

struct call {
	uint64_t number, argument[5];
};

#define PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct call))

enum { KEXEC_OP = 37, GET_RANGE = 3, LOAD = 4, RANGE_VMCOREINFO = 6 };

struct range {
	int32_t range, number;
	uint64_t size, start;
};

struct segment {
	uint64_t buffer, buffer_size, start, size;
};

struct load {
	uint8_t crash, padding;
	uint16_t machine;
	uint32_t count;
	uint64_t segments, entry;
};

/*
 * Puts the first note of an ELF core header once more in the place of the one at that
 * address: the capture kernel does not expect empty notes. Returns how many it replaced.
 */
static int hide(char *header, uint64_t address)
{
	Elf64_Ehdr file;
	Elf64_Phdr part, first = { 0 };
	int hidden = 0;

	memcpy(&file, header, sizeof(file));
	for (int i = 0; i < file.e_phnum; i++) {
		char *place = header + file.e_phoff + i * sizeof(part);

		memcpy(&part, place, sizeof(part));
		if (part.p_type != PT_NOTE)
			continue;
		if (!first.p_type)
			first = part;
		if (part.p_paddr != address)
			continue;
		memcpy(place, &first, sizeof(first));
		hidden++;
	}
	return hidden;
}

static void change(const struct load *load, uint64_t address)
{
	const struct segment *segments =
		(const struct segment *)(uintptr_t)load->segments;
	int hidden = 0;

	for (uint32_t i = 0; i < load->count; i++) {
		char *buffer = (char *)(uintptr_t)segments[i].buffer;

		if (segments[i].buffer_size > sizeof(Elf64_Ehdr) &&
		    memcmp(buffer, ELFMAG, SELFMAG) == 0 &&
		    ((const Elf64_Ehdr *)buffer)->e_type == ET_CORE)
			hidden += hide(buffer, address);
	}
	if (hidden != 1) {
		fprintf(stderr, "preload: %d notes of Xen's vmcoreinfo at %#lx\n", hidden,
			(unsigned long)address);
		abort();
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, ...);
	static uint64_t vmcoreinfo;
	struct call *call;
	va_list list;
	int result;

	if (!real)
		real = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	va_start(list, request);
	call = va_arg(list, struct call *);
	va_end(list);
	if (request != PRIVCMD_HYPERCALL || call->number != KEXEC_OP)
		return real(fd, request, call);
	if (call->argument[0] == LOAD) {
		const struct load *load =
			(const struct load *)(uintptr_t)call->argument[1];

		if (load->crash)
			change(load, vmcoreinfo);
	}
	result = real(fd, request, call);
	if (result == 0 && call->argument[0] == GET_RANGE) {
		const struct range *range =
			(const struct range *)(uintptr_t)call->argument[1];

		if (range->range == RANGE_VMCOREINFO)
			vmcoreinfo = range->start;
	}
	return result;
}
