// SPDX-License-Identifier: GPL-2.0-only
/* The steps between the kernels, in order. entry.S calls this and then jumps. */
#include "bios_devices.h"
#include "console.h"
#include "cpu.h"
#include "efi.h"
#include "exceptions.h"
#include "exit_mode.h"
#include "identity_map.h"
#include "initrd_table.h"
#include "jump_back.h"
#include "purgatory_params.h"
#include "recorder.h"
#include "reset.h"
#include "rsdp.h"
#include "smbios.h"
#include "verify.h"
#include "wait.h"

void purgatory_main(const struct purgatory_params *params, uint64_t return_address);

/* In purgatory.lds. Hidden, because otherwise clang uses a global offset table. */
extern const char purgatory_end[] __attribute__((visibility("hidden")));

/* In purgatory, physical memory lies at its own address. */
static const struct physical_memory all_memory = { 0 };

/* In memory that stays after the jump, for exceptions of the next kernel. */
static struct console console_of_all;

__attribute__((noreturn)) static void give_up(struct console *console,
					      const struct purgatory_wait *wait)
{
	console_resetting(console, wait);
	wait_for_reader(wait);
	reset_machine();
}

static bool params_are_sound(const struct purgatory_params *params)
{
	return params->magic == PURGATORY_MAGIC && params->version == PURGATORY_VERSION &&
	       params->region_count <= PURGATORY_REGIONS_MAX;
}

static void require_sound_params(struct console *console,
				 const struct purgatory_params *params)
{
	static const struct purgatory_wait no_wait = { 0 };

	if (params_are_sound(params))
		return;
	console_text(console, "purgatory: the parameters from the loader are damaged");
	give_up(console, &no_wait);
}

static void skip_framebuffer(struct console *console,
			     const struct purgatory_framebuffer *framebuffer,
			     struct record_run *run, enum record_reason number,
			     const char *reason)
{
	recorder_skip(run, RECORD_FRAMEBUFFER, number, framebuffer->start);
	console_text(console, "purgatory: the framebuffer at ");
	console_hex(console, framebuffer->start);
	console_text(console, " ");
	console_text(console, reason);
	console_text(console, ", skipping it\n");
}

/*
 * Before verification, whose failure it is to show. It writes to the pool only, which is
 * not verified, and to the framebuffer.
 */
static void add_framebuffer(struct console *console,
			    const struct purgatory_params *params, struct record_run *run)
{
	const struct purgatory_framebuffer *framebuffer = &params->framebuffer;
	uint64_t bytes = framebuffer_bytes(framebuffer);
	enum identity_map_status status;
	struct identity_map map;

	if (!(params->console.flags & CONSOLE_FRAMEBUFFER))
		return;
	status = identity_map_init(&map, all_memory, read_cr3(), read_cr4() & CR4_LA57,
				   (uintptr_t)add_framebuffer, &framebuffer->map);
	if (!status)
		status = identity_map_add_device(&map, framebuffer->start,
						 framebuffer->start + bytes);
	if (status)
		skip_framebuffer(console, framebuffer, run, recorder_map_reason(status),
				 identity_map_reason(status));
	else if (!console_add_framebuffer(console, &all_memory, framebuffer))
		skip_framebuffer(console, framebuffer, run, RECORD_BAD_PARAMS,
				 "has no room for text");
}

static void require_possible_exit(struct console *console,
				  const struct purgatory_params *params)
{
	enum exit_mode_status status =
		exit_mode_check(&params->entry, (uintptr_t)purgatory_end);

	if (!status)
		return;
	console_text(console, "purgatory");
	console_range(console, (uintptr_t)params, (uintptr_t)purgatory_end);
	console_text(console, "is to enter mode ");
	console_decimal(console, params->entry.mode);
	console_text(console, ", which ");
	console_text(console, exit_mode_reason(status));
	give_up(console, &params->wait);
}

static void verify(struct console *console, const struct purgatory_params *params)
{
	const struct purgatory_region *region;
	int changed;

	if (params->flags & PURGATORY_SKIP_VERIFY)
		return;
	changed = verify_regions(&all_memory, params->regions, params->region_count,
				 params->digest_seed);
	if (changed == VERIFY_OK)
		return;

	region = &params->regions[changed];
	console_text(console, "purgatory: the segment ");
	console_text(console, region->name);
	console_range(console, region->start, region->end);
	console_text(console, "has changed since it was loaded");
	give_up(console, &params->wait);
}

static void stamp(const struct purgatory_params *params, struct record_run *run,
		  enum record_moment moment)
{
	if (params->record.load.flags & RECORD_LOAD_STAMPS)
		run->stamps[moment] = read_tsc();
}

static void report_skipped(struct console *console, const struct efi_map_result *result)
{
	for (unsigned int id = 0; id < EFI_AREAS; id++) {
		const struct efi_area *area = &result->areas[id];

		if (!efi_area_was_skipped(area))
			continue;
		console_text(console, "purgatory: ");
		console_text(console, efi_area_name(id));
		console_range(console, area->start, area->end);
		console_text(console, efi_area_reason(area));
		console_text(console, ", skipping it\n");
	}
}

/* Called after verification, which covers SETUP_EFI as the loader left it. */
static void put_smbios_back(struct console *console, const struct efi_map_result *result,
			    const struct purgatory_params *params, struct record_run *run)
{
	enum smbios_status status = smbios_put_back(&all_memory, result, &params->smbios);

	if (!smbios_was_skipped(status))
		return;
	recorder_skip(run, RECORD_SMBIOS, recorder_smbios_reason(status),
		      params->smbios.entry_point);
	console_text(console, "purgatory: the address of SMBIOS, ");
	console_hex(console, params->smbios.entry_point);
	console_text(console, ", ");
	console_text(console, smbios_reason(status));
	console_text(console, ", skipping it\n");
}

static void map_efi(struct console *console, const struct purgatory_params *params,
		    struct record_run *run)
{
	const struct purgatory_identity_map *from = &params->identity_map;
	enum identity_map_status status;
	struct efi_map_result result = { 0 };
	struct identity_map map;

	if (!(params->flags & PURGATORY_MAP_EFI) && !from->cc_blob)
		return;
	status = identity_map_init(&map, all_memory, read_cr3(), read_cr4() & CR4_LA57,
				   (uintptr_t)map_efi, from);
	if (status) {
		recorder_skip(run, RECORD_IDENTITY_MAP, recorder_map_reason(status), 0);
		console_text(console, "purgatory: mapping the EFI tables ");
		console_text(console, identity_map_reason(status));
		console_text(console, ", skipping it\n");
		return;
	}
	if (params->flags & PURGATORY_MAP_EFI)
		efi_map_tables(&map, from->system_table, from->config_table_array,
			       &result);
	if (from->cc_blob)
		efi_map_setup_data_blob(&map, from->cc_blob, &result);
	recorder_areas(run, &result);
	run->pages_added = (uint32_t)map.pages_added;
	report_skipped(console, &result);
	initrd_table_withdraw(&all_memory, &result);
	put_smbios_back(console, &result, params, run);
	console_text(console, "purgatory: ");
	console_decimal(console, map.pages_added);
	console_text(console, " pages of EFI tables were missing in the identity map\n");
}

static void skip_rsdp(struct console *console, uint64_t address, const char *reason)
{
	console_text(console, "purgatory: the ACPI root pointer at ");
	console_hex(console, address);
	console_text(console, " ");
	console_text(console, reason);
	console_text(console, ", skipping it\n");
}

/*
 * Called after verification. It is not in the record: the kernels that get one look for
 * the root pointer in boot_params.
 */
static void copy_rsdp(struct console *console, const struct purgatory_params *params)
{
	const struct purgatory_rsdp *rsdp = &params->rsdp;
	enum identity_map_status status = IDENTITY_MAP_OK;
	struct rsdp_result result;
	struct identity_map map;

	if (!rsdp->address)
		return;
	if (params->flags & PURGATORY_MAP_COMPLETE)
		identity_map_init_complete(&map, all_memory, &params->identity_map);
	else
		status = identity_map_init(&map, all_memory, read_cr3(),
					   read_cr4() & CR4_LA57, (uintptr_t)copy_rsdp,
					   &params->identity_map);
	if (status) {
		skip_rsdp(console, rsdp->address, identity_map_reason(status));
		return;
	}
	result = rsdp_copy(&map, rsdp);
	if (result.status != RSDP_COPIED) {
		skip_rsdp(console, rsdp->address, rsdp_reason(&result));
		return;
	}
	console_text(console, "purgatory: copied ");
	console_decimal(console, result.bytes);
	console_text(console, " bytes of the ACPI root pointer at ");
	console_hex(console, rsdp->address);
	console_text(console, "\n");
}

/*
 * Another kernel waits in memory that is not RAM of the running one, and so is not in its
 * map. If it cannot be mapped, the jump is a page fault, which is reported.
 */
static void map_other_kernel(struct console *console,
			     const struct purgatory_params *params,
			     struct record_run *run)
{
	uint64_t page = params->entry.rip & ~(SMALL_PAGE_BYTES - 1);
	enum identity_map_status status;
	struct identity_map map;

	if (!(params->flags & PURGATORY_JUMP_BACK))
		return;
	status = identity_map_init(&map, all_memory, read_cr3(), read_cr4() & CR4_LA57,
				   (uintptr_t)map_other_kernel, &params->identity_map);
	if (!status)
		status = identity_map_add(&map, page, page + SMALL_PAGE_BYTES);
	if (!status)
		return;
	recorder_skip(run, RECORD_OTHER_KERNEL, recorder_map_reason(status), page);
	console_text(console, "purgatory: mapping the other kernel ");
	console_text(console, identity_map_reason(status));
	console_text(console, ", skipping it\n");
}

/* Called after verification, so nothing is written while the image may be damaged. */
static void save_low_memory(const struct purgatory_low_memory *low)
{
	if (low->start < low->end)
		memcpy((void *)(uintptr_t)low->copy, (void *)(uintptr_t)low->start,
		       low->end - low->start);
}

/* Called after verification, which covers the command line as the loader left it. */
static void jump_back(struct console *console, const struct purgatory_jump_back *where,
		      uint64_t return_address, struct record_run *run)
{
	enum jump_back_status status =
		jump_back_write(&all_memory, where, return_address);

	if (!status)
		return;
	recorder_skip(run, RECORD_JUMP_BACK, recorder_jump_back_reason(status),
		      return_address);
	console_text(console, "purgatory: kexec_jump_back_entry=");
	console_hex(console, return_address);
	console_range(console, where->command_line_end,
		      where->command_line_end + where->room);
	console_text(console, jump_back_reason(status));
	console_text(console, ", skipping it\n");
}

/* return_address: the top of the running kernel's stack; 0 if it is not a kexec jump. */
void purgatory_main(const struct purgatory_params *params, uint64_t return_address)
{
	struct console *console = &console_of_all;
	struct record_run run = { 0 };

	stamp(params, &run, RECORD_AT_ENTRY);
	console_open(console, &params->console);
	exceptions_report_on(console);
	if (params_are_sound(params))
		add_framebuffer(console, params, &run);
	console_text(console, "purgatory: the old kernel has left\n");
	require_sound_params(console, params);
	require_possible_exit(console, params);
	verify(console, params);
	run.digests = params->flags & PURGATORY_SKIP_VERIFY ? RECORD_DIGESTS_SKIPPED
							    : RECORD_DIGESTS_EQUAL;
	stamp(params, &run, RECORD_AT_VERIFIED);
	save_low_memory(&params->low_memory);
	jump_back(console, &params->jump_back, return_address, &run);
	map_efi(console, params, &run);
	copy_rsdp(console, params);
	map_other_kernel(console, params, &run);
	stamp(params, &run, RECORD_AT_MAPPED);
	if (params->entry.mode == ENTRY_MODE_REAL)
		bios_devices_restore();
	console_text(console, "purgatory: entering ");
	console_hex(console, params->entry.rip);
	console_text(console, "\n");
	stamp(params, &run, RECORD_AT_JUMP);
	recorder_write(&all_memory, &params->record, &run);
}
