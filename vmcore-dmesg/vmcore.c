// SPDX-License-Identifier: GPL-2.0-only
/* A dump of a machine's memory: see vmcore.h for the contract. */
#include "vmcore.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <string.h>

#include "util/bytes.h"
#include "util/io.h"

/* All notes are read at once. Those of 8192 CPUs take 4 MiB. */
#define NOTES_MAX (32ull << 20)

/* A dump made by QEMU has some thousands, one for each piece of the page tables. */
#define HEADERS_MAX (1u << 20)

/* The kernel's virtual addresses are in the upper half of the address space. */
#define KERNEL_HALF (1ull << 63)

static int elf_error(const struct vmcore *core, struct error *err)
{
	return error_set(err, EINVAL, "%s is a broken ELF file: %s", core->name,
			 elf_errmsg(-1));
}

/*
 * Recognises the other formats that makedumpfile writes, compressed and flattened
 * (makedumpfile's IMPLEMENTATION, and makedumpfile(8), -F), and names the tool for each.
 */
static int refuse_other_formats(const struct vmcore *core, struct error *err)
{
	char magic[16] = "";
	int rc = read_exactly(core->fd, magic, sizeof(magic), 0);

	if (rc < 0 && rc != -EIO)
		return error_set(err, -rc, "cannot read %s: %s", core->name,
				 strerror(-rc));
	if (rc == -EIO)
		return error_set(err, ENOEXEC,
				 "%s is not a dump: it has less than %zu bytes",
				 core->name, sizeof(magic));
	if (!memcmp(magic, "KDUMP   ", 8) || !memcmp(magic, "DISKDUMP", 8))
		return error_set(err, ENOEXEC,
				 "%s is a compressed dump; write its log to a file with "
				 "makedumpfile --dump-dmesg %s LOGFILE",
				 core->name, core->name);
	if (!memcmp(magic, "makedumpfile", 12))
		return error_set(err, ENOEXEC,
				 "%s is a dump in makedumpfile's flattened format; "
				 "rearrange it with makedumpfile -R DUMPFILE <%s, then "
				 "run makedumpfile --dump-dmesg DUMPFILE LOGFILE",
				 core->name, core->name);
	if (memcmp(magic, ELFMAG, SELFMAG) != 0)
		return error_set(err, ENOEXEC, "%s is not a dump: it is not an ELF file",
				 core->name);
	return 0;
}

static int require_vmcore(const struct vmcore *core, struct error *err)
{
	GElf_Ehdr header;

	if (elf_kind(core->elf) != ELF_K_ELF || !gelf_getehdr(core->elf, &header))
		return elf_error(core, err);
	if (header.e_ident[EI_CLASS] != ELFCLASS64)
		return error_set(
			err, ENOEXEC,
			"%s is a dump with 32-bit ELF headers, which cannot hold "
			"the addresses of a 64-bit kernel; load the crash kernel "
			"with kexec -p --elf64-core-headers",
			core->name);
	if (header.e_ident[EI_DATA] != ELFDATA2LSB)
		return error_set(err, ENOEXEC,
				 "%s is the dump of a big-endian machine; only "
				 "little-endian ones are supported",
				 core->name);
	if (header.e_type != ET_CORE)
		return error_set(
			err, ENOEXEC,
			"%s is an ELF file but not a dump: its type is %u, not %u "
			"(ET_CORE)",
			core->name, header.e_type, ET_CORE);
	return 0;
}

/* Returns false for headers to be skipped: not PT_LOAD, empty, or with an overflow. */
static bool make_range(const GElf_Phdr *header, struct vmcore_range *range)
{
	uint64_t size = header->p_filesz, end_offset;

	if (size > header->p_memsz)
		size = header->p_memsz;
	if (header->p_type != PT_LOAD || !size)
		return false;
	*range = (struct vmcore_range){ .start = header->p_vaddr,
					.offset = header->p_offset };
	return add_u64(range->start, size, &range->end) &&
	       add_u64(range->offset, size, &end_offset) && end_offset <= INT64_MAX;
}

static int read_ranges(struct vmcore *core, struct error *err)
{
	bool placed = false;
	GElf_Phdr header;
	size_t count, i;

	if (elf_getphdrnum(core->elf, &count) < 0)
		return elf_error(core, err);
	if (count > HEADERS_MAX)
		return error_set(err, EINVAL, "%s has %zu program headers, more than %u",
				 core->name, count, HEADERS_MAX);
	core->ranges = calloc(count ? count : 1, sizeof(*core->ranges));
	if (!core->ranges)
		return error_no_memory(err);
	for (i = 0; i < count; i++) {
		struct vmcore_range *range = &core->ranges[core->range_count];

		if (!gelf_getphdr(core->elf, (int)i, &header))
			return elf_error(core, err);
		if (!make_range(&header, range))
			continue;
		placed |= range->start >= KERNEL_HALF;
		core->range_count++;
	}
	if (!core->range_count)
		return error_set(err, EINVAL,
				 "%s: none of its %zu program headers "
				 "describes memory",
				 core->name, count);
	if (!placed)
		return error_set(err, ENOEXEC,
				 "%s does not hold the kernel's virtual addresses; make "
				 "the dump with them (QEMU: dump-guest-memory -p), or "
				 "use crash(8)",
				 core->name);
	return 0;
}

int vmcore_open_fd(int fd, const char *name, struct vmcore *core, struct error *err)
{
	int rc;

	*core = (struct vmcore){ .fd = fd, .name = strdup(name) };
	if (!core->name)
		return error_no_memory(err);
	rc = refuse_other_formats(core, err);
	if (rc < 0)
		return rc;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return elf_error(core, err);
	/* ELF_C_READ does not map the file: a mapping raises SIGBUS if it shrinks. */
	core->elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!core->elf)
		return elf_error(core, err);
	rc = require_vmcore(core, err);
	return rc < 0 ? rc : read_ranges(core, err);
}

int vmcore_open(const char *path, struct vmcore *core, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*core = (struct vmcore){ .fd = -1 };
	if (fd < 0)
		return error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	return vmcore_open_fd(fd, path, core, err);
}

void vmcore_close(struct vmcore *core)
{
	elf_end(core->elf);
	cleanup_close(&core->fd);
	free(core->ranges);
	free(core->name);
	*core = (struct vmcore){ .fd = -1 };
}

/* Returns the range that holds address, or NULL. */
static const struct vmcore_range *find_range(struct vmcore *core, uint64_t address)
{
	size_t i;

	for (i = 0; i < core->range_count; i++) {
		size_t number = (core->last_range + i) % core->range_count;
		const struct vmcore_range *range = &core->ranges[number];

		if (range->start <= address && address < range->end) {
			core->last_range = number;
			return range;
		}
	}
	return NULL;
}

static int read_error(const struct vmcore *core, int rc, uint64_t offset,
		      struct error *err)
{
	if (rc == -EIO)
		return error_set(
			err, EIO,
			"%s is incomplete or cannot be read at offset 0x%" PRIx64,
			core->name, offset);
	return error_set(err, -rc, "cannot read %s at offset 0x%" PRIx64 ": %s",
			 core->name, offset, strerror(-rc));
}

/* Memory that is contiguous by virtual address may be in several ranges of the file. */
int vmcore_read(struct vmcore *core, uint64_t address, void *buffer, size_t size,
		struct error *err)
{
	uint8_t *target = buffer;

	while (size) {
		const struct vmcore_range *range = find_range(core, address);
		uint64_t offset, length;
		int rc;

		if (!range)
			return error_set(err, EFAULT,
					 "%s does not hold the memory at 0x%" PRIx64,
					 core->name, address);
		offset = range->offset + (address - range->start);
		length = range->end - address;
		if (length > size)
			length = size;
		rc = read_exactly(core->fd, target, length, offset);
		if (rc < 0)
			return read_error(core, rc, offset, err);
		address += length;
		target += length;
		size -= length;
	}
	return 0;
}

int vmcore_read_u32(struct vmcore *core, uint64_t address, uint32_t *value,
		    struct error *err)
{
	uint8_t raw[sizeof(*value)];
	int rc = vmcore_read(core, address, raw, sizeof(raw), err);

	return rc < 0 ? rc : bytes_u32((struct bytes){ raw, sizeof(raw) }, 0, value);
}

int vmcore_read_u64(struct vmcore *core, uint64_t address, uint64_t *value,
		    struct error *err)
{
	uint8_t raw[sizeof(*value)];
	int rc = vmcore_read(core, address, raw, sizeof(raw), err);

	return rc < 0 ? rc : bytes_u64((struct bytes){ raw, sizeof(raw) }, 0, value);
}

/* Searches one PT_NOTE. Returns 1 and sets *text, 0 if not found, or -ENOMEM. */
static int find_note(Elf_Data *notes, const char *name, char **text)
{
	size_t offset = 0, next, name_offset, offset_of_text,
	       name_size = strlen(name) + 1;
	GElf_Nhdr note;

	while ((next = gelf_getnote(notes, offset, &note, &name_offset,
				    &offset_of_text)) > 0) {
		const char *data = notes->d_buf;

		if (note.n_namesz == name_size &&
		    !memcmp(data + name_offset, name, name_size)) {
			*text = strndup(data + offset_of_text, note.n_descsz);
			return *text ? 1 : -ENOMEM;
		}
		offset = next;
	}
	return 0;
}

int vmcore_read_note(struct vmcore *core, const char *name, char **text,
		     struct error *err)
{
	size_t count, i;
	GElf_Phdr header;

	if (elf_getphdrnum(core->elf, &count) < 0)
		return elf_error(core, err);
	for (i = 0; i < count; i++) {
		Elf_Data *notes;
		int rc;

		if (!gelf_getphdr(core->elf, (int)i, &header))
			return elf_error(core, err);
		if (header.p_type != PT_NOTE || !header.p_filesz)
			continue;
		if (header.p_filesz > NOTES_MAX)
			return error_set(err, EINVAL,
					 "%s has ELF notes of %" PRIu64
					 " bytes, more than %llu",
					 core->name, header.p_filesz, NOTES_MAX);
		notes = elf_getdata_rawchunk(core->elf, (int64_t)header.p_offset,
					     header.p_filesz, ELF_T_NHDR);
		if (!notes)
			return elf_error(core, err);
		rc = find_note(notes, name, text);
		if (rc)
			return rc < 0 ? error_no_memory(err) : 0;
	}
	return error_set(err, ENOENT, "%s has no ELF note %s, which locates the log",
			 core->name, name);
}
