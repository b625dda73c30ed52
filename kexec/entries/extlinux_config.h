/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a configuration of SYSLINUX, EXTLINUX or U-Boot's "extlinux" boot method:
 * lines of a keyword and a value (wiki.syslinux.org, "Config" and "Menu"; U-Boot,
 * doc/develop/distro.rst).
 */
#ifndef KEXEC_EXTLINUX_CONFIG_H
#define KEXEC_EXTLINUX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

/* LABEL and the lines up to the next one. All texts are owned, or NULL. */
struct extlinux_label {
	char *name;
	char *title;  /* MENU LABEL, without the mark of the hot key */
	char *source; /* the file that it is in, below the root */
	char *kernel; /* LINUX or KERNEL, as it is written */
	bool by_name; /* KERNEL: its name may show that it is not Linux */
	char *append; /* APPEND; NULL: that of the whole configuration */
	struct string_list initrds;
	char *other;	   /* the keyword of something that is not a kernel */
	char *device_tree; /* FDT and its other names */
	bool is_menu_default;
};

struct extlinux_config {
	struct extlinux_label *labels;
	size_t count;
	char *append;		    /* for labels without their own */
	char *default_label;	    /* DEFAULT */
	char *timeout_label;	    /* ONTIMEOUT */
	struct string_list missing; /* files that INCLUDE names and that cannot be read */
};

/*
 * Reads the file at path below the root, and the files that it includes. Returns -ELOOP
 * if they include each other too deep, -EFBIG for too many labels, -ENOMEM, and the
 * errors of reading the first file. *config: { 0 }; extlinux_config_clear frees it, also
 * after an error.
 */
__must_check int extlinux_config_read(const struct root *root, const char *path,
				      struct extlinux_config *config, struct error *err);

/* Frees everything and sets *config to { 0 }. */
void extlinux_config_clear(struct extlinux_config *config);

#define _cleanup_extlinux_config_ _cleanup_(extlinux_config_clear)

/*
 * Sets *path to a file that the configuration in the file source (below the root) names:
 * relative to the directory of source, or from the root if name begins with a slash. The
 * result has no "." and "..". NULL if ".." leads out of the root. -ENOMEM.
 */
__must_check int extlinux_path(const char *source, const char *name, char **path,
			       struct error *err);

#endif
