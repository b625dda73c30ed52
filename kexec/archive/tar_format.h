/* SPDX-License-Identifier: GPL-2.0-only */
/* The header block of POSIX.1-2017, pax, "ustar Interchange Format". */
#ifndef KEXEC_TAR_FORMAT_H
#define KEXEC_TAR_FORMAT_H

#define TAR_BLOCK 512u

/* Fields: offset and size in bytes. */
#define TAR_NAME	   0
#define TAR_NAME_SIZE	   100u
#define TAR_MODE	   100
#define TAR_USER	   108
#define TAR_GROUP	   116
#define TAR_OWNER_SIZE	   8u /* of mode, user and group each */
#define TAR_SIZE	   124
#define TAR_TIME	   136
#define TAR_NUMBER_SIZE	   12u /* of size and time each */
#define TAR_SUM		   148
#define TAR_SUM_SIZE	   8u
#define TAR_TYPE	   156
#define TAR_LINK	   157
#define TAR_LINK_SIZE	   100u
#define TAR_MAGIC	   257 /* "ustar", then a NUL or, of GNU tar, a blank */
#define TAR_VERSION	   263
#define TAR_PREFIX	   345 /* of the name; not in archives of GNU tar */
#define TAR_PREFIX_SIZE	   155u

#define TAR_TYPE_FILE	   '0'
#define TAR_TYPE_LINK	   '2' /* symbolic */
#define TAR_TYPE_DIRECTORY '5'

#endif
