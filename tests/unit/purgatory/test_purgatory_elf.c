// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the built purgatory, read with libelf: it must not need relocation.
 * PURGATORY_ELF and PURGATORY_BIN name the linked and the flat file.
 */
#include <elf.h>
#include <gelf.h>
#include <sys/stat.h>

#include "fixtures.h"

#define PURGATORY_BYTES 4096u
#define ENTRY		0x1000u

static Elf *elf;
static int elf_fd = -1;
static uint8_t *flat;
static size_t flat_size;

static int read_flat(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	int rc;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -1;
	flat_size = (size_t)status.st_size;
	flat = malloc(flat_size + 1);
	rc = flat ? read_exactly(fd, flat, flat_size, 0) : -1;
	close(fd);
	return rc;
}

static int set_up(void **state)
{
	const char *elf_path = getenv("PURGATORY_ELF");
	const char *flat_path = getenv("PURGATORY_BIN");

	(void)state;
	if (!elf_path || !flat_path) {
		print_error("PURGATORY_ELF and PURGATORY_BIN must name the files\n");
		return -1;
	}
	elf_fd = open(elf_path, O_RDONLY | O_CLOEXEC);
	if (elf_fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
		return -1;
	elf = elf_begin(elf_fd, ELF_C_READ, NULL);
	return elf ? read_flat(flat_path) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	elf_end(elf);
	close(elf_fd);
	free(flat);
	return 0;
}

static void is_x86_64_and_begins_at_its_entry(void **state)
{
	GElf_Ehdr header;

	(void)state;
	assert_non_null(gelf_getehdr(elf, &header));
	assert_int_equal(header.e_machine, EM_X86_64);
	assert_int_equal(header.e_entry, ENTRY);
}

static void holds_no_relocation(void **state)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	(void)state;
	while ((section = elf_nextscn(elf, section))) {
		assert_non_null(gelf_getshdr(section, &header));
		if (header.sh_type == SHT_REL || header.sh_type == SHT_RELA ||
		    header.sh_type == SHT_RELR)
			assert_int_equal(header.sh_size, 0);
	}
}

static void wants_no_loader(void **state)
{
	GElf_Phdr header;
	size_t count, i;

	(void)state;
	assert_int_equal(elf_getphdrnum(elf, &count), 0);
	for (i = 0; i < count; i++) {
		assert_non_null(gelf_getphdr(elf, (int)i, &header));
		assert_int_not_equal(header.p_type, PT_INTERP);
		assert_int_not_equal(header.p_type, PT_TLS);
		if (header.p_type == PT_DYNAMIC)
			assert_int_equal(header.p_filesz, 0);
	}
}

/* Returns how many symbols the file has, of which all must be defined in it. */
static size_t defined_symbols(Elf *file)
{
	Elf_Scn *section = NULL;
	size_t seen = 0;

	while ((section = elf_nextscn(file, section))) {
		GElf_Shdr header;
		GElf_Sym symbol;
		int i;

		assert_non_null(gelf_getshdr(section, &header));
		if (header.sh_type != SHT_SYMTAB)
			continue;
		/* Symbol 0 is the null symbol. */
		for (i = 1; gelf_getsym(elf_getdata(section, NULL), i, &symbol); i++) {
			seen++;
			if (symbol.st_shndx == SHN_UNDEF)
				fail_msg(
					"%s is undefined",
					elf_strptr(file, header.sh_link, symbol.st_name));
		}
	}
	return seen;
}

static void leaves_no_symbol_undefined(void **state)
{
	(void)state;
	/* A stripped file would pass for want of symbols. */
	assert_true(defined_symbols(elf) > 10);
}

/* The loop over the image must not call purgatory's memcpy for each word. */
static void digest_calls_nothing(void **state)
{
	char *path = strdup(getenv("PURGATORY_ELF"));
	char *name = strrchr(path, '/');
	char *object;
	Elf *file;
	int fd;

	(void)state;
	assert_non_null(name);
	assert_true(asprintf(&object, "%.*s/flat/verify.o", (int)(name - path), path) >
		    0);
	fd = open(object, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	file = elf_begin(fd, ELF_C_READ, NULL);
	assert_non_null(file);
	assert_true(defined_symbols(file) > 0);
	elf_end(file);
	close(fd);
	free(object);
	free(path);
}

/*
 * kexec copies only the flat file, so memory of a segment beyond its bytes in the file
 * (.bss) would be missing.
 */
static void flat_file_is_all_of_its_memory(void **state)
{
	GElf_Phdr header;
	size_t count, i;
	uint64_t end = 0;

	(void)state;
	assert_int_equal(elf_getphdrnum(elf, &count), 0);
	for (i = 0; i < count; i++) {
		assert_non_null(gelf_getphdr(elf, (int)i, &header));
		if (header.p_type != PT_LOAD)
			continue;
		assert_int_equal(header.p_paddr, header.p_vaddr);
		/*
		 * Between a segment's bytes and its end there is at most the padding of a
		 * page.
		 */
		assert_true(header.p_memsz >= header.p_filesz);
		if (header.p_vaddr + header.p_memsz > end)
			end = header.p_vaddr + header.p_memsz;
	}
	assert_int_equal(flat_size, end);
	assert_int_equal(flat_size % 4096, 0);
}

static void sections_lie_in_the_flat_file_byte_by_byte(void **state)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	(void)state;
	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data;

		assert_non_null(gelf_getshdr(section, &header));
		if (!(header.sh_flags & SHF_ALLOC) || !header.sh_size)
			continue;
		assert_true(header.sh_addr + header.sh_size <= flat_size);
		assert_int_not_equal(header.sh_type, SHT_NOBITS);
		data = elf_getdata(section, NULL);
		assert_non_null(data);
		assert_memory_equal(flat + header.sh_addr, data->d_buf, data->d_size);
	}
}

static void params_page_is_empty(void **state)
{
	size_t i;

	(void)state;
	assert_true(flat_size > PURGATORY_BYTES);
	for (i = 0; i < PURGATORY_BYTES; i++)
		assert_int_equal(flat[i], 0);
	/* The entry point must be code. */
	assert_int_not_equal(get_le(flat + ENTRY, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_x86_64_and_begins_at_its_entry),
		cmocka_unit_test(holds_no_relocation),
		cmocka_unit_test(wants_no_loader),
		cmocka_unit_test(leaves_no_symbol_undefined),
		cmocka_unit_test(digest_calls_nothing),
		cmocka_unit_test(flat_file_is_all_of_its_memory),
		cmocka_unit_test(sections_lie_in_the_flat_file_byte_by_byte),
		cmocka_unit_test(params_page_is_empty),
	};

	return cmocka_run_group_tests_name("purgatory_elf", tests, set_up, tear_down);
}
