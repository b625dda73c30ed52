// SPDX-License-Identifier: GPL-2.0-only
/* Changes to the running system: load, unload, reboot, network interfaces, shutdown. */
#include "load/syscalls.h"

#include <errno.h>
#include <linux/kexec.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "load/syscall_errors.h"
#include "machine/machine.h"

/* Since Linux 6.5; older headers lack it. */
#ifndef KEXEC_UPDATE_ELFCOREHDR
#define KEXEC_UPDATE_ELFCOREHDR 0x00000004
#endif
#ifndef KEXEC_CRASH_HOTPLUG_SUPPORT
#define KEXEC_CRASH_HOTPLUG_SUPPORT 0x00000008
#endif

#define BUSY_PAUSE_MS 200
#define BUSY_PAUSES   25u

static int kexec_load(uint64_t entry, size_t count, const struct kexec_segment *segments,
		      unsigned long flags)
{
	long rc = syscall(SYS_kexec_load, (unsigned long)entry, (unsigned long)count,
			  segments, flags | KEXEC_ARCH_X86_64);

	return rc < 0 ? -errno : 0;
}

/*
 * Under lockdown the kernel always refuses this call, with lines in its log: "Lockdown:
 * kexec: …", and "impossible to appraise a kernel image without a file descriptor" of
 * IMA. So the call is not made.
 */
static int permitted_kexec_load(const struct load_permission *permission, uint64_t entry,
				size_t count, const struct kexec_segment *segments,
				unsigned long flags)
{
	if (machine_is_locked_down(permission->lockdown))
		return -EPERM;
	return kexec_load(entry, count, segments, flags);
}

/*
 * A loader at boot and kdump's may collide. Waits a moment, after which the caller
 * repeats the call. Returns false after a few seconds of waiting, and if calls are
 * limited: Linux counts a call before it finds that another one is running (6.3,
 * kexec_load_permitted()).
 */
static bool wait_for_others(const struct load_permission *permission, bool crash,
			    unsigned *waits)
{
	const struct timespec pause = { .tv_nsec = BUSY_PAUSE_MS * 1000000 };

	if (load_permission_limit(permission, crash)->is_set || *waits == BUSY_PAUSES)
		return false;
	++*waits;
	nanosleep(&pause, NULL);
	return true;
}

/* Puts the name of the call before the message; returns rc. */
static int name_call(const char *call, int rc, struct error *err)
{
	error_wrap(err, "%s", call);
	return rc;
}

int kexec_load_image(const struct image *image, const struct load_permission *permission,
		     struct error *err)
{
	struct kexec_segment segments[IMAGE_SEGMENTS_MAX];
	unsigned long flags = image->purpose == IMAGE_CRASH ? KEXEC_ON_CRASH : 0;
	unsigned waits = 0;
	size_t i;
	int rc;

	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		segments[i] = (struct kexec_segment){
			.buf = segment_data(segment),
			.bufsz = segment->data_size,
			.mem = (const void *)(uintptr_t)segment->start,
			.memsz = segment->end - segment->start,
		};
	}
	if (image->purpose == IMAGE_JUMP)
		flags |= KEXEC_PRESERVE_CONTEXT;
	if (image->hotplug == IMAGE_HOTPLUG_SEGMENTS)
		flags |= KEXEC_CRASH_HOTPLUG_SUPPORT;
	if (image->hotplug == IMAGE_HOTPLUG_ELF_CORE_HEADER)
		flags |= KEXEC_UPDATE_ELFCOREHDR;
	do
		rc = permitted_kexec_load(permission, image->entry, image->segment_count,
					  segments, flags);
	while (rc == -EBUSY &&
	       wait_for_others(permission, image->purpose == IMAGE_CRASH, &waits));
	if (rc >= 0)
		return 0;
	return name_call("kexec_load", explain_kexec_load(image, permission, -rc, err),
			 err);
}

int kexec_unload(bool crash, const struct load_permission *permission, struct error *err)
{
	/* Without segments the kernel unloads its image (kexec_load(2)). */
	int rc = permitted_kexec_load(permission, 0, 0, NULL, crash ? KEXEC_ON_CRASH : 0);

	if (rc >= 0)
		return 0;
	return name_call("kexec_load", explain_kexec_unload(permission, -rc, err), err);
}

/* Older headers lack them. */
#ifndef KEXEC_FILE_DEBUG
#define KEXEC_FILE_DEBUG 0x00000008
#endif
#ifndef KEXEC_FILE_NO_CMA
#define KEXEC_FILE_NO_CMA 0x00000010
#endif
#ifndef KEXEC_FILE_FORCE_DTB
#define KEXEC_FILE_FORCE_DTB 0x00000020
#endif

static int kexec_file_load(int kernel, int initrd, const char *command_line,
			   unsigned long flags)
{
	unsigned long length = command_line ? strlen(command_line) + 1 : 0;
	long rc =
		syscall(SYS_kexec_file_load, kernel, initrd, length, command_line, flags);

	return rc < 0 ? -errno : 0;
}

static int load_files(const struct file_load *load, unsigned long flags)
{
	return kexec_file_load(load->kernel->fd, load->initrd ? load->initrd->fd : -1,
			       load->command_line, flags);
}

int kexec_load_by_files(const struct file_load *load,
			const struct load_permission *permission, struct error *err)
{
	unsigned long flags = 0;
	unsigned waits = 0;
	int rc;

	if (load->crash)
		flags |= KEXEC_FILE_ON_CRASH;
	if (!load->initrd)
		flags |= KEXEC_FILE_NO_INITRAMFS;
	if (load->no_cma)
		flags |= KEXEC_FILE_NO_CMA;
	if (load->force_dtb)
		flags |= KEXEC_FILE_FORCE_DTB;
	if (load->debug)
		flags |= KEXEC_FILE_DEBUG;
	do
		rc = load_files(load, flags);
	while (rc == -EBUSY && wait_for_others(permission, load->crash, &waits));
	if (rc >= 0)
		return 0;
	rc = explain_kexec_file_load(permission, -rc, err);
	error_wrap(err, "kexec_file_load of %s", load->kernel->path);
	return rc;
}

int kexec_file_unload(bool crash, const struct load_permission *permission,
		      struct error *err)
{
	unsigned long flags = KEXEC_FILE_UNLOAD | (crash ? KEXEC_FILE_ON_CRASH : 0);
	int rc = kexec_file_load(-1, -1, NULL, flags);

	if (rc >= 0)
		return 0;
	return name_call("kexec_file_load",
			 explain_kexec_file_unload(permission, -rc, err), err);
}

int kexec_probe(bool files, const struct load_permission *permission, struct error *err)
{
	int rc;

	if (files)
		rc = kexec_file_load(-1, -1, NULL, ~0ul);
	else
		rc = permitted_kexec_load(permission, 0, KEXEC_SEGMENT_MAX + 1, NULL, 0);
	if (rc == 0 || rc == -EINVAL)
		return 0;
	return files ? explain_kexec_file_unload(permission, -rc, err)
		     : explain_kexec_unload(permission, -rc, err);
}

int kexec_reboot(struct error *err)
{
	const char *cause = "";

	/* Returns 0 after coming back from a kexec jump. */
	if (reboot(RB_KEXEC) >= 0)
		return 0;
	if (errno == EPERM)
		cause = ": CAP_SYS_BOOT is missing; run kexec as root";
	else if (errno == EBUSY)
		cause = ": another program is loading or starting a kernel; try again";
	return error_set(err, errno, "reboot: %s%s", strerror(errno), cause);
}

/* Sets or clears IFF_UP. Does nothing to the loopback. Returns 0 or -errno. */
static int set_interface(int fd, const char *name, bool up)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -errno;
	if (request.ifr_flags & IFF_LOOPBACK || !(request.ifr_flags & IFF_UP) == !up)
		return 0;
	request.ifr_flags ^= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

static bool is_up(int fd, const char *name)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	return !ioctl(fd, SIOCGIFFLAGS, &request) && request.ifr_flags & IFF_UP &&
	       !(request.ifr_flags & IFF_LOOPBACK);
}

/* Any socket works for these requests, and every kernel has this kind. */
static int open_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void network_interfaces_down(struct string_list *taken_down)
{
	_cleanup_string_list_ struct string_list up = { 0 };
	_cleanup_close_ int fd = open_socket();
	struct if_nameindex *interfaces, *interface;
	size_t i;

	interfaces = fd < 0 ? NULL : if_nameindex();
	if (!interfaces)
		return;
	/*
	 * A VLAN goes down with the interface below it: note the state of all before
	 * that.
	 */
	for (interface = interfaces; interface->if_index; interface++)
		if (is_up(fd, interface->if_name))
			string_list_add(&up, "%s", interface->if_name);
	if_freenameindex(interfaces);
	for (i = 0; i < up.count; i++)
		if (!set_interface(fd, up.items[i], false))
			string_list_add(taken_down, "%s", up.items[i]);
}

void network_interfaces_up(const struct string_list *taken_down,
			   struct string_list *failed)
{
	_cleanup_close_ int fd = open_socket();
	size_t i;

	for (i = 0; i < taken_down->count; i++)
		if (fd < 0 || set_interface(fd, taken_down->items[i], true) < 0)
			string_list_add(failed, "%s", taken_down->items[i]);
}

int exec_shutdown(struct error *err)
{
	/* The places where kexec-tools looks, in its order. */
	static const char *const paths[] = { "/sbin/shutdown", "/etc/shutdown",
					     "/bin/shutdown" };
	size_t i;
	int number = ENOENT;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		execl(paths[i], "shutdown", "-r", "now", (char *)NULL);
		/* An error other than ENOENT makes the better message. */
		if (errno != ENOENT)
			number = errno;
	}
	return error_set(err, number,
			 "cannot run shutdown -r now from /sbin, /etc or /bin: %s; the "
			 "kernel is loaded, kexec -e starts it",
			 strerror(number));
}
