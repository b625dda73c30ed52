// SPDX-License-Identifier: GPL-2.0-only
/*
 * Says what Xen tells its first domain about the machine and about kexec, one fact on
 * each line:
 *
 *	xen-facts		all of them
 *	xen-facts status	whether Xen has an image for a kexec, and one for a crash
 *	xen-facts crash		none: lets Xen crash, as the key C on its console does
 *
 * It knows nothing of libxenctrl and makes the hypercalls itself, through
 * /dev/xen/privcmd. So it is a witness of its own for programs that use the library, and
 * one binary serves all releases of Xen. The layouts are those of Xen's public headers
 * (kexec.h, memory.h, platform.h, sysctl.h, version.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

struct call {
	uint64_t number, argument[5];
};

#define PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct call))

enum hypercall {
	PLATFORM_OP = 7,
	MEMORY_OP = 12,
	XEN_VERSION = 17,
	SYSCTL = 35,
	KEXEC_OP = 37,
};
enum { MACHINE_MEMORY_MAP = 10, GET_RANGE = 3, STATUS = 6, DEBUG_KEYS = 7 };
enum { SYSCTL_VERSIONS_MOST = 64 };
enum { RANGE_CPU = 2, RANGES = 7, CPUS_MOST = 256 };

/* Arguments of the calls. Xen reads and writes them by their address. */
struct range {
	int32_t range, number;
	uint64_t size, start;
};

struct map {
	uint32_t entries;
	uint32_t padding;
	uint64_t buffer;
};

struct __attribute__((packed)) map_entry {
	uint64_t start, size;
	uint32_t type;
};

struct firmware {
	uint32_t command, interface;
	uint32_t type, index;
	union {
		uint32_t version;
		struct {
			uint64_t address;
			uint32_t entries;
		} array;
		struct {
			uint64_t address, size, attribute;
			uint32_t type;
		} memory;
		uint8_t all[128];
	} info;
};

struct keys {
	uint32_t command, interface;
	uint64_t keys;
	uint32_t count;
	uint32_t others[32];
};

/* Memory that stays where it is while Xen uses it. */
struct arguments {
	struct range range;
	struct map map;
	struct firmware firmware;
	struct keys keys;
	uint8_t type;
	char text[1024];
	struct map_entry entries[1024];
};

static const char *const range_names[RANGES] = {
	"crash", "xen", "cpu", "xenheap", "boot_param", "efi_memmap", "vmcoreinfo",
};

/* Returns what Xen returns, or -errno of the kernel, which looks the same. */
static long call(int privcmd, enum hypercall number, uint64_t command, void *argument)
{
	struct call one = { number, { command, (uintptr_t)argument } };
	int result = ioctl(privcmd, PRIVCMD_HYPERCALL, &one);

	return result < 0 ? -errno : result;
}

static long get_range(int privcmd, struct arguments *use, int range, int number)
{
	use->range = (struct range){ .range = range, .number = number };
	return call(privcmd, KEXEC_OP, GET_RANGE, &use->range);
}

static void print_range(int privcmd, struct arguments *use, int range, int number)
{
	long result = get_range(privcmd, use, range, number);

	printf("range %s", range_names[range]);
	if (range == RANGE_CPU)
		printf(" %d", number);
	if (result)
		printf(" error %ld\n", result);
	else
		printf(" %#" PRIx64 " %#" PRIx64 "\n", use->range.start, use->range.size);
}

/* Start and size in bytes of each range. The CPUs end with the first unknown one. */
static void print_ranges(int privcmd, struct arguments *use)
{
	int range, cpu;

	for (range = 0; range < RANGES; range++) {
		if (range != RANGE_CPU) {
			print_range(privcmd, use, range, 0);
			continue;
		}
		for (cpu = 0; cpu < CPUS_MOST; cpu++) {
			print_range(privcmd, use, range, cpu);
			if (get_range(privcmd, use, range, cpu))
				break;
		}
	}
}

/* Start, size in bytes and type (as in an e820) of each range of the machine's map. */
static void print_map(int privcmd, struct arguments *use)
{
	uint32_t number;
	long result;

	use->map.entries = sizeof(use->entries) / sizeof(use->entries[0]);
	use->map.buffer = (uintptr_t)use->entries;
	result = call(privcmd, MEMORY_OP, MACHINE_MEMORY_MAP, &use->map);
	if (result) {
		printf("map error %ld\n", result);
		return;
	}
	for (number = 0; number < use->map.entries; number++)
		printf("map %#" PRIx64 " %#" PRIx64 " %" PRIu32 "\n",
		       use->entries[number].start, use->entries[number].size,
		       use->entries[number].type);
}

static long firmware_info(int privcmd, struct arguments *use, uint32_t index,
			  uint64_t address)
{
	use->firmware = (struct firmware){
		.command = 50,
		.interface = 0x03000001,
		.type = 4,
		.index = index,
	};
	use->firmware.info.memory.address = address;
	use->firmware.info.memory.size = address ? 1 : 0;
	return call(privcmd, PLATFORM_OP, (uintptr_t)&use->firmware, NULL);
}

/* The config table array, and what Xen says of one address. */
static void print_firmware(int privcmd, struct arguments *use)
{
	long result = firmware_info(privcmd, use, 1, 0);
	uint64_t array = use->firmware.info.array.address;

	if (result) {
		printf("efi error %ld\n", result);
		return;
	}
	printf("efi array %#" PRIx64 " entries %" PRIu32 "\n", array,
	       use->firmware.info.array.entries);
	result = firmware_info(privcmd, use, 3, array);
	if (result)
		printf("efi memory error %ld\n", result);
	else
		printf("efi memory %#" PRIx64 " %#" PRIx64 " type %" PRIu32
		       " attribute %#" PRIx64 "\n",
		       use->firmware.info.memory.address, use->firmware.info.memory.size,
		       use->firmware.info.memory.type,
		       use->firmware.info.memory.attribute);
}

static void print_versions(int privcmd, struct arguments *use)
{
	long version = call(privcmd, XEN_VERSION, 0, NULL);

	printf("version %ld.%ld", version >> 16, version & 0xffff);
	call(privcmd, XEN_VERSION, 1, use->text);
	printf("%s\n", use->text);
	call(privcmd, XEN_VERSION, 9, use->text);
	printf("command_line %s\n", use->text);
}

/* For each type of image: 1 if Xen has one, 0 if it has none, or a negative errno. */
static void print_status(int privcmd, struct arguments *use)
{
	use->type = 0;
	printf("loaded %ld\n", call(privcmd, KEXEC_OP, STATUS, &use->type));
	use->type = 1;
	printf("crash_loaded %ld\n", call(privcmd, KEXEC_OP, STATUS, &use->type));
}

/* Presses a key on Xen's console. Xen refuses versions of this call but its own. */
static long press(int privcmd, struct arguments *use, char key)
{
	long result = -EACCES;

	use->text[0] = key;
	for (uint32_t one = 1; one < SYSCTL_VERSIONS_MOST && result == -EACCES; one++) {
		use->keys = (struct keys){
			.command = DEBUG_KEYS,
			.interface = one,
			.keys = (uintptr_t)use->text,
			.count = 1,
		};
		result = call(privcmd, SYSCTL, (uintptr_t)&use->keys, NULL);
	}
	return result;
}

int main(int count, char **arguments)
{
	struct arguments *use =
		mmap(NULL, sizeof(*use), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1, 0);
	int privcmd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);

	if (use == MAP_FAILED || privcmd < 0) {
		perror("xen-facts: /dev/xen/privcmd");
		return 1;
	}
	if (count > 1 && strcmp(arguments[1], "status") == 0) {
		print_status(privcmd, use);
		return 0;
	}
	if (count > 1 && strcmp(arguments[1], "crash") == 0) {
		printf("crash error %ld\n", press(privcmd, use, 'C'));
		return 1;
	}
	print_versions(privcmd, use);
	print_status(privcmd, use);
	print_ranges(privcmd, use);
	print_firmware(privcmd, use);
	print_map(privcmd, use);
	return 0;
}
