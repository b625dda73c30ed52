// SPDX-License-Identifier: GPL-2.0-only
/* Private bytes of firmware and boot loader: what goes, what stays, and checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/boot_protocol.h"
#include "purgatory/record.h"
#include "recording/private_bytes.h"

static uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size)
		total = (uint8_t)(total + data[--size]);
	return total;
}

static void test_boot_params(void **state)
{
	_cleanup_string_list_ struct string_list found = { 0 };
	uint8_t data[4096], before[4096];
	uint8_t *edid = data + 0x140, *disk = data + 0xd00 + 82;
	size_t i, changed = 0;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + 1);
	/* The first two descriptors: a serial number, and a name of the monitor. */
	memcpy(edid + 0x36, "\0\0\0\xff\0SERIAL-123456", 18);
	memcpy(edid + 0x48, "\0\0\0\xfc\0MONITOR-NAME ", 18);
	memcpy(before, data, sizeof(data));
	assert_int_equal(private_boot_params(data, sizeof(data), &found), 0);
	assert_int_equal(found.count, 2);
	assert_int_equal(sum(edid, 128), sum(before + 0x140, 128));
	assert_int_equal(sum(disk, 82), sum(before + 0xd00 + 82, 82));
	for (i = 0; i < sizeof(data); i++) {
		bool private = (i >= 0x14c && i < 0x150) || (i >= 0x17b && i < 0x188) ||
			       (i >= 0x290 && i < 0x2d0) ||
			       (i >= 0xd00 && i < 0xeec && (i - 0xd00) % 82 >= 64 &&
				(i - 0xd00) % 82 < 80);
		bool checksum = i == 0x1bf ||
				(i >= 0xd00 && i < 0xeec && (i - 0xd00) % 82 == 81);

		if (private)
			assert_int_equal(data[i], 0);
		else if (!checksum)
			assert_int_equal(data[i], before[i]);
		changed += data[i] != before[i];
	}
	assert_true(changed > 4 + 13 + 64);
}

/* The machines of most: nothing is private, and nothing is said. */
static void test_boot_params_without(void **state)
{
	_cleanup_string_list_ struct string_list found = { 0 };
	uint8_t data[4096] = { 0 }, zeros[4096] = { 0 };

	(void)state;
	assert_int_equal(private_boot_params(data, sizeof(data), &found), 0);
	assert_int_equal(private_boot_params(data, 4095, &found), 0);
	assert_int_equal(found.count, 0);
	assert_memory_equal(data, zeros, sizeof(data));
}

static void test_setup_data(void **state)
{
	static const struct {
		uint32_t type;
		size_t kept, kept_by_all; /* of 64 bytes */
	} rows[] = {
		{ SETUP_DATA_E820_EXT, 64, 64 },
		{ SETUP_DATA_DTB, 0, 0 },
		{ 3 /* PCI */, 40, 64 },
		{ SETUP_DATA_EFI, 64, 64 },
		{ 5 /* Apple */, 0, 64 },
		{ 6 /* Jailhouse */, 64, 64 },
		{ SETUP_DATA_CC_BLOB, 64, 64 },
		{ SETUP_DATA_IMA, 64, 64 },
		{ SETUP_DATA_RNG_SEED, 0, 0 },
		{ SETUP_DATA_INDIRECT | SETUP_DATA_RNG_SEED, 0, 0 },
		{ SETUP_DATA_KEXEC_KHO, 64, 64 },
		{ RECORD_SETUP_DATA_TYPE, 64, 64 },
		{ 77 /* unknown */, 0, 64 },
	};
	size_t i, all, at;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (all = 0; all < 2; all++) {
			_cleanup_string_list_ struct string_list found = { 0 };
			size_t kept = all ? rows[i].kept_by_all : rows[i].kept;
			uint8_t data[64];

			memset(data, 0xee, sizeof(data));
			assert_int_equal(
				private_setup_data(rows[i].type, data, 64, all, &found),
				0);
			for (at = 0; at < 64; at++)
				assert_int_equal(data[at], at < kept ? 0xee : 0);
			assert_int_equal(found.count, kept < 64);
		}
}

/* A table whose bytes add up to total. */
static void make_table(uint8_t *data, size_t size, const char *signature, uint8_t total)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (uint8_t)(i * 3 + 1);
	memcpy(data, signature, 4);
	data[9] = (uint8_t)(data[9] + total - sum(data, size));
}

static void test_acpi(void **state)
{
	static const char *const hidden[] = { "MSDM", "SLIC", "iBFT",
					      "NBFT", "OEM1", "SVKL" };
	static const char *const shown[] = { "APIC", "FACP", "SSDT", "TPM2", "SRAT" };
	uint8_t data[128], before[128], zeros[128] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		_cleanup_string_list_ struct string_list found = { 0 };

		/* An intact table, and damaged ones. */
		make_table(data, sizeof(data), hidden[i], (uint8_t)(i * 5));
		memcpy(before, data, sizeof(data));
		assert_int_equal(private_acpi(data, sizeof(data), &found), 0);
		assert_int_equal(sum(data, sizeof(data)), i * 5);
		assert_memory_equal(data, before, 9);
		assert_memory_equal(data + 10, before + 10, 26);
		assert_memory_equal(data + 36, zeros, 128 - 36);
		assert_int_equal(found.count, 1);
		assert_non_null(strstr(found.items[0], "92 bytes"));
	}
	for (i = 0; i < 5; i++) {
		_cleanup_string_list_ struct string_list found = { 0 };

		make_table(data, sizeof(data), shown[i], 0);
		memcpy(before, data, sizeof(data));
		assert_int_equal(private_acpi(data, sizeof(data), &found), 0);
		assert_memory_equal(data, before, sizeof(data));
		assert_int_equal(found.count, 0);
	}
}

static void test_acpi_parts(void **state)
{
	_cleanup_string_list_ struct string_list serials = { 0 }, address = { 0 };
	uint8_t data[160], before[160];
	size_t i;

	(void)state;
	make_table(data, sizeof(data), "NFIT", 0);
	/* A range of 56 bytes, then a control region of 64. */
	memcpy(data + 40, "\0\0\x38\0", 4);
	memcpy(data + 96, "\4\0\x40\0", 4);
	data[9] = (uint8_t)(data[9] - sum(data, sizeof(data)));
	memcpy(before, data, sizeof(data));
	assert_int_equal(private_acpi(data, sizeof(data), &serials), 0);
	assert_int_equal(sum(data, sizeof(data)), 0);
	for (i = 0; i < sizeof(data); i++)
		assert_int_equal(data[i], i >= 120 && i < 124 ? 0
					  : i == 9	      ? data[9]
							      : before[i]);
	assert_int_equal(serials.count, 1);

	make_table(data, sizeof(data), "DSDT", 0);
	memcpy(data + 60, "_AUXMAC_#C0FFEE012345#", 22);
	data[9] = (uint8_t)(data[9] - sum(data, sizeof(data)));
	assert_int_equal(private_acpi(data, sizeof(data), &address), 0);
	assert_memory_equal(data + 60, "_AUXMAC_#xxxxxxxxxxxx#", 22);
	assert_int_equal(sum(data, sizeof(data)), 0);
	assert_int_equal(address.count, 1);
}

/* Appends a structure: type, its fields from byte 4 on, and its strings. */
static size_t put(uint8_t *at, uint8_t type, const void *fields, size_t size,
		  const char *strings, size_t string_bytes)
{
	memcpy(at, (uint8_t[]){ type, (uint8_t)(size + 4), 1, 0 }, 4);
	memcpy(at + 4, fields, size);
	memcpy(at + 4 + size, strings, string_bytes);
	return 4 + size + string_bytes;
}

#define PUT(type, fields, strings) \
	put(data + used, type, fields, sizeof(fields) - 1, strings, sizeof(strings))

static void test_smbios(void **state)
{
	_cleanup_string_list_ struct string_list found = { 0 };
	uint8_t data[512] = { 0 };
	static const uint8_t zeros[64];
	size_t used = 0, system, board, vendor, module, size;

	(void)state;
	used += PUT(0, "\1\2\0\0\3", "maker\0version\0date\0");
	system = used;
	/* Maker, product, version, serial number 3, UUID. */
	used += PUT(1, "\1\2\0\3ABCDEFGHIJKLMNOP\6", "maker\0product\0SN-1234\0");
	board = used;
	used += PUT(2, "\1\2\0\3\4", "maker\0board\0SN-56\0TAG-7\0");
	vendor = used;
	used += PUT(200, "SECRETS", "more secrets\0");
	used += PUT(11, "\1", "Dell service tag\0");
	module = used;
	used += PUT(17, "\0\0\0\0\0\0\0\0\0\0\0\0\1\2\0\0\0\0\0\3\4\5",
		    "slot\0bank\0maker\0SN-890\0TAG-1\0");
	used += PUT(127, "", "\0");
	size = used + 20;
	memcpy(data + used, "left from before", 16);
	assert_int_equal(private_smbios(data, size, &found), 0);
	assert_memory_equal(data + 9, "maker\0version\0date\0", 20);
	assert_memory_equal(data + system + 8, zeros, 16);
	assert_memory_equal(data + system + 25, "maker\0product\0xxxxxxx\0", 23);
	assert_memory_equal(data + board + 9, "maker\0board\0xxxxx\0xxxxx\0", 25);
	assert_memory_equal(data + vendor + 4, "\0\0\0\0\0\0\0xxxxxxxxxxxx\0", 21);
	assert_null(memmem(data, size, "Dell", 4));
	assert_memory_equal(data + module + 26, "slot\0bank\0maker\0xxxxxx\0xxxxx\0", 30);
	assert_memory_equal(data + used, zeros, 20);
	assert_int_equal(found.count, 6);
	assert_non_null(strstr(found.items[0], "(type 1)"));
}

/* A table that ends early, or whose first structure has an impossible length. */
static void test_smbios_damaged(void **state)
{
	static const uint8_t zeros[64];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		_cleanup_string_list_ struct string_list found = { 0 };
		uint8_t data[64] = { 0 };
		size_t used = 0, size;

		used += PUT(0, "\1", "maker\0");
		size = used + PUT(1, "\1\2\0\1", "SN-1234\0");
		size -= i == 0;
		if (i == 1)
			data[used + 1] = 3;
		if (i == 2)
			data[used + 1] = 200;
		assert_int_equal(private_smbios(data, size, &found), 0);
		assert_memory_equal(data + 5, "maker\0", 7);
		assert_memory_equal(data + used, zeros, size - used);
		assert_int_equal(found.count, 1);
		assert_non_null(strstr(found.items[0], "it is damaged"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_params),
		cmocka_unit_test(test_boot_params_without),
		cmocka_unit_test(test_setup_data),
		cmocka_unit_test(test_acpi),
		cmocka_unit_test(test_acpi_parts),
		cmocka_unit_test(test_smbios),
		cmocka_unit_test(test_smbios_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
