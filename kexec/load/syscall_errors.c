// SPDX-License-Identifier: GPL-2.0-only
/* What an errno of the kexec system calls means here, and what to do about it. */
#include "load/syscall_errors.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>

#include "load/secure_boot.h"
#include "machine/machine.h"

bool may_have_cap_sys_boot(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	return data[CAP_TO_INDEX(CAP_SYS_BOOT)].effective & CAP_TO_MASK(CAP_SYS_BOOT);
}

/* What kernel lockdown means for each call. */
static const char load_locked_down[] =
	"which rules out kexec_load; kexec_file_load with a signed kernel works (-s)";
static const char file_load_locked_down[] =
	"so the kernel must be signed with a key that the running kernel trusts";

/*
 * EPERM and EACCES have four causes. The kernel tests them in this order: capability and
 * sysctl, then security modules, lockdown among them (kernel/kexec.c, kexec_load_check;
 * kernel/kexec_file.c).
 */
static int explain_permission(const char *call, const char *locked_down,
			      const struct root *root, int number, struct error *err)
{
	_cleanup_free_ char *level = NULL;
	const char *reason = strerror(number);
	uint64_t disabled;

	if (!may_have_cap_sys_boot())
		return error_set(err, number,
				 "%s: %s: CAP_SYS_BOOT is missing; run kexec as root",
				 call, reason);
	if (!root_read_u64(root, "proc/sys/kernel/kexec_load_disabled", &disabled,
			   NULL) &&
	    disabled)
		return error_set(err, number,
				 "%s: %s: the sysctl kernel.kexec_load_disabled is set, "
				 "and stays so until the next boot",
				 call, reason);
	level = machine_read_lockdown(root);
	if (machine_is_locked_down(level))
		return error_set(err, number,
				 "%s: %s: the running kernel is locked down (lockdown=%s"
				 "%s), %s",
				 call, reason, level, secure_boot_description(root),
				 locked_down);
	return error_set(err, number,
			 "%s: %s: this process is in a container, or a security module "
			 "or system call filter forbids it; dmesg may say more",
			 call, reason);
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

/* The errnos of both calls that mean the same for loading and for unloading. */
static int explain_common(const char *call, const char *locked_down, const char *option,
			  const struct root *root, int number, struct error *err)
{
	switch (number) {
	case EPERM:
	case EACCES:
		return explain_permission(call, locked_down, root, number, err);
	case EBUSY:
		return error_set(err, number,
				 "%s: %s: another program is loading or starting a "
				 "kernel at this moment; try again",
				 call, strerror(number));
	case ENOSYS:
		return error_set(err, number,
				 "%s: %s: the running kernel is built without %s, or a "
				 "system call filter hides it",
				 call, strerror(number), option);
	}
	return error_set(err, number, "%s: %s", call, strerror(number));
}

int explain_kexec_unload(const struct root *root, int number, struct error *err)
{
	return explain_common("kexec_load", load_locked_down, "CONFIG_KEXEC", root,
			      number, err);
}

int explain_kexec_load(const struct image *image, const struct root *root, int number,
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
		/* Without it, Linux does not know the flag. */
		if (image->purpose == IMAGE_JUMP)
			cause = "the running kernel cannot be gone back to: it is built "
				"without CONFIG_KEXEC_JUMP; or the segments fill over "
				"half of its memory";
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
		return explain_kexec_unload(root, number, err);
	}
	segments = describe_segments(image);
	return error_set(err, number, "kexec_load: %s: %s%s%s", strerror(number), cause,
			 segments ? "; the segments are" : "", segments ? segments : "");
}

/* What the running kernel thinks of the kernel file (kernel/kexec_file.c). */
static const char *file_cause(int number)
{
	switch (number) {
	case ENOEXEC:
		return "the running kernel takes no files of this type; -c loads some "
		       "that it does not";
	case EINVAL:
		return "the running kernel does not take this file or one of the "
		       "options for it";
	case EADDRNOTAVAIL:
		return "the running kernel finds no place for it; for a crash kernel "
		       "more memory must be reserved with crashkernel=";
	case ENOMEM:
		return "the running kernel has not enough free memory for it";
	case ENOKEY:
	case EKEYREJECTED:
		return "its signature is by a key that the running kernel does not "
		       "trust; use a kernel of your distribution, or enrol the key";
	case ENODATA:
	case EBADMSG:
		return "it has no signature that can be checked, and the running kernel "
		       "asks for one";
	}
	return NULL;
}

int explain_kexec_file_load(const char *kernel, const struct root *root, int number,
			    struct error *err)
{
	const char *cause = kernel ? file_cause(number) : NULL;

	if (!cause)
		return explain_common("kexec_file_load", file_load_locked_down,
				      "CONFIG_KEXEC_FILE", root, number, err);
	return error_set(err, number, "kexec_file_load of %s: %s: %s", kernel,
			 strerror(number), cause);
}
