// SPDX-License-Identifier: GPL-2.0-only
/* The shared libraries that only some uses of kexec need, loaded at their first use. */
#include "util/library.h"

#ifdef HAVE_DLOPEN
#include <dlfcn.h>
#include <errno.h>

#include "util/library_internal.h"

/* Not in this build: configured without. */
#ifndef LIBLZMA_SONAME
#define LIBLZMA_SONAME NULL
#endif
#ifndef LIBZSTD_SONAME
#define LIBZSTD_SONAME NULL
#endif
#ifndef EFIVAR_SONAME
#define EFIVAR_SONAME NULL
#endif
#ifndef LIBXENCTRL_SONAME
#define LIBXENCTRL_SONAME NULL
#endif

/*
 * Each version of Xen has its own name of libxenctrl, and the distribution's version may
 * be another one than that at build time. The functions that kexec calls have been the
 * same since Xen 4.8.
 */
static const char *const xenctrl_sonames[] = {
	"libxenctrl.so.4.22",
	"libxenctrl.so.4.21",
	"libxenctrl.so.4.20",
	"libxenctrl.so.4.19",
	"libxenctrl.so.4.18",
	"libxenctrl.so.4.17",
	"libxenctrl.so.4.16",
	"libxenctrl.so.4.15",
	"libxenctrl.so.4.14",
	"libxenctrl.so.4.13",
	"libxenctrl.so.4.12",
	"libxenctrl.so.4.11",
	NULL,
};

static const struct {
	const char *soname;
	const char *const *others; /* names that are tried after it, or NULL */
	const char *package;	   /* Debian's package, without the number at its end */
	const char *purpose;
} libraries[LIBRARY_COUNT] = {
	[LIBRARY_ELF] = { LIBELF_SONAME, NULL, "libelf",
			  "reading and writing ELF files" },
	[LIBRARY_ZLIB] = { ZLIB_SONAME, NULL, "zlib",
			   "files compressed with gzip and checksums of EFI tables" },
	[LIBRARY_LZMA] = { LIBLZMA_SONAME, NULL, "liblzma",
			   "files compressed with xz or lzma" },
	[LIBRARY_ZSTD] = { LIBZSTD_SONAME, NULL, "libzstd",
			   "files compressed with zstd" },
	[LIBRARY_JSON] = { JSON_SONAME, NULL, "libjson-c", "output as JSON" },
	[LIBRARY_EFIVAR] = { EFIVAR_SONAME, NULL, "libefivar",
			     "EFI variables and GUIDs" },
	[LIBRARY_XENCTRL] = { LIBXENCTRL_SONAME, xenctrl_sonames, "libxenmisc",
			      "kexec in the dom0 of a Xen hypervisor" },
};

/*
 * The handle is not kept: a library that is loaded stays until the program ends, and
 * dlopen only counts it again.
 */
void *library_function(enum library library, const char *name)
{
	const char *soname = libraries[library].soname;
	const char *const *other = libraries[library].others;
	void *handle = soname ? dlopen(soname, RTLD_LAZY | RTLD_LOCAL) : NULL;

	for (; soname && !handle && other && *other; other++)
		handle = dlopen(*other, RTLD_LAZY | RTLD_LOCAL);
	return handle ? dlsym(handle, name) : NULL;
}

int library_need(enum library library, struct error *err)
{
	const char *const *name;

	for (name = library_functions[library]; *name; name++)
		if (!library_function(library, *name))
			return error_set(err, ELIBACC,
					 "the library %s is needed for %s, but is "
					 "missing or too old; install %s",
					 libraries[library].soname,
					 libraries[library].purpose,
					 libraries[library].package);
	return 0;
}

/*
 * "ELF dlopen metadata" (uapi-group.org): tells packaging tools and initramfs generators
 * which libraries are loaded at run time. Each is a note of the owner "FDO" whose text is
 * JSON.
 */
#define DLOPEN_NOTE(soname, feature, description, priority)                              \
	__asm__(".pushsection .note.dlopen, \"a\", %note\n"                              \
		".balign 4\n"                                                            \
		".long 4, 2f - 1f, 0x407c0c0a\n"                                         \
		".asciz \"FDO\"\n"                                                       \
		"1: .asciz \"[{\\\"feature\\\":\\\"" feature                             \
		"\\\",\\\"description\\\":\\\"" description                              \
		"\\\",\\\"priority\\\":\\\"" priority "\\\",\\\"soname\\\":[\\\"" soname \
		"\\\"]}]\"\n"                                                            \
		"2: .balign 4\n"                                                         \
		".popsection\n")

DLOPEN_NOTE(LIBELF_SONAME, "elf", "crash kernels and ELF kernels", "required");
DLOPEN_NOTE(ZLIB_SONAME, "gzip", "gzip and checksums of EFI tables", "recommended");
DLOPEN_NOTE(JSON_SONAME, "json", "output as JSON", "suggested");
#ifdef HAVE_LIBLZMA
DLOPEN_NOTE(LIBLZMA_SONAME, "lzma", "kernels compressed with xz or lzma", "suggested");
#endif
#ifdef HAVE_LIBZSTD
DLOPEN_NOTE(LIBZSTD_SONAME, "zstd", "kernels compressed with zstd", "recommended");
#endif
#ifdef HAVE_EFIVAR
DLOPEN_NOTE(EFIVAR_SONAME, "efivar", "names of EFI tables, Secure Boot", "suggested");
#endif
#ifdef HAVE_LIBXENCTRL
DLOPEN_NOTE(LIBXENCTRL_SONAME, "xen", "kexec in the dom0 of a Xen hypervisor",
	    "suggested");
#endif

#else /* !HAVE_DLOPEN: the program cannot start without them */

int library_need(enum library library, struct error *err)
{
	(void)library;
	(void)err;
	return 0;
}

#endif
