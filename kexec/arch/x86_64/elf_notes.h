/* SPDX-License-Identifier: GPL-2.0-only */
/* ELF boot notes: what the "ELF Booting" proposal of LinuxBIOS passes to a program. */
#ifndef KEXEC_ARCH_X86_64_ELF_NOTES_H
#define KEXEC_ARCH_X86_64_ELF_NOTES_H

#include "image/loader.h"
#include "util/error.h"

/*
 * Sets image->command_line and places the segment "parameters" with the notes; their
 * address becomes the program's first argument, as a C function has it: in rdi, or on the
 * stack of a 32-bit one. image->registers.mode must be set.
 */
int elf_notes_build(const struct load_request *request, struct image *image,
		    struct error *err);

#endif
