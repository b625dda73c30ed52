/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entry from the running kernel, the exit to the next one, and the exception
 * handlers.
 *
 * At purgatory_entry the CPU is in long mode with an identity map, interrupts off. GDT,
 * IDT and stack belong to the old kernel, and any write to memory may overwrite them.
 */
#include "purgatory_params.h"

/* Selectors of the Linux boot protocol: boot.rst, "64-bit boot protocol". */
#define BOOT_CS 0x10
#define BOOT_DS 0x18

#define STACK_BYTES 16384

/* Vectors with an error code: Intel SDM vol. 3, table 6-1; AMD APM vol. 2, 8.2. */
#define ERROR_CODE_VECTORS                                                            \
	((1 << 8) | (1 << 10) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14) |         \
	 (1 << 17) | (1 << 21) | (1 << 29) | (1 << 30))

	.section .params, "aw", @progbits
	.globl params
	.hidden params
params:
	.zero PURGATORY_ENTRY_OFFSET

	.section .text.entry, "ax", @progbits
	.code64
	.globl purgatory_entry
	.hidden purgatory_entry
purgatory_entry:
	cli
	cld
	/*
	 * The old kernel leaves a return address or 0 on its stack. RBX keeps that word,
	 * because the C ABI preserves RBX.
	 */
	movq	(%rsp), %rbx
	/* R12 keeps the stack pointer for a kernel that waits to be resumed. */
	movq	%rsp, %r12
	leaq	stack_end(%rip), %rsp
	xorl	%ebp, %ebp
	/* A clean RFLAGS: no trap, no nested task, no alignment check. */
	pushq	$2
	popfq

	/* LGDT reads ten bytes: limit and address, which is known only at run time. */
	leaq	gdt(%rip), %rax
	subq	$16, %rsp
	movw	$(gdt_end - gdt - 1), 6(%rsp)
	movq	%rax, 8(%rsp)
	lgdt	6(%rsp)
	addq	$16, %rsp

	/* FS and GS too: a load through a descriptor drops the old kernel's bases. */
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	pushq	$BOOT_CS
	leaq	code_segment_loaded(%rip), %rax
	pushq	%rax
	lretq

code_segment_loaded:
	/* RSP is a multiple of 16 here, as the C ABI requires. */
	call	exceptions_install
	leaq	params(%rip), %rdi
	movq	%rbx, %rsi
	call	purgatory_main
	cmpl	$ENTRY_MODE_64BIT, params + PURGATORY_ENTRY_MODE(%rip)
	jne	exit_long_mode

/*
 * The exit in long mode. The IDT stays, so a fault before the next kernel loads its own
 * is reported instead of a silent reset.
 */
	movq	params + PURGATORY_ENTRY_RSP(%rip), %rax
	btl	$PURGATORY_JUMP_BACK_BIT, params + PURGATORY_FLAGS(%rip)
	cmovcq	%r12, %rax
	testq	%rax, %rax
	jz	keep_stack
	movq	%rax, %rsp
keep_stack:
	movq	params + PURGATORY_ENTRY_RAX(%rip), %rax
	movq	params + PURGATORY_ENTRY_RBX(%rip), %rbx
	movq	params + PURGATORY_ENTRY_RSI(%rip), %rsi
	movq	params + PURGATORY_ENTRY_RDI(%rip), %rdi
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%ebp, %ebp
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	cld
	/* Through memory, because no register is free to hold the target. */
	jmp	*params + PURGATORY_ENTRY_RIP(%rip)

/*
 * One stub of 16 bytes for each of the CPU's own vectors. Each leaves the vector and an
 * error code on the stack, below what the CPU pushed.
 */
	.text
	.balign	16
	.globl	exception_stubs
	.hidden	exception_stubs
exception_stubs:
	.set	vector, 0
	.rept	32
	.balign	16
	.if	((ERROR_CODE_VECTORS >> vector) & 1) == 0
	pushq	$0
	.endif
	pushq	$vector
	jmp	exception_common
	.set	vector, vector + 1
	.endr

exception_common:
	cld
	movq	(%rsp), %rdi
	movq	8(%rsp), %rsi
	movq	16(%rsp), %rdx
	andq	$-16, %rsp
	call	exception_report
	ud2

/* NMIs are ignored: a watchdog or another CPU's crash handling may send them. */
	.globl	exception_nmi
	.hidden	exception_nmi
exception_nmi:
	iretq

/*
 * Intel SDM vol. 3, 3.4.5. Accessed bits are set, so the CPU does not write to it.
 * Base 0, limit 4 GiB; in long mode only the type bits count.
 */
	.section .rodata
	.balign	16
gdt:
	.quad	0
	.quad	0
	.quad	0x00af9b000000ffff /* BOOT_CS: 64-bit code, execute and read */
	.quad	0x00cf93000000ffff /* BOOT_DS: data, read and write */
gdt_end:

	.section .bss.stack, "aw", @nobits
	.balign	16
	.zero	STACK_BYTES
stack_end:

	.section .note.GNU-stack, "", @progbits
