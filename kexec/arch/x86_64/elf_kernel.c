// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF programs that run without an operating system: which parts are placed in which
 * order, and which arguments the program gets.
 */
#include "arch/x86_64/elf_kernel.h"

#include <elf.h>
#include <errno.h>

#include "arch/x86_64/boot_params.h"
#include "arch/x86_64/efi_boot_data.h"
#include "arch/x86_64/elf_image.h"
#include "arch/x86_64/elf_notes.h"
#include "arch/x86_64/linux_image.h"

static int probe(const struct kernel_file *kernel, unsigned bits, struct error *err)
{
	struct elf_image elf;
	int rc = elf_image_read(kernel, &elf, err);

	if (rc < 0)
		return rc;
	return elf.bits == bits ? 0 : -ENOEXEC;
}

int elf_x86_64_probe(const struct kernel_file *kernel, struct error *err)
{
	return probe(kernel, 64, err);
}

int elf_x86_probe(const struct kernel_file *kernel, struct error *err)
{
	return probe(kernel, 32, err);
}

/*
 * The header that the kernel's bzImage would have. A vmlinux does not say what it
 * supports, so this assumes Linux 3.14 or later, the first that takes EFI data over a
 * kexec; older kernels need --noefi.
 */
static struct setup_header linux_header(unsigned bits)
{
	struct setup_header header = {
		.root_flags = 1,    /* read-only */
		.vid_mode = 0xffff, /* boot.rst, "vid_mode": normal */
		.boot_flag = BOOT_FLAG_MAGIC,
		.header = SETUP_HEADER_MAGIC,
		.version = SETUP_VERSION_2_12,
		.loadflags = LOADFLAG_LOADED_HIGH,
		.initrd_addr_max = 0x37ffffff,
		/* COMMAND_LINE_SIZE of x86 is 2048. */
		.cmdline_size = 2047,
	};

	if (bits == 64) {
		header.initrd_addr_max = 0x7fffffff;
		header.xloadflags = XLOADFLAG_KERNEL_64 | XLOADFLAG_ABOVE_4G |
				    XLOADFLAG_EFI_KEXEC;
	}
	return header;
}

static int prepare_linux(const struct load_request *request, unsigned bits,
			 struct image *image, struct error *err)
{
	struct setup_header header = linux_header(bits);
	int rc = linux_place_initrd(request, &header, image, err);

	if (!rc)
		rc = boot_params_build(request, &header, image_entry_limit(image), image,
				       err);
	image->registers.si = image->boot_params;
	return rc;
}

/*
 * The program is not told about EFI. If it runs in long mode and finds the tables by
 * itself, it needs them mapped.
 */
static int map_efi(const struct load_request *request, struct image *image,
		   struct error *err)
{
	struct efi_boot_data efi = { 0 };
	int rc;

	if (image->registers.mode != IMAGE_ENTRY_64BIT)
		return 0;
	rc = efi_boot_data_prepare(request, XLOADFLAG_KERNEL_64 | XLOADFLAG_EFI_KEXEC,
				   image, &efi, err);
	efi_boot_data_clear(&efi);
	image->efi.handed_over = false;
	image->efi.cc_blob = 0;
	return rc;
}

static int prepare_other(const struct load_request *request, struct image *image,
			 struct error *err)
{
	int rc;

	if (request->initrd)
		image_warn(image, "--initrd is ignored: only --args-linux hands it over");
	rc = map_efi(request, image, err);
	if (!rc)
		rc = linux_describe_memory(request, image, err);
	if (rc < 0)
		return rc;
	if (request->options->elf_arguments == ELF_ARGUMENTS_NOTES)
		return elf_notes_build(request, image, err);
	return 0;
}

int elf_kernel_load(const struct load_request *request, struct image *image,
		    struct error *err)
{
	struct elf_image elf;
	int rc = elf_image_read(request->kernel, &elf, err);

	if (!rc)
		rc = elf_image_check_kernel(request->kernel, &elf, err);
	if (rc < 0)
		return rc;
	rc = elf_image_entry(request->kernel, &elf, &image->registers.ip, err);
	/* A vmlinux does not say whether it uses 5-level paging. */
	if (!rc && request->options->elf_arguments == ELF_ARGUMENTS_LINUX)
		rc = image_limit_to_four_levels(image, err);
	/* fixed_ranges_place refuses a crash kernel that is linked for another place. */
	if (!rc)
		rc = linux_place_crash_parts(request, true, image, err);
	if (!rc)
		rc = fixed_ranges_place(request, elf.loads, elf.load_count,
					image_entry_limit(image), image, err);
	if (rc < 0)
		return rc;
	if (request->options->elf_arguments == ELF_ARGUMENTS_LINUX)
		return prepare_linux(request, elf.bits, image, err);
	return prepare_other(request, image, err);
}
