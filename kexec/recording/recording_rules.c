// SPDX-License-Identifier: GPL-2.0-only
/* Which files a record may have, and how much of each. */
#include <fnmatch.h>

#include "recording/recording_internal.h"

#define RULE(pattern, kind)          \
	{                            \
		pattern, kind, false \
	}
#define SPARE(pattern, kind)        \
	{                           \
		pattern, kind, true \
	}

/* The first that matches counts. */
static const struct recording_rule rules[] = {
	RULE("proc/cmdline", RECORDING_COMMAND_LINE),
	SPARE("proc/config.gz", RECORDING_WHOLE),
	RULE("proc/cpuinfo", RECORDING_FIRST_CPU),
	RULE("proc/iomem", RECORDING_WHOLE),
	RULE("proc/kallsyms", RECORDING_SYMBOLS),
	RULE("proc/kcore", RECORDING_KCORE),
	/* Eight bytes for each page of memory; read only if a page is poisoned. */
	RULE("proc/kpageflags", RECORDING_TOO_LARGE),
	RULE("proc/meminfo", RECORDING_WHOLE),
	RULE("proc/sys/kernel/bootloader_type", RECORDING_WHOLE),
	RULE("proc/sys/kernel/kexec_load_*", RECORDING_WHOLE),
	RULE("proc/sys/kernel/kptr_restrict", RECORDING_WHOLE),
	RULE("proc/sys/kernel/osrelease", RECORDING_WHOLE),
	/* Another one in each boot; tells which kernel the memo of a load is about. */
	RULE("proc/sys/kernel/random/boot_id", RECORDING_WHOLE),
	RULE("proc/version", RECORDING_WHOLE),
	RULE("proc/zoneinfo", RECORDING_WHOLE),
	RULE("proc/xen/capabilities", RECORDING_WHOLE),
	RULE("sys/hypervisor/type", RECORDING_WHOLE),
	RULE("sys/hypervisor/guest_type", RECORDING_WHOLE),
	RULE("sys/hypervisor/properties/features", RECORDING_WHOLE),
	RULE("xen/memory", RECORDING_XEN_FACTS),
	SPARE("boot/config-*", RECORDING_WHOLE),
	SPARE("lib/modules/*/config", RECORDING_WHOLE),
	RULE("run/kexec/*.json", RECORDING_MEMO),
	RULE("sys/bus/pci/devices/*/class", RECORDING_WHOLE),
	RULE("sys/bus/pci/devices/*/driver", RECORDING_LINK),
	RULE("sys/class/dmi/id/*", RECORDING_WHOLE), /* recording_extras has five names */
	RULE("sys/devices/system/cpu/*", RECORDING_WHOLE),
	RULE("sys/devices/system/cpu/cpu*/crash_notes*", RECORDING_WHOLE),
	RULE("sys/devices/system/memory/block_size_bytes", RECORDING_WHOLE),
	RULE("sys/devices/system/memory/memory*/state", RECORDING_WHOLE),
	SPARE("sys/firmware/acpi/tables/*", RECORDING_ACPI),
	RULE("sys/firmware/dmi/tables/DMI", RECORDING_SMBIOS),
	RULE("sys/firmware/dmi/tables/smbios_entry_point", RECORDING_WHOLE),
	RULE("sys/firmware/efi/config_table", RECORDING_WHOLE),
	RULE("sys/firmware/efi/efivars/SecureBoot-*", RECORDING_WHOLE),
	RULE("sys/firmware/efi/efivars/*", RECORDING_PRIVATE),
	RULE("sys/firmware/efi/fw_platform_size", RECORDING_WHOLE),
	RULE("sys/firmware/efi/fw_vendor", RECORDING_WHOLE),
	RULE("sys/firmware/efi/runtime", RECORDING_WHOLE),
	RULE("sys/firmware/efi/runtime-map/*/*", RECORDING_WHOLE),
	RULE("sys/firmware/efi/systab", RECORDING_WHOLE),
	RULE("sys/firmware/memmap/*/*", RECORDING_WHOLE),
	RULE("sys/kernel/boot_params/data", RECORDING_BOOT_PARAMS),
	RULE("sys/kernel/boot_params/setup_data/*/data", RECORDING_SETUP_DATA),
	RULE("sys/kernel/boot_params/setup_data/*/type", RECORDING_WHOLE),
	RULE("sys/kernel/boot_params/version", RECORDING_WHOLE),
	RULE("sys/kernel/debug/boot_params/data", RECORDING_BOOT_PARAMS),
	RULE("sys/kernel/crash_elfcorehdr_size", RECORDING_WHOLE),
	RULE("sys/kernel/kexec*", RECORDING_WHOLE),
	RULE("sys/kernel/kexec/*", RECORDING_WHOLE),
	RULE("sys/kernel/security/integrity/ima/runtime_measurements_count",
	     RECORDING_WHOLE),
	RULE("sys/kernel/security/lockdown", RECORDING_WHOLE),
	RULE("sys/kernel/vmcoreinfo", RECORDING_WHOLE),
	RULE("dev/liveupdate", RECORDING_EXISTENCE),
	RULE("dev/mem", RECORDING_NOTHING),
	RULE("physical_memory", RECORDING_NOTHING),
	RULE("physical_memory/*", RECORDING_NOTHING),
};

/* Kinds of machines, and what a load of the running kernel's would look at. */
const char *const recording_extras[] = {
	"proc/version",
	"proc/sys/kernel/kptr_restrict",
	"proc/sys/kernel/kexec_load_disabled",
	"sys/kernel/boot_params/version",
	"sys/kernel/kexec_loaded",
	"sys/kernel/kexec_crash_loaded",
	"sys/kernel/kexec_crash_size",
	"sys/kernel/kexec/loaded",
	"sys/kernel/kexec/crash_loaded",
	"sys/kernel/kexec/crash_size",
	"run/kexec/normal.json",
	"run/kexec/crash.json",
	"proc/zoneinfo",
	"sys/devices/system/cpu/online",
	"sys/devices/system/cpu/present",
	"sys/devices/system/cpu/possible",
	"sys/class/dmi/id/sys_vendor",
	"sys/class/dmi/id/product_name",
	"sys/class/dmi/id/bios_vendor",
	"sys/class/dmi/id/bios_version",
	"sys/class/dmi/id/bios_date",
	"sys/firmware/dmi/tables/smbios_entry_point",
	"sys/firmware/dmi/tables/DMI",
	NULL,
};

const struct recording_rule *recording_rule_find(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!fnmatch(rules[i].pattern, path, FNM_PATHNAME))
			return &rules[i];
	return NULL;
}
