// SPDX-License-Identifier: GPL-2.0-only
/* Whether Secure Boot is on, read with libefivar. */
#include "load/secure_boot.h"

#include <stdint.h>

#ifdef HAVE_EFIVAR
#include <efivar/efivar.h>

#include "util/library.h"

static int read_variable(uint8_t *value)
{
	_cleanup_free_ uint8_t *data = NULL;
	efi_guid_t global = EFI_GLOBAL_GUID;
	uint32_t attributes;
	size_t size;

	if (library_need(LIBRARY_EFIVAR, NULL) < 0 || !efi_variables_supported() ||
	    efi_get_variable(global, "SecureBoot", &data, &size, &attributes) < 0 ||
	    size != 1)
		return -1;
	*value = data[0];
	return 0;
}
#else
static int read_variable(uint8_t *value)
{
	(void)value;
	return -1;
}
#endif

const char *secure_boot_description(void)
{
	uint8_t value;

	if (read_variable(&value) < 0)
		return "";
	return value ? ", Secure Boot is on" : ", Secure Boot is off";
}
