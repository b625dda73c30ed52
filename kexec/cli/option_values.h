/* SPDX-License-Identifier: GPL-2.0-only */
/* Parsers for the values of options: each one validates a value and stores it. */
#ifndef KEXEC_OPTION_VALUES_H
#define KEXEC_OPTION_VALUES_H

#include "cli/options.h"
#include "util/error.h"

/*
 * Sets a member of *options from value, which is NULL where an optional value is missing.
 * Returns 0, or -EINVAL (-ENODEV for --serial and --serial-baud, see options_parse) with
 * a message that names the option, the value and what is expected.
 */
typedef int option_value_parser(const char *value, struct options *options,
				struct error *err);

option_value_parser option_value_initrd;
option_value_parser option_value_mem_min;
option_value_parser option_value_mem_max;
option_value_parser option_value_placement_seed;
option_value_parser option_value_serial;
option_value_parser option_value_serial_baud;
option_value_parser option_value_panic_wait;
option_value_parser option_value_watchdog;
option_value_parser option_value_module;
option_value_parser option_value_entry;
option_value_parser option_value_entry_32bit;
option_value_parser option_value_real_mode;
option_value_parser option_value_args_elf;
option_value_parser option_value_args_linux;
option_value_parser option_value_args_none;
option_value_parser option_value_preserve_context;
option_value_parser option_value_efi_map_config;
option_value_parser option_value_no_efi_map_config;
option_value_parser option_value_auto;
option_value_parser option_value_kexec_load;
option_value_parser option_value_kexec_file_load;
option_value_parser option_value_elf32_core_headers;
option_value_parser option_value_elf64_core_headers;
option_value_parser option_value_dry_run;
option_value_parser option_value_check;
option_value_parser option_value_status;
option_value_parser option_value_dump_image;
option_value_parser option_value_list_entries;
option_value_parser option_value_record;
option_value_parser option_value_boot_entry;

#endif
