/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private bytes in what firmware and boot loader have left: serial numbers, licence keys,
 * passwords and hardware addresses. They become zeros (in texts 'x'): all lengths stay.
 * Where a checksum covers them, it is changed by as much: data that was intact is intact
 * afterwards, and damaged data stays damaged.
 */
#ifndef KEXEC_PRIVATE_BYTES_H
#define KEXEC_PRIVATE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/strings.h"

/* These add a text for each thing that they replace to found. 0 or -ENOMEM. */

/*
 * boot_params: the serial numbers of a monitor (VESA E-EDID 1.4, 3.4 and 3.10.3), and of
 * disks what their BIOS said of them (EDD 3.0: device paths) and their signatures.
 */
__must_check int private_boot_params(uint8_t *data, size_t size,
				     struct string_list *found);

/*
 * A node of setup_data: all of it, unless it is of a type that holds addresses only. The
 * ROM of a PCI device keeps its first bytes, which name the device. With all only what
 * may seed the random number generator: a secret of the running kernel.
 */
__must_check int private_setup_data(uint32_t type, uint8_t *data, size_t size, bool all,
				    struct string_list *found);

/*
 * An ACPI table: all but the header of tables that are not in the ACPI specification's
 * list or that hold licences or passwords (MSDM, SLIC, iBFT and others); serial numbers
 * of memory modules (NFIT); addresses of network adapters that docks take (AUXMAC).
 */
__must_check int private_acpi(uint8_t *data, size_t size, struct string_list *found);

/*
 * The structure table of SMBIOS (SMBIOS 3.6, 6.1): serial numbers, asset tags, UUID, OEM
 * strings, structures of vendors. If it is damaged, all of it from there on.
 */
__must_check int private_smbios(uint8_t *data, size_t size, struct string_list *found);

#endif
