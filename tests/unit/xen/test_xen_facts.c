// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hypervisor's facts as text: read, written, damaged; and joined with the lines of a
 * dom0's /proc/iomem.
 */
#include <errno.h>

#include "fixtures.h"
#include "tree.h"
#include "xen/xen_facts.h"

static const char whole[] = "00000000-0009ffff : System RAM\n"
			    "00100000-3fffffff : System RAM\n"
			    "40000000-400fffff : Reserved\n"
			    "40100000-401fffff : ACPI Tables\n"
			    "100000000-17fffffff : System RAM\n"
			    "10000000-1fffffff : Crash kernel\n"
			    "3f000080-3f000273 : Xen crash note\n"
			    "3f001080-3f001213 : Xen crash note\n"
			    "3e000000-3e000fff : Xen vmcoreinfo\n"
			    "40000098-4000019f : EFI config tables\n"
			    "40000018-4000008f : EFI system table\n"
			    "40000000-4007ffff : EFI memory 6 800000000000000f\n"
			    "40080000-400fffff : EFI memory 0 f\n";

static int read_text(const char *text, struct xen_facts *facts, struct error *err)
{
	_cleanup_tree_ struct tree tree;

	tree_make(&tree);
	tree_write(&tree, XEN_FACTS_PATH, "%s", text);
	return xen_facts_read(&tree.root, facts, err);
}

static void assert_range(struct xen_range range, uint64_t start, uint64_t end)
{
	assert_int_equal(range.start, start);
	assert_int_equal(range.end, end);
}

static void test_read(void **state)
{
	_cleanup_xen_facts_ struct xen_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(read_text(whole, &facts, &err), 0);
	assert_int_equal(facts.memory.count, 5);
	assert_int_equal(facts.memory.ranges[3].start, 0x40100000);
	assert_int_equal(facts.memory.ranges[3].end, 0x40200000);
	assert_int_equal(facts.memory.ranges[3].type, MEMORY_ACPI_TABLES);
	assert_range(facts.crash, 0x10000000, 0x20000000);
	assert_int_equal(facts.cpu_note_count, 2);
	assert_range(facts.cpu_notes[0], 0x3f000080, 0x3f000274);
	assert_range(facts.cpu_notes[1], 0x3f001080, 0x3f001214);
	assert_range(facts.vmcoreinfo, 0x3e000000, 0x3e001000);
	assert_range(facts.efi_tables, 0x40000098, 0x400001a0);
	assert_int_equal(facts.efi_system_table, 0x40000018);
	assert_int_equal(facts.efi_memory_count, 2);
	assert_range(facts.efi_memory[0].range, 0x40000000, 0x40080000);
	assert_int_equal(facts.efi_memory[0].type, 6);
	assert_int_equal(facts.efi_memory[0].attribute, 0x800000000000000f);
	assert_int_equal(facts.efi_memory[1].type, 0);
	assert_int_equal(facts.efi_memory[1].attribute, 0xf);
	xen_facts_clear(&facts);
	assert_null(facts.cpu_notes);
	assert_int_equal(facts.memory.count, 0);
}

static void test_round_trip(void **state)
{
	static const char *const texts[] = {
		whole,
		"00000000-0009ffff : System RAM\n",
		"00000000-0009ffff : System RAM\nf00000000000-f0000fffffff : Reserved\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		_cleanup_xen_facts_ struct xen_facts facts = { 0 };
		_cleanup_free_ char *text = NULL;

		assert_int_equal(read_text(texts[i], &facts, NULL), 0);
		assert_int_equal(xen_facts_text(&facts, &text), 0);
		assert_string_equal(text, texts[i]);
	}
}

#define NO_LINE "/xen/memory of the recorded machine has no line of the form"
#define NO_RAM	"the hypervisor's memory map has no RAM"

/* Each is read in one of two ways: its good lines count, or the message says why not. */
static const struct {
	const char *name;
	const char *text;
	int rc;
	uint64_t ram; /* bytes, if it is read */
	size_t notes, efi_ranges;
	const char *message; /* if it is not */
} hostile[] = {
	{ "empty", "", -ENODATA, 0, 0, 0, NO_LINE },
	{ "noise", "\x01\x02:::\n- : -\n\xff\n", -ENODATA, 0, 0, 0, NO_LINE },
	{ "hidden", "00000000-00000000 : System RAM\n", 0, 1, 0, 0, NULL },
	{ "reserved memory only", "0-fffff : Reserved\n", -ENODATA, 0, 0, 0, NO_RAM },
	{ "RAM that is reserved later", "0-fffff : System RAM\n0-fffff : Reserved\n",
	  -ENODATA, 0, 0, 0, NO_RAM },
	{ "line that ends before its start",
	  "0-fff : System RAM\n2000-1fff : System RAM\n3000-1000 : Xen crash note\n", 0,
	  4096, 0, 0, NULL },
	{ "numbers above 64 bits",
	  "0-fff : System RAM\n10000000000000000-2 : Xen crash note\n", 0, 4096, 0, 0,
	  NULL },
	{ "unknown names", "0-fff : System RAM\n0-fff : Moon dust\n0-fff : Xen\n", 0,
	  4096, 0, 0, NULL },
	{ "names with more behind them",
	  "0-fff : System RAM\n0-fff : System RAM (kmem)\n0-fff : Xen crash notes\n", 0,
	  4096, 0, 0, NULL },
	{ "EFI memory without numbers",
	  "0-fff : System RAM\n0-fff : EFI memory \n0-fff : EFI memory 6\n"
	  "0-fff : EFI memory 6 \n0-fff : EFI memory x f\n0-fff : EFI memory 6 g\n",
	  0, 4096, 0, 0, NULL },
	{ "EFI memory with numbers that are too large",
	  "0-fff : System RAM\n0-fff : EFI memory 100000000 f\n"
	  "0-fff : EFI memory 6 10000000000000000\n",
	  0, 4096, 0, 0, NULL },
	{ "EFI memory with more numbers",
	  "0-fff : System RAM\n0-fff : EFI memory 6 f f\n0-fff : EFI memory  6 f\n", 0,
	  4096, 0, 0, NULL },
	{ "up to the end of all addresses",
	  "0-fff : System RAM\n1000-ffffffffffffffff : Reserved\n"
	  "fffffffffffffff0-ffffffffffffffff : Xen crash note\n"
	  "fffffffffffff000-ffffffffffffffff : EFI memory 6 8000000000000000\n",
	  0, 4096, 1, 1, NULL },
	{ "without a newline at its end", "0-fff : System RAM\n5-6 : Xen crash note", 0,
	  4096, 1, 0, NULL },
};

static void test_hostile(void **state)
{
	const typeof(hostile[0]) *row = *state;
	_cleanup_xen_facts_ struct xen_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = NULL;

	assert_int_equal(read_text(row->text, &facts, &err), row->rc);
	if (row->rc) {
		assert_message(&err, row->message);
		return;
	}
	assert_int_equal(memory_map_total(&facts.memory, MEMORY_RAM), row->ram);
	assert_int_equal(facts.cpu_note_count, row->notes);
	assert_int_equal(facts.efi_memory_count, row->efi_ranges);
	assert_int_equal(xen_facts_text(&facts, &text), 0);
}

static void test_missing(void **state)
{
	_cleanup_xen_facts_ struct xen_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	assert_int_equal(xen_facts_read(&tree.root, &facts, &err), -ENOENT);
	assert_message(&err, XEN_FACTS_PATH);
}

#define XEN_LINES                            \
	"00000000-0009ffff : System RAM\n"   \
	"00100000-3fffffff : System RAM\n"   \
	"40000000-400fffff : Reserved\n"     \
	"40100000-401fffff : ACPI Tables\n"  \
	"100000000-17fffffff : System RAM\n" \
	"10000000-1fffffff : Crash kernel\n"

static const struct {
	const char *name;
	const char *dom0; /* NULL: it cannot be read */
	const char *text;
} iomems[] = {
	{ "not readable", NULL, XEN_LINES },
	{ "empty", "", XEN_LINES },
	{ "noise", "here it is\n", XEN_LINES },
	{ "RAM and what is in it",
	  "00001000-0009ffff : System RAM\n"
	  "00100000-2fffffff : System RAM\n"
	  "  01000000-01ffffff : Kernel code\n"
	  "  02000000-02ffffff : Kernel bss\n"
	  "  20000000-27ffffff : Crash kernel\n"
	  "30000000-3fffffff : System RAM (kmem)\n",
	  XEN_LINES },
	{ "reserved memory",
	  "000a0000-000fffff : Reserved\n50000000-5fffffff : ACPI Tables\n", XEN_LINES },
	{ "ranges for grants", "200000000-20fffffff : Xen scratch\n", XEN_LINES },
	{ "devices",
	  "000a0000-000fffff : Reserved\n"
	  "  000f0000-000fffff : System ROM\n"
	  "80000000-8fffffff : PCI Bus 0000:00\n"
	  "  80000000-80000fff : 0000:00:02.0\n"
	  "    80000000-80000fff : e1000\n",
	  "000f0000-000fffff : System ROM\n"
	  "80000000-8fffffff : PCI Bus 0000:00\n"
	  "80000000-80000fff : 0000:00:02.0\n"
	  "80000000-80000fff : e1000\n" XEN_LINES },
};

static void test_iomem(void **state)
{
	const typeof(iomems[0]) *row = *state;
	_cleanup_xen_facts_ struct xen_facts facts = { 0 };
	_cleanup_free_ char *text = NULL;

	assert_int_equal(read_text(whole, &facts, NULL), 0);
	assert_int_equal(xen_facts_iomem(&facts, row->dom0, &text), 0);
	assert_string_equal(text, row->text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_missing),
	};

	return RUN_TABLE(test_hostile, hostile) + RUN_TABLE(test_iomem, iomems) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
