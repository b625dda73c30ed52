// SPDX-License-Identifier: GPL-2.0-only
/* The errnos of the kexec system calls: their cause, and what to do about it. */
#include "load/syscall_errors.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "load/secure_boot.h"
#include "machine/machine.h"

/* The parts of messages that differ between the system calls. */
struct call_terms {
	const char *option;	 /* the kernel option that it is built with */
	const char *locked_down; /* the consequence of lockdown */
	const char *appraisal;	 /* the consequence of an appraising policy of IMA */
};

static const struct call_terms load_terms = {
	"CONFIG_KEXEC",
	"which rules out kexec_load; kexec_file_load with a signed kernel works (-s)",
	"IMA's policy appraises kernels, and kexec_load does not show it the file; "
	"kexec_file_load with a signed kernel works (-s)",
};

static const struct call_terms file_load_terms = {
	"CONFIG_KEXEC_FILE",
	"so the kernel must be signed with a key that the running kernel trusts",
	"IMA's policy requires a signature of the kernel file or the initrd that it does "
	"not find or does not trust (security.ima; evmctl ima_sign makes one)",
};

/*
 * The kernel tests in this order: capability and sysctl, then lockdown and the other
 * security modules (kexec_load_check() in kernel/kexec.c; kernel/kexec_file.c).
 */
static enum refusal_cause find_permission_cause(const struct load_permission *permission,
						int number)
{
	if (permission->capability_missing)
		return REFUSAL_CAPABILITY;
	if (permission->disabled)
		return REFUSAL_DISABLED;
	if (machine_is_locked_down(permission->lockdown))
		return REFUSAL_LOCKDOWN;
	if (number == EACCES && permission->has_ima)
		return REFUSAL_APPRAISAL;
	return REFUSAL_POLICY;
}

enum refusal_cause refusal_find_cause(const struct load_permission *permission,
				      int number)
{
	switch (number) {
	case EPERM:
	case EACCES:
		return find_permission_cause(permission, number);
	case EBUSY:
		return REFUSAL_BUSY;
	case ENOSYS:
		/* A running kernel that has the call wants the capability, too. */
		return permission->capability_missing ? REFUSAL_CAPABILITY
						      : REFUSAL_NOT_BUILT;
	case EOPNOTSUPP:
		return REFUSAL_MACHINE;
	}
	return REFUSAL_OTHER;
}

/* Explains the causes that do not depend on the image or file. */
static int explain_cause(const struct call_terms *terms,
			 const struct load_permission *permission, int number,
			 struct error *err)
{
	bool locked = machine_is_locked_down(permission->lockdown);
	const char *reason = strerror(number);

	switch (refusal_find_cause(permission, number)) {
	case REFUSAL_CAPABILITY:
		if (number == ENOSYS)
			return error_set(
				err, number,
				"CAP_SYS_BOOT is missing; run kexec as root "
				"(even then it may fail: the running kernel is "
				"built without %s, or a system call filter hides "
				"it)",
				terms->option);
		return error_set(err, number,
				 "%s: CAP_SYS_BOOT is missing; run kexec as root",
				 reason);
	case REFUSAL_DISABLED:
		return error_set(err, number,
				 "%s: the sysctl kernel.kexec_load_disabled is set, "
				 "and stays so until the next boot",
				 reason);
	case REFUSAL_LOCKDOWN:
		return error_set(err, number,
				 "%s: the running kernel is locked down (lockdown=%s%s), "
				 "%s",
				 reason, permission->lockdown, secure_boot_description(),
				 terms->locked_down);
	case REFUSAL_APPRAISAL:
		return error_set(err, number, "%s: %s", reason, terms->appraisal);
	case REFUSAL_MACHINE:
		return error_set(err, number,
				 "%s: the running kernel does not support kexec on this "
				 "machine, as on some with Intel TDX; reboot through the "
				 "firmware",
				 reason);
	case REFUSAL_POLICY:
		return error_set(err, number,
				 "%s: this process is in a container, or a security "
				 "module or system call filter forbids it; dmesg may say "
				 "more",
				 reason);
	case REFUSAL_BUSY:
		return error_set(err, number,
				 "%s: another program is loading or starting a kernel; "
				 "try again",
				 reason);
	case REFUSAL_NOT_BUILT:
		return error_set(err, number,
				 "%s: the running kernel is built without %s, or a "
				 "system call filter hides it%s",
				 reason, terms->option,
				 terms == &file_load_terms && locked
					 ? "; kexec_load is ruled out, as the running "
					   "kernel is locked down"
					 : "");
	case REFUSAL_OTHER:
		break;
	}
	return error_set(err, number, "%s", reason);
}

/* The segments that the kernel refused, a line each. */
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

int explain_kexec_unload(const struct load_permission *permission, int number,
			 struct error *err)
{
	return explain_cause(&load_terms, permission, number, err);
}

int explain_kexec_file_unload(const struct load_permission *permission, int number,
			      struct error *err)
{
	return explain_cause(&file_load_terms, permission, number, err);
}

/*
 * Returns why the running kernel refuses an image, or NULL if the errno is not about the
 * image (kernel/kexec.c).
 */
static const char *image_cause(const struct image *image, int number)
{
	switch (number) {
	case EADDRNOTAVAIL:
		return "a segment lies in memory where the running kernel does not allow "
		       "one; --mem-min and --mem-max move them";
	case EINVAL:
		/* Kernels without CONFIG_KEXEC_JUMP reject the flag. */
		if (image->purpose == IMAGE_JUMP)
			return "the running kernel cannot be returned to: it is built "
			       "without CONFIG_KEXEC_JUMP; or the segments fill over "
			       "half of its memory";
		return "the running kernel rejects these segments; they may fill "
		       "over half of its memory, or it is not an x86_64 kernel";
	case ENOMEM:
		return "the running kernel has not enough free memory to keep a copy of "
		       "the segments until it starts the next one; free some, or use a "
		       "smaller initrd";
	case EFAULT:
		return "a file could not be read to its end; it became shorter, or its "
		       "disk fails";
	}
	return NULL;
}

int explain_kexec_load(const struct image *image,
		       const struct load_permission *permission, int number,
		       struct error *err)
{
	_cleanup_free_ char *segments = NULL;
	const char *cause = image_cause(image, number);

	if (!cause)
		return explain_kexec_unload(permission, number, err);
	segments = describe_segments(image);
	return error_set(err, number, "%s: %s%s%s", strerror(number), cause,
			 segments ? "; the segments are" : "", segments ? segments : "");
}

/*
 * Returns why the running kernel refuses a kernel file, or NULL if the errno is not about
 * the file (kernel/kexec_file.c).
 */
static const char *file_cause(int number)
{
	switch (number) {
	case ENOEXEC:
		return "the running kernel does not accept files of this type; "
		       "kexec_load (-c) supports more types";
	case EINVAL:
		return "the running kernel rejects this file or one of the options for "
		       "it";
	case EADDRNOTAVAIL:
		return "the running kernel finds no room for it; for a crash kernel "
		       "more memory must be reserved with crashkernel=";
	case ENOMEM:
		return "the running kernel has not enough free memory for it";
	case EKEYREJECTED:
		/* Also a wrong digest (verify_pefile_signature(), pefile_digest_pe()). */
		return "its signature is rejected: the file was modified after it was "
		       "signed (\"Digest mismatch\" in dmesg), or its key is revoked or "
		       "not one that the running kernel trusts; use an unmodified "
		       "kernel of your distribution, or enrol the key";
	case ENOKEY:
		return "it is signed with a key that the running kernel does not "
		       "trust; use a kernel of your distribution, or enrol the key";
	case ENODATA:
	case EBADMSG:
		return "it has no valid signature, and the running kernel requires one";
	}
	return NULL;
}

static bool is_about_signature(int number)
{
	return number == ENOKEY || number == EKEYREJECTED || number == ENODATA ||
	       number == EBADMSG;
}

/* kexec_load does not check signatures; only lockdown forbids it for that reason. */
int explain_kexec_file_load(const struct load_permission *permission, int number,
			    struct error *err)
{
	const char *cause = file_cause(number);
	bool unsigned_works = is_about_signature(number) &&
			      !machine_is_locked_down(permission->lockdown);

	if (!cause)
		return explain_kexec_file_unload(permission, number, err);
	return error_set(err, number, "%s: %s%s", strerror(number), cause,
			 unsigned_works ? "; -c loads it without a check" : "");
}
