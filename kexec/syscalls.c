// SPDX-License-Identifier: GPL-2.0-only
/* What changes something: kexec_load, reboot, interfaces, shutdown; and what each errno means. */
#include "syscalls.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

/* True unless this process certainly lacks CAP_SYS_BOOT. */
static bool may_have_cap_sys_boot(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	return data[CAP_TO_INDEX(CAP_SYS_BOOT)].effective & CAP_TO_MASK(CAP_SYS_BOOT);
}

/*
 * EPERM of kexec_load has four causes. The kernel tests them in this order: capability
 * and sysctl, then security modules, lockdown among them (kernel/kexec.c,
 * kexec_load_check).
 */
static int explain_permission(const struct root *root, int number, struct error *err)
{
	_cleanup_free_ char *level = NULL;
	const char *reason = strerror(number);
	uint64_t disabled;

	if (!may_have_cap_sys_boot())
		return error_set(err, number,
				 "kexec_load: %s: CAP_SYS_BOOT is missing; run kexec as "
				 "root",
				 reason);
	if (!root_read_u64(root, "proc/sys/kernel/kexec_load_disabled", &disabled,
			   NULL) &&
	    disabled)
		return error_set(err, number,
				 "kexec_load: %s: the sysctl kernel.kexec_load_disabled "
				 "is set, and stays so until the next boot",
				 reason);
	level = machine_read_lockdown(root);
	if (level && strcmp(level, "none") != 0)
		return error_set(err, number,
				 "kexec_load: %s: the running kernel is locked down "
				 "(lockdown=%s, as under Secure Boot), which rules out "
				 "kexec_load; kexec_file_load with a signed kernel works "
				 "(kexec-tools: kexec -s)",
				 reason, level);
	return error_set(err, number,
			 "kexec_load: %s: this process is in a container, or a security "
			 "module or system call filter forbids it; dmesg may say more",
			 reason);
}

/* The segments as lines of text: what the kernel refused to take. */
static char *describe_segments(const struct image *image)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		fprintf(stream,
			"\n  [0x%" PRIx64 ", 0x%" PRIx64 ") %s, %" PRIu64 " bytes",
			segment->start, segment->end, segment->name, segment->data_size);
	}
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

/* The errnos of kexec_load that mean the same for loading and for unloading. */
static int explain_common(const struct root *root, int number, struct error *err)
{
	switch (number) {
	case EPERM:
	case EACCES:
		return explain_permission(root, number, err);
	case EBUSY:
		return error_set(err, number,
				 "kexec_load: %s: another program is loading or starting "
				 "a kernel at this moment; try again",
				 strerror(number));
	case ENOSYS:
		return error_set(err, number,
				 "kexec_load: %s: the running kernel is built without "
				 "CONFIG_KEXEC, or a system call filter hides it",
				 strerror(number));
	}
	return error_set(err, number, "kexec_load: %s", strerror(number));
}

static int explain_load(const struct image *image, const struct root *root, int number,
			struct error *err)
{
	_cleanup_free_ char *segments = NULL;
	const char *cause;

	switch (number) {
	case EADDRNOTAVAIL:
		cause = "a segment lies where the running kernel lets nothing be loaded; "
			"--mem-min and --mem-max move them";
		break;
	case EINVAL:
		cause = "the running kernel does not take these segments; they may fill "
			"over half of its memory, or it is no x86_64 kernel";
		break;
	case ENOMEM:
		cause = "the running kernel has not enough free memory to keep a copy of "
			"the segments until it starts the next one; free some, or use a "
			"smaller initrd";
		break;
	case EFAULT:
		cause = "a file could not be read to its end; it became shorter, or its "
			"disk fails";
		break;
	default:
		return explain_common(root, number, err);
	}
	segments = describe_segments(image);
	return error_set(err, number, "kexec_load: %s: %s%s%s", strerror(number), cause,
			 segments ? "; the segments are" : "", segments ? segments : "");
}

/* Since Linux 6.5; older headers do not have it. */
#ifndef KEXEC_UPDATE_ELFCOREHDR
#define KEXEC_UPDATE_ELFCOREHDR 0x00000004
#endif

static int kexec_load(uint64_t entry, size_t count, const struct kexec_segment *segments,
		      unsigned long flags)
{
	long rc = syscall(SYS_kexec_load, (unsigned long)entry, (unsigned long)count,
			  segments, flags | KEXEC_ARCH_X86_64);

	return rc < 0 ? -errno : 0;
}

int kexec_load_image(const struct image *image, const struct root *root,
		     struct error *err)
{
	struct kexec_segment segments[IMAGE_SEGMENTS_MAX];
	unsigned long flags = image->on_crash ? KEXEC_ON_CRASH : 0;
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
	if (image->update_elfcorehdr)
		flags |= KEXEC_UPDATE_ELFCOREHDR;
	rc = kexec_load(image->entry, image->segment_count, segments, flags);
	return rc < 0 ? explain_load(image, root, -rc, err) : 0;
}

int kexec_unload(bool crash, const struct root *root, struct error *err)
{
	/* No segments: the kernel drops what it holds (kexec_load(2)). */
	int rc = kexec_load(0, 0, NULL, crash ? KEXEC_ON_CRASH : 0);

	return rc < 0 ? explain_common(root, -rc, err) : 0;
}

int kexec_reboot(struct error *err)
{
	const char *cause = "";

	if (reboot(RB_KEXEC) >= 0)
		errno = EIO;
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
	/* Any socket will do for these requests; this kind is in every kernel. */
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
	/* Where kexec-tools looks, in its order. */
	static const char *const paths[] = { "/sbin/shutdown", "/etc/shutdown",
					     "/bin/shutdown" };
	size_t i;
	int number = ENOENT;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		execl(paths[i], "shutdown", "-r", "now", (char *)NULL);
		/* A program that is there but does not start explains more. */
		if (errno != ENOENT)
			number = errno;
	}
	return error_set(err, number,
			 "cannot run shutdown -r now from /sbin, /etc or /bin: %s; the "
			 "kernel is loaded, kexec -e starts it",
			 strerror(number));
}
