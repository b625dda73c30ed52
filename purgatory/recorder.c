// SPDX-License-Identifier: GPL-2.0-only
/*
 * The numbers in a record are fixed, those of purgatory's own enumerations are not, so
 * they are translated here.
 */
#include "recorder.h"

_Static_assert(EFI_AREA_SYSTEM_TABLE == (int)RECORD_SYSTEM_TABLE &&
		       EFI_AREA_CONFIG_TABLES == (int)RECORD_CONFIG_TABLES &&
		       EFI_AREA_CC_BLOB == (int)RECORD_CC_BLOB &&
		       EFI_AREA_CC_SECRETS == (int)RECORD_CC_SECRETS &&
		       EFI_AREA_CC_CPUID == (int)RECORD_CC_CPUID &&
		       EFI_AREAS == RECORD_AREAS,
	       "areas have the same order");

void recorder_skip(struct record_run *run, enum record_step step,
		   enum record_reason reason, uint64_t value)
{
	if (run->skip_count < RECORD_SKIPS_MAX)
		run->skips[run->skip_count] = (struct record_skip){
			.step = step,
			.reason = reason,
			.value = value,
		};
	run->skip_count++;
}

enum record_reason recorder_map_reason(enum identity_map_status status)
{
	static const uint8_t reasons[IDENTITY_MAP_STATUSES] = {
		[IDENTITY_MAP_BAD_PARAMS] = RECORD_BAD_PARAMS,
		[IDENTITY_MAP_BAD_OWN_MAPPING] = RECORD_BAD_OWN_MAPPING,
		[IDENTITY_MAP_BAD_MASK] = RECORD_BAD_MASK,
		[IDENTITY_MAP_BAD_TABLE] = RECORD_BAD_TABLE,
		[IDENTITY_MAP_BAD_RANGE] = RECORD_BAD_RANGE,
		[IDENTITY_MAP_BEYOND_LIMIT] = RECORD_BEYOND_LIMIT,
		[IDENTITY_MAP_POOL_EMPTY] = RECORD_POOL_EMPTY,
	};

	if ((unsigned int)status < IDENTITY_MAP_STATUSES && reasons[status])
		return reasons[status];
	return RECORD_OTHER_REASON;
}

static enum record_reason area_reason(const struct efi_area *area)
{
	switch (area->status) {
	case EFI_AREA_NOT_MAPPED:
		return recorder_map_reason(area->map_status);
	case EFI_AREA_NO_ADDRESS:
		return RECORD_NO_ADDRESS;
	case EFI_AREA_BAD_SIGNATURE:
		return RECORD_BAD_SIGNATURE;
	case EFI_AREA_BAD_COUNT:
		return RECORD_BAD_COUNT;
	case EFI_AREA_BAD_LENGTH:
		return RECORD_BAD_LENGTH;
	default:
		return RECORD_OTHER_REASON;
	}
}

enum record_reason recorder_smbios_reason(enum smbios_status status)
{
	switch (status) {
	case SMBIOS_NO_ARRAY:
		return RECORD_NO_ARRAY;
	case SMBIOS_OUTSIDE:
		return RECORD_OUTSIDE;
	case SMBIOS_NOT_NAMED:
		return RECORD_NOT_NAMED;
	default:
		return RECORD_OTHER_REASON;
	}
}

enum record_reason recorder_jump_back_reason(enum jump_back_status status)
{
	switch (status) {
	case JUMP_BACK_NO_ROOM:
		return RECORD_NO_ROOM;
	case JUMP_BACK_OUTSIDE:
		return RECORD_OUTSIDE;
	case JUMP_BACK_NOT_END:
		return RECORD_NOT_END;
	default:
		return RECORD_OTHER_REASON;
	}
}

void recorder_areas(struct record_run *run, const struct efi_map_result *result)
{
	run->config_tables = (uint32_t)result->config_tables;
	for (unsigned int id = 0; id < EFI_AREAS; id++) {
		const struct efi_area *area = &result->areas[id];

		run->areas[id] = (struct record_area){
			.start = area->start,
			.end = area->end,
			.pages_added = (uint32_t)area->pages_added,
			.mapped = area->status == EFI_AREA_MAPPED,
		};
		if (efi_area_was_skipped(area))
			recorder_skip(run, (enum record_step)id, area_reason(area),
				      area->start);
	}
}

void recorder_write(const struct physical_memory *memory,
		    const struct purgatory_record *where, const struct record_run *run)
{
	struct kexec_record *record;
	void *place;

	if (!where->place ||
	    !physical_pointer(memory, where->place, sizeof(*record), &place))
		return;
	record = place;
	record->magic = RECORD_MAGIC;
	record->version = RECORD_VERSION;
	record->size = sizeof(*record);
	record->load = where->load;
	record->run = *run;
}
