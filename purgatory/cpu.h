/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions that C cannot express. For purgatory only, not for the loader. */
#ifndef PURGATORY_CPU_H
#define PURGATORY_CPU_H

#include <stdint.h>

/* Reads one byte from an I/O port. */
static inline uint8_t port_read(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* Writes one byte to an I/O port. */
static inline void port_write(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

/* Intel SDM vol. 3, 2.5: control registers. */
#define CR4_LA57 (1ull << 12)

/* read_crN(): reads the control register. */
#define CONTROL_REGISTER_READER(name)                                                \
	static inline uint64_t read_##name(void)                                     \
	{                                                                            \
		uint64_t value;                                                      \
                                                                                     \
		__asm__ volatile("movq %%" #name ", %0" : "=r"(value) : : "memory"); \
		return value;                                                        \
	}

CONTROL_REGISTER_READER(cr2)
CONTROL_REGISTER_READER(cr3)
CONTROL_REGISTER_READER(cr4)

/*
 * Reads the time stamp counter. In an SEV-ES or SNP guest the instruction may raise #VC,
 * so it must only be used if the loader allows it (RECORD_LOAD_STAMPS).
 */
static inline uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Loads the interrupt descriptor table of size bytes at table; size: 1 to 65536. */
static inline void load_idt(const void *table, uint32_t size)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) operand;

	/* Assigned one by one: an initialiser with constants would need a relocation. */
	operand.limit = size - 1;
	operand.base = (uintptr_t)table;
	__asm__ volatile("lidt %0" : : "m"(operand) : "memory");
}

/* Raises #BP. Does not return if the IDT has no usable gate for it. */
static inline void breakpoint(void)
{
	__asm__ volatile("int3" : : : "memory");
}

/* For loops that wait: lets the other thread of the core run. */
static inline void relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

/* Stops this CPU until an NMI. */
static inline void halt(void)
{
	__asm__ volatile("hlt" : : : "memory");
}

#endif
