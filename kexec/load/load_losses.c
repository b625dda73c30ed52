// SPDX-License-Identifier: GPL-2.0-only
/*
 * Losses by the two system calls on this machine: the table, and how each row is known.
 */
#include "load/load_losses.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "efi/efi_tables.h"
#include "load/array_mapping.h"
#include "util/command_line.h"
#include "util/strings.h"

/* Larger than that of any kernel with its modules. */
#define KALLSYMS_MAX ((size_t)128 << 20)

const char *load_method_name(enum load_method method)
{
	static const char *const names[] = {
		[LOAD_METHOD_KEXEC_LOAD] = "kexec_load",
		[LOAD_METHOD_KEXEC_FILE_LOAD] = "kexec_file_load",
		[LOAD_METHOD_XEN] = "kexec_op",
	};

	return names[method];
}

/*
 * The functions of the rows set *text to a sentence if their row applies. They return 0
 * or -ENOMEM.
 */

static int set_text(char **text, const char *sentence)
{
	*text = strdup(sentence);
	return *text ? 0 : -ENOMEM;
}

/* Returns false if the next kernel gets no EFI data anyway. */
static bool hands_efi_on(const struct load_inputs *inputs)
{
	const struct options *options = &inputs->options;

	return (!options->noefi || efi_map_config_is_required(options->efi_map_config)) &&
	       root_exists(inputs->memory.root, "sys/firmware/efi");
}

/* Only a load by kexec_load has our purgatory, which maps the array. */
static int find_array(const struct load_inputs *inputs, char **text)
{
	const char *reason;
	bool mapped;

	if (!hands_efi_on(inputs))
		return 0;
	if (efi_map_config_is_required(inputs->options.efi_map_config) &&
	    inputs->options.efi_map_config != EFI_MAP_CONFIG_REQUIRED)
		return set_text(text,
				"--efi-map-config: with kexec_file_load the running "
				"kernel decides whether to map the EFI tables, and some "
				"kernels do not");
	if (array_mapping_find_here(&inputs->machine, &mapped, &reason) < 0)
		return -ENOMEM;
	if (mapped)
		return 0;
	if (asprintf(text,
		     "with kexec_file_load nothing is added to the running kernel's "
		     "memory map, and whether it holds the EFI config table array is "
		     "unknown (%s): the next kernel may reset the machine",
		     reason) < 0)
		return -ENOMEM;
	return 0;
}

/*
 * With kexec_file_load the running kernel places the image and makes the e820 from its
 * first memory map, in which such tables are RAM (6.1 and 6.12:
 * locate_mem_hole_callback(), setup_e820_entries()). A capture kernel runs in memory of
 * its own.
 */
static int find_tables(const struct load_inputs *inputs, char **text)
{
	_cleanup_free_ char *names = NULL;

	if (inputs->options.crash || inputs->no_machine.number || !hands_efi_on(inputs))
		return 0;
	if (efi_tables_kept_in_ram(&inputs->machine.efi.tables, &names) < 0)
		return -ENOMEM;
	if (names &&
	    asprintf(text, "with kexec_file_load EFI tables in RAM may get lost: %s",
		     names) < 0)
		return -ENOMEM;
	return 0;
}

/* The values that the kernel takes as "on" (kstrtobool() in lib/kstrtox.c). */
static bool kho_is_on(const char *command_line)
{
	static const char *const values[] = { "on", "y", "Y", "1", "t", "T" };
	size_t i;

	for (i = 0; command_line && i < sizeof(values) / sizeof(values[0]); i++)
		if (command_line_has_ending(command_line, "kho", values[i]))
			return true;
	return false;
}

/*
 * Documentation/admin-guide/mm/kho.rst: the next kernel is loaded with "kexec -s".
 * debugfs shows the data if it is mounted; /dev/liveupdate exists if live updates are on,
 * which need Kexec HandOver.
 */
static int find_kho(const struct load_inputs *inputs, char **text)
{
	const struct root *root = inputs->memory.root;

	if (inputs->options.crash || (!kho_is_on(inputs->machine.command_line) &&
				      !root_exists(root, "sys/kernel/debug/kho/out") &&
				      !root_exists(root, "dev/liveupdate")))
		return 0;
	return set_text(text, "with kexec_load Kexec HandOver (kho=on) and live updates "
			      "lose what they keep for the next kernel");
}

/* Documentation/admin-guide/kdump/kdump.rst, "CONFIG_CRASH_DM_CRYPT". */
static int find_disk_keys(const struct load_inputs *inputs, char **text)
{
	uint64_t count;

	if (!inputs->options.crash ||
	    root_read_u64(inputs->memory.root,
			  "sys/kernel/config/crash_dm_crypt_keys/count", &count,
			  NULL) < 0 ||
	    !count)
		return 0;
	return set_text(text, "with kexec_load the keys of encrypted disks get lost "
			      "(crash_dm_crypt_keys): the capture kernel cannot write a "
			      "dump to these disks");
}

/*
 * CONFIG_IMA_KEXEC, which x86 has since 6.0 and which many distributions leave out:
 * without it neither call hands the list over. If /proc/kallsyms cannot be read, it is
 * assumed.
 */
static bool kernel_hands_measurements_on(const struct load_inputs *inputs)
{
	_cleanup_free_ char *symbols = NULL;

	if (machine_kernel_is_older(inputs->machine.release, 6, 0))
		return false;
	if (root_read_file(inputs->memory.root, "proc/kallsyms", KALLSYMS_MAX, &symbols,
			   NULL, NULL) < 0)
		return true;
	return strstr(symbols, " ima_add_kexec_buffer\n");
}

/* The first measurement is of the boot itself; further ones come from a policy. */
static int find_measurements(const struct load_inputs *inputs, char **text)
{
	uint64_t count;

	if (inputs->options.crash ||
	    root_read_u64(inputs->memory.root,
			  "sys/kernel/security/integrity/ima/runtime_measurements_count",
			  &count, NULL) < 0 ||
	    count < 2 || !kernel_hands_measurements_on(inputs))
		return 0;
	return set_text(text, "with kexec_load IMA's measurement list gets lost: "
			      "attestation of the next kernel fails, as its list begins "
			      "anew and the TPM's registers do not");
}

/* crash_cma.c knows the versions; the image carries the warning itself. */
static int find_movable_memory(const struct load_inputs *inputs, char **text)
{
	if (!inputs->options.crash || !inputs->crash.cma_unlisted)
		return 0;
	return set_text(text, "with kexec_load the capture kernel lacks the memory of "
			      "crashkernel=SIZE,cma, which the running kernel does not "
			      "list (/sys/kernel/kexec/crash_cma_ranges)");
}

/*
 * With kexec_file_load, the running kernel's purgatory runs, which prints nothing. The
 * next kernel gets the EFI data of the running one.
 */
static int find_options(const struct load_inputs *inputs, char **text)
{
	const struct options *options = &inputs->options;
	const struct {
		bool given;
		const char *name;
	} rows[] = {
		{ options->noefi && root_exists(inputs->memory.root, "sys/firmware/efi"),
		  "--noefi" },
		{ options->console_serial, "--console-serial" },
		{ options->console_vga, "--console-vga" },
		{ options->console_framebuffer, "--console-framebuffer" },
		{ options->reset_vga, "--reset-vga" },
		{ options->has_panic_wait, "--panic-wait" },
	};
	_cleanup_free_ char *names = NULL;
	size_t i, size;
	_cleanup_fclose_ FILE *stream = open_memstream(&names, &size);

	if (!stream)
		return -ENOMEM;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].given)
			fprintf(stream, " %s", rows[i].name);
	if (fflush(stream))
		return -ENOMEM;
	if (size &&
	    asprintf(text,
		     "with kexec_file_load the running kernel prepares the start of "
		     "the next one. These options have no effect:%s",
		     names) < 0)
		return -ENOMEM;
	return 0;
}

static const struct {
	enum load_method by;
	enum load_loss_weight weight;
	bool in_image;
	int (*find)(const struct load_inputs *inputs, char **text);
} rows[] = {
	{ LOAD_METHOD_KEXEC_FILE_LOAD, LOAD_LOSS_START, false, find_array },
	{ LOAD_METHOD_KEXEC_FILE_LOAD, LOAD_LOSS_TABLES, false, find_tables },
	{ LOAD_METHOD_KEXEC_FILE_LOAD, LOAD_LOSS_OPTIONS, false, find_options },
	{ LOAD_METHOD_KEXEC_LOAD, LOAD_LOSS_REQUESTED, false, find_kho },
	{ LOAD_METHOD_KEXEC_LOAD, LOAD_LOSS_REQUESTED, false, find_disk_keys },
	{ LOAD_METHOD_KEXEC_LOAD, LOAD_LOSS_REQUESTED, false, find_measurements },
	{ LOAD_METHOD_KEXEC_LOAD, LOAD_LOSS_REQUESTED, true, find_movable_memory },
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= LOAD_LOSSES_MAX, "room for each row");

/*
 * Xen's call takes the same images as kexec_load, and loses the same. Changes the text,
 * which names the call. Returns 0 or -ENOMEM.
 */
static int name_xen(char **text)
{
	static const char call[] = "with kexec_load ";
	char *changed;

	if (!*text || !starts_with(*text, call))
		return 0;
	if (asprintf(&changed, "with Xen's kexec_op %s", *text + strlen(call)) < 0)
		return -ENOMEM;
	free(*text);
	*text = changed;
	return 0;
}

int load_losses_find(const struct load_inputs *inputs, struct load_losses *losses)
{
	bool xen = inputs->permission.xen == XEN_ROLE_DOM0;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = NULL;

		if (xen && rows[i].by != LOAD_METHOD_KEXEC_LOAD)
			continue;
		if (rows[i].find(inputs, &text) < 0 || (xen && name_xen(&text) < 0)) {
			free(text);
			return -ENOMEM;
		}
		if (text)
			losses->items[losses->count++] =
				(struct load_loss){ xen ? LOAD_METHOD_XEN : rows[i].by,
						    rows[i].weight, text,
						    rows[i].in_image };
	}
	return 0;
}

void load_losses_clear(struct load_losses *losses)
{
	size_t i;

	for (i = 0; i < losses->count; i++)
		free(losses->items[i].text);
	*losses = (struct load_losses){ 0 };
}

int load_losses_require_efi(const struct load_losses *losses,
			    const struct options *options, enum load_method by,
			    struct error *err)
{
	size_t i;

	if (options->efi_map_config != EFI_MAP_CONFIG_REQUIRED)
		return 0;
	for (i = 0; i < losses->count; i++)
		if (losses->items[i].by == by &&
		    load_loss_is_of_efi(losses->items[i].weight))
			return error_set(err, ENOTSUP,
					 "--efi-map-config=required: nothing is loaded, "
					 "because %s",
					 losses->items[i].text);
	return 0;
}

enum load_loss_weight load_losses_worst(const struct load_losses *losses,
					enum load_method by)
{
	enum load_loss_weight worst = LOAD_LOSS_NONE;
	size_t i;

	for (i = 0; i < losses->count; i++)
		if (losses->items[i].by == by && losses->items[i].weight > worst)
			worst = losses->items[i].weight;
	return worst;
}
