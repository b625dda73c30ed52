/* SPDX-License-Identifier: GPL-2.0-only */
/* The flat purgatory binary, carried along in kexec. */
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
