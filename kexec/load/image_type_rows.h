/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image types, in the order in which they are probed. To be included where IMAGE_TYPE
 * is defined: image_type.c takes the members of struct image_type, and the shell
 * completion, which is linked without the loaders, only the names.
 */
IMAGE_TYPE("multiboot2-x86", false, true, multiboot2_probe, multiboot2_load,
	   IMAGE_ENTRY_32BIT, false)
IMAGE_TYPE("elf-x86_64", false, false, elf_x86_64_probe, elf_kernel_load,
	   IMAGE_ENTRY_64BIT, false)
IMAGE_TYPE("multiboot-x86", false, true, multiboot1_probe, multiboot1_load,
	   IMAGE_ENTRY_32BIT, false)
IMAGE_TYPE("elf-x86", false, false, elf_x86_probe, elf_kernel_load, IMAGE_ENTRY_32BIT,
	   false)
IMAGE_TYPE("bzImage64", true, false, bzimage64_probe, bzimage64_load, IMAGE_ENTRY_64BIT,
	   true)
IMAGE_TYPE("bzImage", false, false, bzimage32_probe, bzimage32_load, IMAGE_ENTRY_32BIT,
	   true)
