/* SPDX-License-Identifier: GPL-2.0-only */
/* ELF boot notes: the arguments of the "ELF Booting" proposal of LinuxBIOS. */
#ifndef KEXEC_ARCH_X86_64_ELF_NOTES_H
#define KEXEC_ARCH_X86_64_ELF_NOTES_H

#include "image/loader.h"
#include "util/error.h"

/*
 * Sets image->command_line and places the segment "parameters" with the notes. Their
 * address is the program's first argument by the rules of C: in rdi in long mode, on the
 * stack in 32-bit mode.
 */
__must_check int elf_notes_build(const struct load_request *request, struct image *image,
				 struct error *err);

#endif
