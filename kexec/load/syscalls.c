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
#include <unistd.h>

#include "load/syscall_errors.h"

/* Since Linux 6.5; older headers lack it. */
#ifndef KEXEC_UPDATE_ELFCOREHDR
#define KEXEC_UPDATE_ELFCOREHDR 0x00000004
#endif
#ifndef KEXEC_CRASH_HOTPLUG_SUPPORT
#define KEXEC_CRASH_HOTPLUG_SUPPORT 0x00000008
#endif

static int kexec_load(uint64_t entry, size_t count, const struct kexec_segment *segments,
		      unsigned long flags)
{
	long rc = syscall(SYS_kexec_load, (unsigned long)entry, (unsigned long)count,
			  segments, flags | KEXEC_ARCH_X86_64);

	return rc < 0 ? -errno : 0;
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
	rc = kexec_load(image->entry, image->segment_count, segments, flags);
	if (rc >= 0)
		return 0;
	return name_call("kexec_load", explain_kexec_load(image, permission, -rc, err),
			 err);
}

int kexec_unload(bool crash, const struct load_permission *permission, struct error *err)
{
	/* Without segments the kernel unloads its image (kexec_load(2)). */
	int rc = kexec_load(0, 0, NULL, crash ? KEXEC_ON_CRASH : 0);

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
	int rc = -EINVAL;

	if (load->crash)
		flags |= KEXEC_FILE_ON_CRASH;
	if (!load->initrd)
		flags |= KEXEC_FILE_NO_INITRAMFS;
	if (load->no_cma)
		flags |= KEXEC_FILE_NO_CMA;
	if (load->force_dtb)
		flags |= KEXEC_FILE_FORCE_DTB;
	if (load->debug)
		rc = load_files(load, flags | KEXEC_FILE_DEBUG);
	if (rc == -EINVAL)
		rc = load_files(load, flags);
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
		rc = kexec_load(0, KEXEC_SEGMENT_MAX + 1, NULL, 0);
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
	else if (errno == EINVAL)
		cause = ": no kernel is loaded; kexec -l loads one";
	else if (errno == EBUSY)
		cause = ": another program is loading or starting a kernel; try again";
	return error_set(err, errno, "reboot: %s%s", strerror(errno), cause);
}

void network_interfaces_down(void)
{
	/* Any socket works for these requests, and every kernel has this kind. */
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct if_nameindex *interfaces, *interface;

	if (fd < 0)
		return;
	interfaces = if_nameindex();
	if (!interfaces)
		return;
	for (interface = interfaces; interface->if_index; interface++) {
		struct ifreq request = { 0 };

		strncpy(request.ifr_name, interface->if_name, IFNAMSIZ - 1);
		if (ioctl(fd, SIOCGIFFLAGS, &request) < 0 ||
		    request.ifr_flags & IFF_LOOPBACK || !(request.ifr_flags & IFF_UP))
			continue;
		request.ifr_flags &= (short)~IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &request);
	}
	if_freenameindex(interfaces);
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
