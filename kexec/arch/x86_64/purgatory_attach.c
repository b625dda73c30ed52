// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adds purgatory to a finished image: places it and fills its parameters. Adds the last
 * segments to the image.
 */
#include "arch/x86_64/purgatory_attach.h"

#include <errno.h>

#include "arch/x86_64/framebuffer_console.h"
#include "arch/x86_64/purgatory_digest.h"
#include "arch/x86_64/purgatory_record.h"
#include "purgatory/digest.h"
#include "purgatory/purgatory_params.h"

/* purgatory_blob.S: the flat binary, whose file size is the memory it takes. */
extern const uint8_t purgatory_blob[], purgatory_blob_end[];

/*
 * Pages for the page tables that purgatory adds. The segment has no data, so kexec_load
 * fills it with zeros, and it is not verified, because purgatory writes to it.
 */
static int place_identity_map(const struct machine *machine, struct image *image,
			      struct error *err)
{
	uint64_t framebuffer = image->console.framebuffer.start ? FRAMEBUFFER_POOL_PAGES
								: 0;
	struct placement placement = {
		.name = "identity map",
		.size = (IDENTITY_MAP_POOL_PAGES + framebuffer) * PAGE_BYTES,
		.highest = true,
	};
	struct segment *segment;
	int rc;

	/* Nothing can be added to a map of Xen. */
	if (machine->xen_role == XEN_ROLE_DOM0)
		return 0;
	if (image->efi.mapping != IMAGE_EFI_MAPPING_IN_PLACE && !image->efi.cc_blob &&
	    !image->rsdp.address && !image->jump.back && !framebuffer)
		return 0;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment->unverified = true;
	image->map_pool.start = segment->start;
	image->map_pool.end = segment->start + IDENTITY_MAP_POOL_PAGES * PAGE_BYTES;
	if (framebuffer)
		image->console.framebuffer_pool =
			(struct image_map_pool){ image->map_pool.end, segment->end };
	return 0;
}

/* Fills image->console, except for the pool. */
static int choose_console(const struct options *options, const struct machine *machine,
			  struct image *image, struct error *err)
{
	struct image_console *console = &image->console;
	bool any = options->console_serial || options->console_vga ||
		   options->console_framebuffer;

	console->serial = options->console_serial;
	console->vga = options->console_vga;
	console->serial_port = options->serial_port;
	if (options->has_panic_wait)
		console->wait = options->panic_wait;
	else if (any && image->purpose != IMAGE_CRASH)
		console->wait = PANIC_WAIT_DEFAULT;
	if (!options->console_framebuffer)
		return 0;
	return framebuffer_console_find(machine, &console->framebuffer, err);
}

static void fill_console(const struct options *options, const struct image *image,
			 struct purgatory_params *params)
{
	struct purgatory_console *console = &params->console;

	if (image->console.serial)
		console->flags |= CONSOLE_SERIAL;
	if (image->console.vga)
		console->flags |= CONSOLE_VGA;
	if (options->reset_vga)
		console->flags |= CONSOLE_RESET_VGA;
	if (image->console.framebuffer.start)
		console->flags |= CONSOLE_FRAMEBUFFER;
	console->serial_port = options->serial_port;
	console->serial_divisor = options->serial_divisor;
	params->wait.seconds = image->console.wait;
}

static void fill_framebuffer(const struct machine *machine, const struct image *image,
			     struct purgatory_framebuffer *framebuffer)
{
	const struct image_framebuffer *from = &image->console.framebuffer;

	if (!from->start)
		return;
	*framebuffer = (struct purgatory_framebuffer){
		.start = from->start,
		.width = from->width,
		.height = from->height,
		.line_bytes = from->line_bytes,
		.pixel_bytes = from->pixel_bytes,
		.colour = from->colour,
		.map = {
			.pool_start = image->console.framebuffer_pool.start,
			.pool_end = image->console.framebuffer_pool.end,
			.ram_end = machine->ram_end,
			.physical_limit = 1ull << machine->cpu.physical_bits,
		},
	};
}

/* The ticks differ from load to load, so the plan's identity does not include them. */
static void fill_wait(const struct machine *machine, const struct image *image,
		      struct purgatory_wait *wait)
{
	if (!purgatory_is_trapped(machine))
		wait->ticks = wait->seconds * image->record.tsc_hertz;
}

static void fill_identity_map(const struct machine *machine, const struct image *image,
			      struct purgatory_params *params)
{
	if (machine->xen_role == XEN_ROLE_DOM0)
		params->flags |= PURGATORY_MAP_COMPLETE;
	else if (image->jump.back)
		params->flags |= PURGATORY_JUMP_BACK;
	else if (image->efi.mapping == IMAGE_EFI_MAPPING_IN_PLACE)
		params->flags |= PURGATORY_MAP_EFI;
	else if (!image->efi.cc_blob && !image->rsdp.address)
		return;
	params->identity_map = (struct purgatory_identity_map){
		.system_table = image->efi.system_table,
		.config_table_array = image->efi.config_table_array,
		.pool_start = image->map_pool.start,
		.pool_end = image->map_pool.end,
		.ram_end = machine->ram_end,
		.physical_limit = 1ull << machine->cpu.physical_bits,
		.cc_blob = image->efi.cc_blob,
	};
}

static void fill_entry(const struct image_registers *registers,
		       struct purgatory_entry *entry)
{
	static const uint32_t modes[] = {
		[IMAGE_ENTRY_64BIT] = ENTRY_MODE_64BIT,
		[IMAGE_ENTRY_32BIT] = ENTRY_MODE_32BIT,
		[IMAGE_ENTRY_REAL] = ENTRY_MODE_REAL,
	};

	*entry = (struct purgatory_entry){
		.rip = registers->ip,
		.rsp = registers->sp,
		.rax = registers->ax,
		.rbx = registers->bx,
		.rsi = registers->si,
		.rdi = registers->di,
		.mode = modes[registers->mode],
		.code_segment = registers->code_segment,
		.data_segment = registers->data_segment,
	};
}

static int fill_params(const struct options *options, const struct machine *machine,
		       struct image *image, struct purgatory_params *params,
		       struct error *err)
{
	params->magic = PURGATORY_MAGIC;
	params->version = PURGATORY_VERSION;
	fill_entry(&image->registers, &params->entry);
	fill_console(options, image, params);
	fill_framebuffer(machine, image, &params->framebuffer);
	fill_identity_map(machine, image, params);
	params->low_memory = (struct purgatory_low_memory){
		.start = image->low_memory.start,
		.end = image->low_memory.end,
		.copy = image->low_memory.copy,
	};
	params->jump_back = (struct purgatory_jump_back){
		.command_line_end = image->jump.text,
		.room = image->jump.text_room,
	};
	params->smbios = (struct purgatory_smbios){
		.entry_point = image->efi.smbios,
		.setup_efi_field = image->efi.setup_efi_smbios,
	};
	params->rsdp = (struct purgatory_rsdp){
		.address = image->rsdp.address,
		.tags = image->rsdp.tags,
		.bios_memory = image->rsdp.bios_memory,
	};
	params->digest_seed = image->digest.seed;
	if (options->no_checks) {
		params->flags |= PURGATORY_SKIP_VERIFY;
		return 0;
	}
	image->digest.algorithm = DIGEST_ALGORITHM;
	return purgatory_digest(image, params, err);
}

int purgatory_attach(const struct options *options, const struct machine *machine,
		     struct image *image, struct error *err)
{
	size_t size = (size_t)(purgatory_blob_end - purgatory_blob);
	struct placement placement = {
		.name = "purgatory",
		.size = size,
		.max = image_entry_limit(image),
		.highest = true,
		.low = image->registers.mode == IMAGE_ENTRY_REAL,
	};
	struct purgatory_params params = { 0 };
	struct segment *segment;
	uint8_t *data;
	int rc;

	rc = choose_console(options, machine, image, err);
	if (!rc)
		rc = place_identity_map(machine, image, err);
	if (rc < 0)
		return rc;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment->unverified = true;
	rc = fill_params(options, machine, image, &params, err);
	if (rc < 0)
		return rc;
	purgatory_record(machine, image, &params);
	fill_wait(machine, image, &params.wait);
	data = segment_allocate(segment, size);
	if (!data)
		return error_no_memory(err);
	memcpy(data, purgatory_blob, size);
	memcpy(data, &params, sizeof(params));
	image->entry = segment->start + PURGATORY_ENTRY_OFFSET;
	return 0;
}
