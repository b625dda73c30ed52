// SPDX-License-Identifier: GPL-2.0-only
/* An empty initrd; empty_initrd.h says why it is needed. */
#include "files/empty_initrd.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "files/kernel_file_internal.h"
#include "util/io.h"

/*
 * The magic number, then 13 numbers of eight hexadecimal digits: inode, mode, user,
 * group, links (1), time, size, device and rdev in two parts each, length of the name
 * (11), checksum. The name's NUL and the padding are the zeros at the end of the array.
 */
/* clang-format off */
const uint8_t empty_initrd[EMPTY_INITRD_SIZE] =
	"070701"
	"00000000" "00000000" "00000000" "00000000" "00000001" "00000000" "00000000"
	"00000000" "00000000" "00000000" "00000000" "0000000b" "00000000"
	"TRAILER!!!";
/* clang-format on */

/* Purgatory withdraws the entry, so after a kexec it may be there and name nothing. */
static bool names_initrd(const struct efi_config_tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		if (tables->tables[i].kind == EFI_TABLE_INITRD &&
		    tables->tables[i].address != EFI_INVALID_TABLE_ADDRESS)
			return true;
	return false;
}

const char *empty_initrd_reason(const struct efi_facts *efi)
{
	/* The next kernel does not get the tables of 32-bit firmware. */
	if (!efi->booted || efi->word_bits == 32)
		return NULL;
	if (names_initrd(&efi->tables))
		return "the EFI config table array still names the initrd of the first boot";
	/*
	 * Most boot loaders leave that table. An archive that is not needed costs a page;
	 * a missing one lets the next kernel panic.
	 */
	if (efi->tables_unread)
		return "the EFI config table array cannot be read and may name the initrd "
		       "of the first boot";
	return NULL;
}

int empty_initrd_open(struct kernel_file *file, struct error *err)
{
	int rc;

	file->fd = -1;
	file->original_fd = -1;
	file->path = strdup("empty initrd");
	if (!file->path)
		return error_no_memory(err);
	file->fd = memory_file_create("kexec-empty-initrd");
	if (file->fd < 0)
		return error_set(err, -file->fd,
				 "cannot make an empty initrd in memory: %s",
				 strerror(-file->fd));
	rc = write_all(file->fd, empty_initrd, sizeof(empty_initrd));
	if (rc < 0)
		return error_set(err, -rc, "cannot make an empty initrd in memory: %s",
				 strerror(-rc));
	file->size = sizeof(empty_initrd);
	return kernel_file_map(file, "initrd", err);
}
