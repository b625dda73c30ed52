// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into both programs: the machine has three network interfaces, and eth1 is
 * down already. Taking one down is caught by tests/loader/preload.c.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static const struct {
	const char *name;
	short flags;
} interfaces[] = {
	{ "lo", IFF_UP | IFF_LOOPBACK },
	{ "eth0", IFF_UP },
	{ "eth1", 0 },
};

#define COUNT (sizeof(interfaces) / sizeof(interfaces[0]))

struct if_nameindex *if_nameindex(void)
{
	struct if_nameindex *list = calloc(COUNT + 1, sizeof(*list));
	size_t i;

	if (!list)
		abort();
	for (i = 0; i < COUNT; i++) {
		list[i].if_index = (unsigned int)i + 1;
		list[i].if_name = strdup(interfaces[i].name);
	}
	return list;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) =
		(int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	struct ifreq *interface;
	va_list args;
	size_t i;

	va_start(args, request);
	interface = va_arg(args, struct ifreq *);
	va_end(args);
	if (request != SIOCGIFFLAGS)
		return real(fd, request, interface);
	for (i = 0; i < COUNT; i++)
		if (!strcmp(interface->ifr_name, interfaces[i].name))
			interface->ifr_flags = interfaces[i].flags;
	return 0;
}
