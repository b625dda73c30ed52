// SPDX-License-Identifier: GPL-2.0-only
/*
 * The common parts of Multiboot 0.6.96 and 2.0: finding the header,
 * placing the parts, writing the information. Adds segments to the image.
 */
#include "arch/x86_64/multiboot.h"

#include <errno.h>

#include "arch/x86_64/bios_data.h"
#include "arch/x86_64/linux_image.h"
#include "arch/x86_64/multiboot_rsdp.h"
#include "util/bytes.h"
#include "util/sizes.h"

#define MODULES_MIN (16 * MIB)
#define LOWER_END   0xa0000ull

/*
 * The specifications have no limit. A longer line is more likely a file passed by
 * mistake.
 */
#define COMMAND_LINE_MAX 65535u

static bool is_header(struct bytes file, uint64_t at,
		      const struct multiboot_signature *signature,
		      uint32_t words[MULTIBOOT_WORDS_MAX])
{
	uint32_t sum = 0;
	unsigned i;

	for (i = 0; i < signature->words; i++) {
		if (bytes_u32(file, at + i * 4ull, &words[i]) < 0)
			return false;
		sum += words[i];
	}
	return words[0] == signature->magic && !sum;
}

int multiboot_find_header(const struct kernel_file *kernel,
			  const struct multiboot_signature *signature, uint64_t *offset,
			  uint32_t words[MULTIBOOT_WORDS_MAX], struct error *err)
{
	size_t size = kernel->size < signature->area ? kernel->size : signature->area;
	_cleanup_free_ uint8_t *data = malloc(size);
	struct bytes file = { data, size };
	uint64_t at;
	int rc;

	if (!data)
		return error_no_memory(err);
	rc = kernel_file_read(kernel, 0, data, size, err);
	if (rc < 0)
		return rc;
	for (at = 0; at < size; at += signature->step) {
		if (is_header(file, at, signature, words)) {
			*offset = at;
			return 0;
		}
	}
	return -ENOEXEC;
}

static int bad_addresses(const struct kernel_file *kernel,
			 const struct multiboot_addresses *addresses, struct error *err)
{
	return error_set(err, EBADMSG,
			 "%s: the addresses in its multiboot header are invalid: header "
			 "%#x, load %#x to %#x, bss to %#x",
			 kernel->path, addresses->header, addresses->load,
			 addresses->load_end, addresses->bss_end);
}

/* Specification 0.6.96, 3.1.3; 2.0, 3.1.5. */
static int read_addresses(const struct kernel_file *kernel, uint64_t header_offset,
			  const struct multiboot_addresses *addresses,
			  struct multiboot_kernel *found, struct error *err)
{
	uint64_t before = addresses->header - (uint64_t)addresses->load, offset, size,
		 end;

	if (addresses->header < addresses->load || before > header_offset)
		return bad_addresses(kernel, addresses, err);
	offset = header_offset - before;
	size = kernel->size - offset;
	if (addresses->load_end) {
		if (addresses->load_end <= addresses->load)
			return bad_addresses(kernel, addresses, err);
		if (addresses->load_end - addresses->load > size)
			return error_set(
				err, EBADMSG,
				"%s is cut off: its multiboot header says %u bytes "
				"from byte %llu on, the file has %llu",
				kernel->path, addresses->load_end - addresses->load,
				(unsigned long long)offset,
				(unsigned long long)kernel->size);
		size = addresses->load_end - addresses->load;
	}
	end = addresses->load + size;
	if (addresses->bss_end) {
		if (addresses->bss_end < end)
			return bad_addresses(kernel, addresses, err);
		end = addresses->bss_end;
	}
	found->range_count = 1;
	found->ranges[0] = (struct fixed_range){
		.what = "address field",
		.start = addresses->load,
		.end = end,
		.file_offset = offset,
		.file_size = size,
	};
	return 0;
}

int multiboot_read_kernel(const struct kernel_file *kernel, uint64_t header_offset,
			  const struct multiboot_addresses *addresses,
			  struct multiboot_kernel *found, struct error *err)
{
	struct elf_image elf;
	int rc;

	if (addresses->given)
		return read_addresses(kernel, header_offset, addresses, found, err);
	rc = elf_image_read(kernel, &elf, err);
	if (rc == -ENOEXEC)
		return error_set(err, EBADMSG,
				 "%s has a multiboot header without addresses, and it is "
				 "not an ELF file for x86 either",
				 kernel->path);
	if (!rc)
		rc = elf_image_check_kernel(kernel, &elf, err);
	if (!rc)
		rc = elf_image_entry(kernel, &elf, &found->entry, err);
	if (rc < 0)
		return rc;
	memcpy(found->ranges, elf.loads, sizeof(elf.loads));
	found->range_count = elf.load_count;
	return 0;
}

static int require_entry_inside(const struct kernel_file *kernel,
				const struct multiboot_kernel *found, struct error *err)
{
	size_t i;

	for (i = 0; i < found->range_count; i++)
		if (found->entry >= found->ranges[i].start &&
		    found->entry < found->ranges[i].end)
			return 0;
	return error_set(err, EBADMSG,
			 "%s: its entry point %#llx lies outside of all that it loads",
			 kernel->path, (unsigned long long)found->entry);
}

int multiboot_prepare(const struct load_request *request, struct image *image,
		      struct error *err)
{
	if (request->initrd)
		return error_set(
			err, EINVAL,
			"%s is a multiboot kernel, which takes no --initrd; name "
			"the file with --module",
			request->kernel->path);
	return linux_place_crash_parts(request, true, image, err);
}

/*
 * Modules begin at pages, low as boot loaders place them, but away from a kernel at 1
 * MiB, which may use the memory behind itself. Xen 4.17 overwrote its first module when
 * modules lay at the end of memory, where EFI firmware leaves RAM in pieces.
 */
static int place_modules(const struct load_request *request, struct image *image,
			 struct error *err)
{
	size_t i, count = request->modules ? request->modules->count : 0;

	for (i = 0; i < count; i++) {
		const struct kernel_file *file = &request->modules->items[i].file;
		struct placement placement = {
			.name = "module",
			.size = file->size,
			.min = MODULES_MIN,
			.max = image_entry_limit(image),
		};
		struct segment *segment;
		int rc = image_place(image, &placement, &segment, err);

		if (rc < 0)
			return rc;
		segment_set_file(segment, file, 0, file->size);
	}
	return 0;
}

/* Kernels skip the first word: GRUB legacy and kexec-tools put the file's name there. */
static int build_command_line(const struct load_request *request, struct image *image,
			      struct error *err)
{
	struct setup_header limits = { .cmdline_size = COMMAND_LINE_MAX };
	char *line;
	int rc = linux_build_command_line(request, &limits, image, err);

	if (rc < 0)
		return rc;
	if (asprintf(&line, "%s%s%s", request->kernel->path,
		     *image->command_line ? " " : "", image->command_line) < 0)
		return error_no_memory(err);
	free(image->command_line);
	image->command_line = line;
	return 0;
}

static int place_info(struct multiboot_info *info, multiboot_writer *write,
		      struct image *image, struct error *err)
{
	struct placement placement = {
		.name = "parameters",
		.max = image_entry_limit(image),
		.highest = true,
	};
	struct segment *segment;
	int rc;

	write(info);
	placement.size = info->size;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	info->total = info->size;
	info->size = 0;
	info->base = segment->start;
	info->data = segment_allocate(segment, info->total);
	if (!info->data)
		return error_no_memory(err);
	write(info);
	return 0;
}

int multiboot_place(const struct load_request *request, struct multiboot_kernel *kernel,
		    multiboot_writer *write, uint32_t magic, struct image *image,
		    struct error *err)
{
	struct multiboot_info info = { .request = request, .image = image };
	_cleanup_free_ char *first_module = NULL;
	uint64_t limit = image_entry_limit(image), end;
	int rc = require_entry_inside(request->kernel, kernel, err);

	if (rc < 0)
		return rc;
	fixed_ranges_extent(kernel->ranges, kernel->range_count, &info.load_base, &end);
	rc = fixed_ranges_place(request, kernel->ranges, kernel->range_count, limit,
				image, err);
	if (rc < 0)
		return rc;
	info.modules = &image->segments[image->segment_count];
	rc = place_modules(request, image, err);
	if (!rc)
		rc = bios_data_place(request, image, err);
	if (!rc)
		rc = linux_describe_memory(request, image, err);
	if (!rc)
		rc = build_command_line(request, image, err);
	if (!rc)
		rc = multiboot_rsdp_for_linux(request, image, &first_module, err);
	info.first_module = first_module;
	if (!rc)
		rc = place_info(&info, write, image, err);
	if (!rc)
		rc = multiboot_rsdp_copy(request->machine, info.acpi_tags, image, err);
	image->registers.ip = kernel->entry;
	image->registers.ax = magic;
	image->registers.bx = info.address;
	return rc;
}

const char *multiboot_module_text(const struct multiboot_info *info, size_t number)
{
	return !number && info->first_module ? info->first_module
					     : info->request->modules->items[number].text;
}

uint32_t multiboot_lower_kib(const struct memory_map *memory)
{
	size_t i;

	for (i = 0; i < memory->count && memory->ranges[i].start < LOWER_END; i++) {
		uint64_t end = memory->ranges[i].end;

		if (memory->ranges[i].type == MEMORY_RAM)
			return (uint32_t)((end < LOWER_END ? end : LOWER_END) >> 10);
	}
	return 0;
}

uint32_t multiboot_upper_kib(const struct memory_map *memory)
{
	const struct memory_range *range = memory_map_find(memory, MIB);
	uint64_t kib;

	if (!range || range->type != MEMORY_RAM)
		return 0;
	kib = (range->end - MIB) >> 10;
	return kib > UINT32_MAX ? UINT32_MAX : (uint32_t)kib;
}

uint32_t multiboot_memory_type(enum memory_type type)
{
	return type <= MEMORY_UNUSABLE ? (uint32_t)type : (uint32_t)MEMORY_RESERVED;
}

uint64_t multiboot_put(struct multiboot_info *info, const void *data, size_t size)
{
	uint64_t address = info->base + info->size;

	if (info->data)
		memcpy(info->data + info->size, data, size);
	info->size += size;
	return address;
}

uint64_t multiboot_put_u32(struct multiboot_info *info, uint32_t value)
{
	uint32_t raw = htole32(value);

	return multiboot_put(info, &raw, sizeof(raw));
}

uint64_t multiboot_put_u64(struct multiboot_info *info, uint64_t value)
{
	uint64_t raw = htole64(value);

	return multiboot_put(info, &raw, sizeof(raw));
}

uint64_t multiboot_put_text(struct multiboot_info *info, const char *text)
{
	return multiboot_put(info, text, strlen(text) + 1);
}

void multiboot_align(struct multiboot_info *info, unsigned alignment)
{
	/* The buffer is zeroed. */
	info->size = align_up(info->size, alignment);
}
