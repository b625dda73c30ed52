// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into either "kexec -e" in the virtual machine of boot.py: says at what time of the
 * TSC it calls reboot(2), which then prints "Starting new kernel". Descriptor 3 is the second
 * serial port. The time of a line on that port counts, for both alike: some milliseconds.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <termios.h>
#include <x86intrin.h>

int reboot(int command)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "reboot");

	dprintf(3, "leaving=%016llx\n", (unsigned long long)__rdtsc());
	tcdrain(3);
	return next(command);
}
