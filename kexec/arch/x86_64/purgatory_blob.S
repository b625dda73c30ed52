/* SPDX-License-Identifier: GPL-2.0-only */
/* The flat purgatory binary, carried along in kexec. */
#ifdef __CET__
/* Its note says that this file supports IBT and SHSTK. If one object file lacks the note,
   the linker takes both away from the whole program. */
#include <cet.h>
#endif
	.section .rodata
	.balign	4096
	.globl	purgatory_blob
	.hidden	purgatory_blob
purgatory_blob:
	.incbin	"purgatory/purgatory.bin"
	.globl	purgatory_blob_end
	.hidden	purgatory_blob_end
purgatory_blob_end:
	.section .note.GNU-stack, "", @progbits
