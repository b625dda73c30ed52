// SPDX-License-Identifier: GPL-2.0-only
/* Parsers for the values of options: numbers, names, ports. */
#include "cli/option_values.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "util/strings.h"

/* A 16550 UART divides this rate by its divisor to get the baud rate. */
#define UART_BASE_BAUD 115200u

/* A 16550 UART has eight registers, which must fit below port 0x10000. */
#define UART_PORT_MAX 0xfff8u

int option_value_initrd(const char *value, struct options *options, struct error *err)
{
	if (options->initrd_count == INITRDS_MAX)
		return error_set(err, EINVAL, "--initrd=%s: %u initrds are the limit",
				 value, INITRDS_MAX);
	options->initrds[options->initrd_count++] = value;
	return 0;
}

int option_value_module(const char *value, struct options *options, struct error *err)
{
	if (!*value || *value == ' ')
		return error_set(err, EINVAL, "--module=%s: expected \"FILE ARGUMENTS\"",
				 value);
	if (options->module_count == MODULES_MAX)
		return error_set(err, EINVAL, "--module=%s: %u modules are the limit",
				 value, MODULES_MAX);
	options->modules[options->module_count++] = value;
	return 0;
}

static int parse_address(const char *option, const char *value, uint64_t *address,
			 struct error *err)
{
	int rc = parse_u64(value, address);

	if (rc == -ERANGE)
		return error_set(err, EINVAL,
				 "%s=%s: the number does not fit into 64 bits", option,
				 value);
	if (rc < 0)
		return error_set(err, EINVAL,
				 "%s=%s: expected a decimal address, or a hexadecimal "
				 "one with 0x before it, without a suffix",
				 option, value);
	return 0;
}

int option_value_mem_min(const char *value, struct options *options, struct error *err)
{
	return parse_address("--mem-min", value, &options->mem_min, err);
}

/*
 * As in kexec-tools, --mem-max is the last byte that may be used; struct options has the
 * end behind it. The highest possible address wraps to 0, which also means "no limit".
 */
int option_value_mem_max(const char *value, struct options *options, struct error *err)
{
	uint64_t last;
	int rc = parse_address("--mem-max", value, &last, err);

	if (rc < 0)
		return rc;
	options->mem_max = last + 1;
	return 0;
}

int option_value_placement_seed(const char *value, struct options *options,
				struct error *err)
{
	options->has_placement_seed = true;
	return parse_address("--placement-seed", value, &options->placement_seed, err);
}

int option_value_entry(const char *value, struct options *options, struct error *err)
{
	return parse_address("--entry", value, &options->entry, err);
}

int option_value_serial(const char *value, struct options *options, struct error *err)
{
	static const struct {
		const char *name;
		uint16_t port;
	} ports[] = {
		{ "ttyS0", 0x3f8 },
		{ "ttyS1", 0x2f8 },
		{ "ttyS2", 0x3e8 },
		{ "ttyS3", 0x2e8 },
	};
	uint64_t port;
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		if (!strcmp(value, ports[i].name)) {
			options->serial_port = ports[i].port;
			return 0;
		}
	}
	if (!starts_with(value, "0x") || parse_u64(value, &port) < 0 || !port ||
	    port > UART_PORT_MAX)
		return error_set(err, ENODEV,
				 "--serial=%s: expected ttyS0, ttyS1, ttyS2, ttyS3 or an "
				 "I/O port from 0x1 to 0x%x",
				 value, UART_PORT_MAX);
	options->serial_port = (uint16_t)port;
	return 0;
}

int option_value_serial_baud(const char *value, struct options *options,
			     struct error *err)
{
	uint64_t baud;

	if (parse_u64(value, &baud) < 0 || baud < 9600 || baud > UART_BASE_BAUD ||
	    UART_BASE_BAUD % baud)
		return error_set(err, ENODEV,
				 "--serial-baud=%s: expected 9600, 19200, 38400, 57600, "
				 "115200 or another speed between them that divides %u",
				 value, UART_BASE_BAUD);
	options->serial_divisor = (uint16_t)(UART_BASE_BAUD / baud);
	return 0;
}

int option_value_panic_wait(const char *value, struct options *options, struct error *err)
{
	uint64_t seconds;

	if (parse_u64(value, &seconds) < 0 || seconds > PANIC_WAIT_MAX)
		return error_set(err, EINVAL,
				 "--panic-wait=%s: expected seconds from 0 to %u", value,
				 PANIC_WAIT_MAX);
	options->has_panic_wait = true;
	options->panic_wait = (uint32_t)seconds;
	return 0;
}

int option_value_watchdog(const char *value, struct options *options, struct error *err)
{
	uint64_t seconds;

	if (parse_u64(value, &seconds) < 0 || !seconds || seconds > WATCHDOG_SECONDS_MAX)
		return error_set(err, EINVAL,
				 "--watchdog=%s: expected seconds from 1 to %u", value,
				 WATCHDOG_SECONDS_MAX);
	options->watchdog = (uint32_t)seconds;
	return 0;
}

int option_value_efi_map_config(const char *value, struct options *options,
				struct error *err)
{
	if (!value || !strcmp(value, "in-place")) {
		options->efi_map_config = EFI_MAP_CONFIG_IN_PLACE;
		return 0;
	}
	if (!strcmp(value, "copy")) {
		options->efi_map_config = EFI_MAP_CONFIG_COPY;
		return 0;
	}
	if (!strcmp(value, "required")) {
		options->efi_map_config = EFI_MAP_CONFIG_REQUIRED;
		return 0;
	}
	return error_set(err, EINVAL,
			 "--efi-map-config=%s: expected in-place, copy or required",
			 value);
}

/* For options without a value: sets a member of struct options to a constant. */
#define SETTER(name, member, setting)                                       \
	int option_value_##name(const char *value, struct options *options, \
				struct error *err)                          \
	{                                                                   \
		(void)value;                                                \
		(void)err;                                                  \
		options->member = setting;                                  \
		return 0;                                                   \
	}

SETTER(no_efi_map_config, efi_map_config, EFI_MAP_CONFIG_OFF)
SETTER(auto, load_syscall, LOAD_SYSCALL_AUTO)
SETTER(kexec_load, load_syscall, LOAD_SYSCALL_KEXEC_LOAD)
SETTER(kexec_file_load, load_syscall, LOAD_SYSCALL_KEXEC_FILE_LOAD)
SETTER(elf32_core_headers, elf32_core_headers, true)
SETTER(elf64_core_headers, elf32_core_headers, false)
SETTER(entry_32bit, kernel_entry, KERNEL_ENTRY_32BIT)
SETTER(real_mode, kernel_entry, KERNEL_ENTRY_REAL_MODE)
SETTER(args_elf, elf_arguments, ELF_ARGUMENTS_NOTES)
SETTER(args_linux, elf_arguments, ELF_ARGUMENTS_LINUX)
SETTER(args_none, elf_arguments, ELF_ARGUMENTS_NONE)

int option_value_preserve_context(const char *value, struct options *options,
				  struct error *err)
{
	(void)value;
	(void)err;
	options->preserve_context = true;
	if (options->action == ACTION_LOAD_AND_SHUTDOWN)
		options->action = ACTION_LOAD;
	return 0;
}

int option_value_dry_run(const char *value, struct options *options, struct error *err)
{
	if (!value || !strcmp(value, "text"))
		options->dry_run = DRY_RUN_TEXT;
	else if (!strcmp(value, "json"))
		options->dry_run = DRY_RUN_JSON;
	else if (!strcmp(value, "svg"))
		options->dry_run = DRY_RUN_SVG;
	else
		return error_set(err, EINVAL, "--dry-run=%s: expected text, json or svg",
				 value);
	return 0;
}

/* -S wins over all other actions. */
int option_value_list_entries(const char *value, struct options *options,
			      struct error *err)
{
	if (value && strcmp(value, "text") && strcmp(value, "json"))
		return error_set(err, EINVAL, "--list-entries=%s: expected text or json",
				 value);
	options->list_entries_json = value && !strcmp(value, "json");
	if (options->action != ACTION_STATUS)
		options->action = ACTION_LIST_ENTRIES;
	return 0;
}

int option_value_boot_entry(const char *value, struct options *options, struct error *err)
{
	if (value && !*value)
		return error_set(err, EINVAL,
				 "--boot-entry= needs the ID of an entry; --list-entries "
				 "shows them");
	options->boot_entry = true;
	options->boot_entry_id = value;
	return 0;
}

/* Sets one word of --check's value, of length bytes. -EINVAL for an unknown word. */
static int set_check_word(const char *word, size_t length, struct options *options)
{
	static const struct {
		const char *name;
		bool sets_after, after, sets_json, json;
	} words[] = {
		{ "before", true, false, false, false },
		{ "after", true, true, false, false },
		{ "text", false, false, true, false },
		{ "json", false, false, true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) != length ||
		    strncmp(words[i].name, word, length))
			continue;
		if (words[i].sets_after)
			options->check_after = words[i].after;
		if (words[i].sets_json)
			options->check_json = words[i].json;
		return 0;
	}
	return -EINVAL;
}

/* The value may have several words, joined by commas: "after,json". */
int option_value_check(const char *value, struct options *options, struct error *err)
{
	const char *word = value;

	options->check = true;
	while (word) {
		size_t length = strcspn(word, ",");

		if (set_check_word(word, length, options) < 0)
			return error_set(err, EINVAL,
					 "--check=%s: expected before, after, text or "
					 "json, or two of them joined by a comma",
					 value);
		word = word[length] ? word + length + 1 : NULL;
	}
	return 0;
}

int option_value_status(const char *value, struct options *options, struct error *err)
{
	if (!strcmp(value, "text"))
		options->status_output = STATUS_OUTPUT_TEXT;
	else if (!strcmp(value, "json"))
		options->status_output = STATUS_OUTPUT_JSON;
	else
		return error_set(err, EINVAL, "--status=%s: expected text or json",
				 value);
	return 0;
}

int option_value_dump_image(const char *value, struct options *options, struct error *err)
{
	if (!*value)
		return error_set(err, EINVAL,
				 "--dump-image= needs the name of a directory");
	options->dump_image = value;
	return 0;
}

int option_value_record(const char *value, struct options *options, struct error *err)
{
	(void)err;
	/* Another action stays, and action_require_allowed refuses the two. */
	if (options->action == ACTION_LOAD_AND_SHUTDOWN)
		options->action = ACTION_RECORD;
	options->record = value;
	return 0;
}
