// SPDX-License-Identifier: GPL-2.0-only
/*
 * The information that kernels of the Multiboot specification 2.0 get; numbers in
 * comments are its sections.
 */
#include "arch/x86_64/multiboot2_tags.h"

#include <errno.h>

#include "abi/boot_protocol.h"
#include "abi/multiboot2.h"
#include "util/bytes.h"

enum info_tag {
	INFO_END = 0,
	INFO_COMMAND_LINE = 1,
	INFO_LOADER_NAME = 2,
	INFO_MODULE = 3,
	INFO_MEMORY = 4,
	INFO_MEMORY_MAP = 6,
	INFO_FRAMEBUFFER = 8,
	INFO_ACPI_OLD = MULTIBOOT2_ACPI_OLD,
	INFO_ACPI_NEW = MULTIBOOT2_ACPI_NEW,
	INFO_LOAD_BASE = 21,
};

#define TAG_SIZE	 MULTIBOOT2_TAG_SIZE
#define ALIGNMENT	 MULTIBOOT2_TAG_ALIGNMENT
#define MAP_ENTRY_SIZE	 24u
#define FRAMEBUFFER_SIZE 38u
#define FRAMEBUFFER_RGB	 1u

bool multiboot2_gives(uint32_t type)
{
	switch (type) {
	case INFO_END:
	case INFO_COMMAND_LINE:
	case INFO_LOADER_NAME:
	case INFO_MODULE:
	case INFO_MEMORY:
	case INFO_MEMORY_MAP:
	case INFO_FRAMEBUFFER:
	case INFO_ACPI_OLD:
	case INFO_ACPI_NEW:
	case INFO_LOAD_BASE:
		return true;
	}
	return false;
}

bool multiboot2_has_framebuffer(const struct machine *machine)
{
	uint8_t type = machine->boot_params[SCREEN_INFO_TYPE];

	return machine->has_boot_params &&
	       (type == SCREEN_INFO_TYPE_VESA || type == SCREEN_INFO_TYPE_EFI);
}

/* 3.6.1: the size includes type and size, not the padding behind the tag. */
static void begin(struct multiboot_info *info, enum info_tag type, uint64_t body)
{
	multiboot_align(info, ALIGNMENT);
	multiboot_put_u32(info, type);
	multiboot_put_u32(info, (uint32_t)(TAG_SIZE + body));
}

static void write_text(struct multiboot_info *info, enum info_tag type, const char *text)
{
	begin(info, type, strlen(text) + 1);
	multiboot_put_text(info, text);
}

static void write_modules(struct multiboot_info *info)
{
	const struct modules *modules = info->request->modules;
	size_t i, count = modules ? modules->count : 0;

	for (i = 0; i < count; i++) {
		const struct segment *segment = &info->modules[i];
		const char *text = multiboot_module_text(info, i);

		begin(info, INFO_MODULE, 8 + strlen(text) + 1);
		multiboot_put_u32(info, (uint32_t)segment->start);
		multiboot_put_u32(info, (uint32_t)(segment->start + segment->data_size));
		multiboot_put_text(info, text);
	}
}

static void write_memory(struct multiboot_info *info)
{
	const struct memory_map *memory = &info->image->e820;
	size_t i;

	begin(info, INFO_MEMORY, 8);
	multiboot_put_u32(info, multiboot_lower_kib(memory));
	multiboot_put_u32(info, multiboot_upper_kib(memory));
	begin(info, INFO_MEMORY_MAP, 8 + memory->count * MAP_ENTRY_SIZE);
	multiboot_put_u32(info, MAP_ENTRY_SIZE);
	multiboot_put_u32(info, 0); /* version of the entries */
	for (i = 0; i < memory->count; i++) {
		const struct memory_range *range = &memory->ranges[i];

		multiboot_put_u64(info, range->start);
		multiboot_put_u64(info, range->end - range->start);
		multiboot_put_u32(info, multiboot_memory_type(range->type));
		multiboot_put_u32(info, 0);
	}
}

/*
 * Room for a copy of the root pointer, which purgatory writes, as the last tags. On EFI
 * machines the kernel cannot find it by itself: no BIOS has put it where kernels look for
 * it, and this protocol passes no EFI tables on. Until then, and if there is nothing to
 * copy, the room is full of tags that end the information, so that it is valid for
 * kernels that look at the total size and for those that look at the end tag.
 */
static void make_room_for_acpi(struct multiboot_info *info)
{
	uint64_t room;

	if (!machine_lacks_bios(info->request->machine))
		return;
	multiboot_align(info, ALIGNMENT);
	info->acpi_tags = info->base + info->size;
	for (room = 0; room < MULTIBOOT2_ACPI_ROOM; room += TAG_SIZE)
		begin(info, INFO_END, 0);
}

/* 3.6.12. Of each colour, the tag has the position first, screen_info the size. */
static void write_framebuffer(struct multiboot_info *info)
{
	const struct machine *machine = info->request->machine;
	struct bytes screen = { machine->boot_params, sizeof(machine->boot_params) };
	uint16_t width = 0, height = 0, depth = 0, line = 0;
	uint32_t base = 0, high = 0;
	uint8_t rest[10] = { 0 };
	unsigned i;

	if (!multiboot2_has_framebuffer(machine))
		return;
	bytes_u16(screen, SCREEN_INFO_WIDTH, &width);
	bytes_u16(screen, SCREEN_INFO_HEIGHT, &height);
	bytes_u16(screen, SCREEN_INFO_DEPTH, &depth);
	bytes_u16(screen, SCREEN_INFO_LINE_LENGTH, &line);
	bytes_u32(screen, SCREEN_INFO_BASE, &base);
	bytes_u32(screen, SCREEN_INFO_BASE_HIGH, &high);
	rest[0] = (uint8_t)depth;
	rest[1] = FRAMEBUFFER_RGB;
	for (i = 0; i < 3; i++) {
		bytes_u8(screen, SCREEN_INFO_COLOURS + 2 * i + 1, &rest[4 + 2 * i]);
		bytes_u8(screen, SCREEN_INFO_COLOURS + 2 * i, &rest[5 + 2 * i]);
	}
	begin(info, INFO_FRAMEBUFFER, FRAMEBUFFER_SIZE - TAG_SIZE);
	multiboot_put_u64(info, base | (uint64_t)high << 32);
	multiboot_put_u32(info, line);
	multiboot_put_u32(info, width);
	multiboot_put_u32(info, height);
	multiboot_put(info, rest, sizeof(rest));
}

void multiboot2_write_info(struct multiboot_info *info)
{
	info->address = info->base;
	multiboot_put_u32(info, (uint32_t)info->total);
	multiboot_put_u32(info, 0);
	write_text(info, INFO_COMMAND_LINE, info->image->command_line);
	write_text(info, INFO_LOADER_NAME, MULTIBOOT_LOADER_NAME);
	write_modules(info);
	write_memory(info);
	write_framebuffer(info);
	begin(info, INFO_LOAD_BASE, 4);
	multiboot_put_u32(info, (uint32_t)info->load_base);
	make_room_for_acpi(info);
	begin(info, INFO_END, 0);
}
