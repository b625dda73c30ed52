// SPDX-License-Identifier: GPL-2.0-only
#include "check/record_read.h"

#include <string.h>

/* The offset of a member, for the readers of util/bytes.h. */
#define AT(member) offsetof(struct kexec_record, member)

static void read_text(struct bytes data, uint64_t offset, char *text)
{
	memcpy(text, data.data + offset, RECORD_TEXT_BYTES);
}

static int read_load(struct bytes data, struct record_load *load)
{
	read_text(data, AT(load.version), load->version);
	read_text(data, AT(load.kernel), load->kernel);
	read_text(data, AT(load.boot_id), load->boot_id);
	return bytes_u64(data, AT(load.identity), &load->identity) |
	       bytes_u64(data, AT(load.time), &load->time) |
	       bytes_u64(data, AT(load.tsc), &load->tsc) |
	       bytes_u64(data, AT(load.tsc_hertz), &load->tsc_hertz) |
	       bytes_u64(data, AT(load.verified_bytes), &load->verified_bytes) |
	       bytes_u64(data, AT(load.command_line), &load->command_line) |
	       bytes_u64(data, AT(load.initrd), &load->initrd) |
	       bytes_u64(data, AT(load.setup_data), &load->setup_data) |
	       bytes_u32(data, AT(load.flags), &load->flags) |
	       bytes_u32(data, AT(load.entry_mode), &load->entry_mode);
}

static int read_area(struct bytes data, uint64_t offset, struct record_area *area)
{
	return bytes_u64(data, offset + offsetof(struct record_area, start),
			 &area->start) |
	       bytes_u64(data, offset + offsetof(struct record_area, end), &area->end) |
	       bytes_u32(data, offset + offsetof(struct record_area, pages_added),
			 &area->pages_added) |
	       bytes_u32(data, offset + offsetof(struct record_area, mapped),
			 &area->mapped);
}

static int read_skip(struct bytes data, uint64_t offset, struct record_skip *skip)
{
	return bytes_u32(data, offset + offsetof(struct record_skip, step), &skip->step) |
	       bytes_u32(data, offset + offsetof(struct record_skip, reason),
			 &skip->reason) |
	       bytes_u64(data, offset + offsetof(struct record_skip, value),
			 &skip->value);
}

static int read_run(struct bytes data, struct record_run *run)
{
	int failed = bytes_u32(data, AT(run.digests), &run->digests) |
		     bytes_u32(data, AT(run.config_tables), &run->config_tables) |
		     bytes_u32(data, AT(run.pages_added), &run->pages_added) |
		     bytes_u32(data, AT(run.skip_count), &run->skip_count);
	unsigned i;

	for (i = 0; i < RECORD_MOMENTS; i++)
		failed |= bytes_u64(data, AT(run.stamps) + i * sizeof(run->stamps[0]),
				    &run->stamps[i]);
	for (i = 0; i < RECORD_AREAS; i++)
		failed |= read_area(data, AT(run.areas) + i * sizeof(run->areas[0]),
				    &run->areas[i]);
	for (i = 0; i < RECORD_SKIPS_MAX; i++)
		failed |= read_skip(data, AT(run.skips) + i * sizeof(run->skips[0]),
				    &run->skips[i]);
	return failed;
}

/* Printable ASCII, and NULs from its end on. */
static bool is_text(const char text[RECORD_TEXT_BYTES])
{
	size_t length = strnlen(text, RECORD_TEXT_BYTES), i;

	for (i = 0; i < RECORD_TEXT_BYTES; i++)
		if (i < length ? text[i] < ' ' || text[i] > '~' : text[i] != '\0')
			return false;
	return length < RECORD_TEXT_BYTES;
}

/* Without stamps all of them are 0. */
static bool stamps_ascend(const struct kexec_record *record)
{
	bool wanted = record->load.flags & RECORD_LOAD_STAMPS;
	uint64_t last = wanted ? record->load.tsc : 0;
	unsigned i;

	for (i = 0; i < RECORD_MOMENTS; i++) {
		uint64_t stamp = record->run.stamps[i];

		if (wanted ? !stamp || stamp < last : stamp != 0)
			return false;
		last = stamp;
	}
	return true;
}

static bool areas_are_ranges(const struct record_run *run)
{
	unsigned i;

	for (i = 0; i < RECORD_AREAS; i++)
		if (run->areas[i].start > run->areas[i].end || run->areas[i].mapped > 1 ||
		    run->areas[i].pages_added > run->pages_added)
			return false;
	return true;
}

static const char *find_defect(const struct kexec_record *record)
{
	const struct record_load *load = &record->load;
	const struct record_run *run = &record->run;

	if (!is_text(load->version) || !load->version[0] || !is_text(load->kernel) ||
	    !is_text(load->boot_id))
		return "it is damaged: a text in it is not printable";
	if (load->entry_mode > RECORD_ENTRY_REAL)
		return "it is damaged: its mode of entry is unknown";
	if (run->digests != RECORD_DIGESTS_SKIPPED &&
	    run->digests != RECORD_DIGESTS_EQUAL)
		return "it is damaged: its result of verifying is unknown";
	if (!stamps_ascend(record))
		return "it is damaged: its time stamps do not ascend";
	if (!areas_are_ranges(run))
		return "it is damaged: a range ends before it starts";
	return NULL;
}

static const char *find_kind(struct bytes data)
{
	uint64_t magic;
	uint32_t version, size;

	if (bytes_u64(data, AT(magic), &magic) < 0 ||
	    bytes_u32(data, AT(version), &version) < 0 ||
	    bytes_u32(data, AT(size), &size) < 0)
		return "it is cut off";
	if (!magic && !version)
		return "purgatory has not written it, as with --entry";
	if (magic != RECORD_MAGIC)
		return "it is damaged: its magic number is wrong";
	if (version != RECORD_VERSION)
		return "it is of a version that this kexec does not know";
	if (size != sizeof(struct kexec_record) || data.size != size)
		return "it is damaged: its size is wrong";
	return NULL;
}

bool record_read(struct bytes data, struct kexec_record *record, const char **defect)
{
	struct kexec_record found = { .magic = RECORD_MAGIC,
				      .version = RECORD_VERSION,
				      .size = sizeof(found) };
	const char *reason = find_kind(data);

	if (!reason && (read_load(data, &found.load) || read_run(data, &found.run)))
		reason = "it is cut off";
	if (!reason)
		reason = find_defect(&found);
	if (reason) {
		*defect = reason;
		return false;
	}
	*record = found;
	return true;
}

uint32_t record_skips(const struct kexec_record *record)
{
	return record->run.skip_count < RECORD_SKIPS_MAX ? record->run.skip_count
							 : RECORD_SKIPS_MAX;
}

const char *record_step_name(uint32_t step)
{
	static const char *const names[RECORD_STEPS] = {
		[RECORD_SYSTEM_TABLE] = "the EFI system table",
		[RECORD_CONFIG_TABLES] = "the EFI config table array",
		[RECORD_CC_BLOB] = "the CC blob",
		[RECORD_CC_SECRETS] = "the CC secrets page",
		[RECORD_CC_CPUID] = "the CC CPUID page",
		[RECORD_IDENTITY_MAP] = "mapping the EFI tables",
		[RECORD_SMBIOS] = "the address of SMBIOS",
		[RECORD_OTHER_KERNEL] = "mapping the other kernel",
		[RECORD_JUMP_BACK] = "kexec_jump_back_entry=",
		[RECORD_FRAMEBUFFER] = "the framebuffer console",
	};

	return step < RECORD_STEPS && names[step] ? names[step] : "an unknown step";
}

const char *record_reason_text(uint32_t reason)
{
	static const char *const texts[RECORD_REASONS] = {
		[RECORD_BAD_PARAMS] = "was handed over with impossible limits",
		[RECORD_BAD_OWN_MAPPING] = "met an identity map without purgatory",
		[RECORD_BAD_MASK] = "met contradicting memory encryption bits",
		[RECORD_BAD_TABLE] = "met a page table outside memory",
		[RECORD_BAD_RANGE] = "is empty or wraps around",
		[RECORD_BEYOND_LIMIT] = "lies beyond the CPU's address space",
		[RECORD_POOL_EMPTY] = "needs more page tables than there were",
		[RECORD_NO_ADDRESS] = "has no address",
		[RECORD_BAD_SIGNATURE] = "has a wrong signature",
		[RECORD_BAD_COUNT] = "has an impossible number of entries",
		[RECORD_BAD_LENGTH] = "has an impossible length",
		[RECORD_NO_ARRAY] = "the config table array was not mapped",
		[RECORD_OUTSIDE] = "lies outside memory",
		[RECORD_NOT_NAMED] = "is not the one that SETUP_EFI had",
		[RECORD_NO_ROOM] = "does not fit behind the command line",
		[RECORD_NOT_END] = "is not for the end of a command line",
		[RECORD_OTHER_REASON] = "failed",
	};

	return reason < RECORD_REASONS && texts[reason]
		       ? texts[reason]
		       : "for a reason that this kexec does not know";
}

const char *record_entry_mode_name(const struct kexec_record *record)
{
	switch (record->load.entry_mode) {
	case RECORD_ENTRY_32BIT:
		return "32-bit";
	case RECORD_ENTRY_REAL:
		return "real";
	default:
		return "64-bit";
	}
}
