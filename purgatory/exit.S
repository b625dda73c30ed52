/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exit to a kernel that is entered in protected mode without paging or in real mode:
 * Intel SDM vol. 3, "Switching Out of IA-32e Mode Operation", then "Switching Back to
 * Real-Address Mode"; AMD APM vol. 2, 14.7.
 *
 * Outside of 64-bit mode addresses cannot be relative to the instruction pointer, and at
 * the end no register is free to hold one. So the 64-bit code writes them into the
 * instructions. A changed instruction runs only after a write to a control register,
 * which serialises the CPU.
 */
#include "purgatory_params.h"

/* Selectors of the Linux boot protocol: boot.rst, "32-bit boot protocol". */
#define BOOT_CS 0x10
#define BOOT_DS 0x18
/* Segments of 64 KiB, whose limits and attributes the CPU keeps in real mode. */
#define REAL_CS 0x20
#define REAL_DS 0x28

#define CR0_PE 0x00000001
/*
 * The caching bits stay. NE is cleared with all others: with NE an x87 error would be
 * vector 16, which is the BIOS' video service in real mode.
 */
#define CR0_KEPT 0x60000000 /* CD, NW */

#define MSR_EFER 0xc0000080

#define BIOS_VECTOR_TABLE_BYTES 1024

/* Opcode of a far jump, in 16-bit and 32-bit code, to an address that is set later. */
#define FAR_JUMP 0xea

	.text
	.balign	16
	.code64
	.globl	exit_long_mode
	.hidden	exit_long_mode
exit_long_mode:
	leaq	gdt(%rip), %rax
	movq	%rax, gdt_address(%rip)
	lgdt	gdt_operand(%rip)
	/* Purgatory's gates are for 64-bit mode only. Without them exceptions reset. */
	lidt	no_idt(%rip)

	/* Jumps from 32-bit code take 32 bits of the address, those from real mode 16. */
	leaq	params(%rip), %rdi
	movl	PURGATORY_ENTRY_RIP(%rdi), %eax
	movl	%eax, protected_mode_target(%rip)
	movw	%ax, real_mode_target(%rip)
	movw	PURGATORY_ENTRY_CODE_SEGMENT(%rdi), %ax
	movw	%ax, real_mode_target + 2(%rip)

	/* For real mode, main.c has checked that real_mode lies below 1 MiB. */
	leaq	real_mode(%rip), %rax
	movq	%rax, %rcx
	shrq	$4, %rcx
	movw	%cx, real_mode_segment(%rip)
	andl	$0xfffff, %eax
	shlq	$16, %rax
	orq	%rax, gdt + REAL_CS(%rip)

	pushq	$BOOT_CS
	leaq	compatibility_mode(%rip), %rax
	pushq	%rax
	lretq

	.code32
compatibility_mode:
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	/* CR4.PAE and CR4.LA57 cannot change before paging is off. */
	movl	%cr0, %eax
	andl	$CR0_KEPT, %eax
	orl	$CR0_PE, %eax
	movl	%eax, %cr0
	jmp	paging_is_off
paging_is_off:
	xorl	%eax, %eax
	xorl	%edx, %edx
	movl	%eax, %cr3
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	wrmsr

	movl	PURGATORY_ENTRY_RAX(%edi), %eax
	movl	PURGATORY_ENTRY_RBX(%edi), %ebx
	movl	PURGATORY_ENTRY_RSI(%edi), %esi
	movl	PURGATORY_ENTRY_RSP(%edi), %ecx
	cmpl	$ENTRY_MODE_REAL, PURGATORY_ENTRY_MODE(%edi)
	je	leave_protected_mode
	jecxz	keep_stack
	movl	%ecx, %esp
keep_stack:
	xorl	%ecx, %ecx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	.byte	FAR_JUMP
protected_mode_target:
	.long	0
	.word	BOOT_CS

leave_protected_mode:
	movzwl	PURGATORY_ENTRY_DATA_SEGMENT(%edi), %edi
	movl	$REAL_DS, %edx
	movl	%edx, %ds
	movl	%edx, %es
	movl	%edx, %fs
	movl	%edx, %gs
	movl	%edx, %ss
	ljmp	$REAL_CS, $0

	/* This segment begins at real_mode, so all offsets in it are small. */
	.balign	16
	.code16
real_mode:
	lidtw	%cs:bios_idt - real_mode
	movl	%cr0, %edx
	andb	$~CR0_PE, %dl
	movl	%edx, %cr0
	.byte	FAR_JUMP
	.word	real_mode_segment_loaded - real_mode
real_mode_segment:
	.word	0
real_mode_segment_loaded:
	movw	%di, %ds
	movw	%di, %es
	movw	%di, %fs
	movw	%di, %gs
	/* Keep these two together: the CPU takes no NMI between them. */
	movw	%di, %ss
	movl	%ecx, %esp
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	.byte	FAR_JUMP
real_mode_target:
	.word	0, 0

/* The real-mode vectors are four bytes each from address 0 on. */
bios_idt:
	.word	BIOS_VECTOR_TABLE_BYTES - 1
	.long	0

/*
 * In .data, because the base of the real-mode segment is written at run time. Accessed
 * bits are set, as in entry.S. The limits of the first two are in pages, of the others in
 * bytes.
 */
	.data
	.balign	16
gdt:
	.quad	0
	.quad	0
	.quad	0x00cf9b000000ffff /* BOOT_CS: 32-bit code, execute and read */
	.quad	0x00cf93000000ffff /* BOOT_DS: data, read and write */
	.quad	0x00009b000000ffff /* REAL_CS: 16-bit code, execute and read */
	.quad	0x000093000000ffff /* REAL_DS: data, read and write, base 0 */
gdt_end:

	.balign	8
	.zero	6
gdt_operand:
	.word	gdt_end - gdt - 1
gdt_address:
	.quad	0

no_idt:
	.word	0
	.quad	0

	.section .note.GNU-stack, "", @progbits
