// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that only reports, on the second serial port, the registers with which it was
 * entered and the data that they lead to. It is compiled for each way to be started:
 * MULTIBOOT1, MULTIBOOT2, or NOTES (ELF boot notes), the last one for 32 and 64 bits.
 * It reads data at the offsets in the specifications and shares no code with kexec.
 */
#include <stdint.h>

#define PORT 0x2f8

static void out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void put(char c)
{
	while (!(in(PORT + 5) & 0x20))
		;
	out(PORT, (uint8_t)c);
}

static void text(const char *string)
{
	while (*string)
		put(*string++);
}

static void hex(uint64_t value)
{
	int shift = 60;

	text("0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[(value >> shift) & 15]);
}

static void key(const char *name)
{
	text("2.");
	text(name);
	put('=');
}

static void number(const char *name, uint64_t value)
{
	key(name);
	hex(value);
	put('\n');
}

static void line(const char *name, const char *value)
{
	key(name);
	text(value);
	put('\n');
}

static uint32_t u32(uintptr_t address)
{
	return *(const volatile uint32_t *)address;
}

#ifndef NOTES
static uint64_t u64(uintptr_t address)
{
	return u32(address) | (uint64_t)u32(address + 4) << 32;
}

static void range(uint64_t start, uint64_t size, uint32_t type)
{
	key("range");
	hex(start);
	put(' ');
	hex(start + size);
	put(' ');
	hex(type);
	put('\n');
}

/*
 * Its size, and a sum that depends on the order of the bytes (Adler-32 without the end).
 */
static void module(uintptr_t start, uintptr_t end, const char *name)
{
	uint32_t a = 1, b = 0;
	uintptr_t at;

	for (at = start; at < end; at++) {
		a = (a + *(const uint8_t *)at) % 65521;
		b = (b + a) % 65521;
	}
	key("module");
	hex(end - start);
	put(' ');
	hex(b << 16 | a);
	put(' ');
	hex(start & 4095);
	put(' ');
	text(name);
	put('\n');
}

#endif

#ifdef MULTIBOOT1
__attribute__((section(".header"), used)) static const uint32_t header[] = {
	0x1badb002,
	3,
	-(0x1badb002u + 3),
};

static void tell(uintptr_t info)
{
	uintptr_t at = u32(info + 48), end = at + u32(info + 44);
	uint32_t i;

	number("flags", u32(info));
	number("lower", u32(info + 4));
	number("upper", u32(info + 8));
	line("cmdline", (const char *)(uintptr_t)u32(info + 16));
	line("loader", (const char *)(uintptr_t)u32(info + 64));
	for (i = 0; i < u32(info + 20); i++) {
		uintptr_t entry = u32(info + 24) + 16 * i;

		module(u32(entry), u32(entry + 4),
		       (const char *)(uintptr_t)u32(entry + 8));
	}
	for (; at < end; at += u32(at) + 4)
		range(u64(at + 4), u64(at + 12), u32(at + 20));
}
#endif

#ifdef MULTIBOOT2
/* Its end tag last; relocatable as high as possible below 768 MiB. */
__attribute__((section(".header"), used, aligned(8))) static const uint32_t header[] = {
	0xe85250d6, 0,	64,	   -(0xe85250d6u + 64), 1,	 16, 6, 15,
	10,	    24, 0x1000000, 0x2fffffff,		0x10000, 2,  0, 8,
};

static void map(uintptr_t tag)
{
	uintptr_t at;

	for (at = tag + 16; at < tag + u32(tag + 4); at += u32(tag + 8))
		range(u64(at), u64(at + 8), u32(at + 16));
}

static void tell(uintptr_t info)
{
	uintptr_t tag, end = info + u32(info);

	number("alignment", info & 7);
	for (tag = info + 8; tag < end && u32(tag); tag += (u32(tag + 4) + 7) & ~7u) {
		const char *string = (const char *)tag + 8;

		if (u32(tag) == 1)
			line("cmdline", string);
		else if (u32(tag) == 2)
			line("loader", string);
		else if (u32(tag) == 3)
			module(u32(tag + 8), u32(tag + 12), string + 8);
		else if (u32(tag) == 4)
			number("upper", u32(tag + 12));
		else if (u32(tag) == 6)
			map(tag);
		else if (u32(tag) == 15)
			line("acpi",
			     u64(tag + 8) == 0x2052545020445352ull ? "yes" : "broken");
		else if (u32(tag) == 21)
			number("load_base", u32(tag + 8));
	}
	number("end", end - tag);
}
#endif

#ifdef NOTES
/* The address of the note of that type, or 0. */
static uintptr_t note(uintptr_t notes, uint32_t type)
{
	uintptr_t at = notes + 12;

	for (; at < notes + u32(notes + 4); at += 12 + ((u32(at + 4) + 3) & ~3u))
		if (u32(at + 8) == type)
			return at + 12;
	return 0;
}

/*
 * Reads the word at ADDRESS, for a command line "look-at=0xADDRESS", before any report.
 */
static uint32_t look(uintptr_t notes)
{
	const char *at = (const char *)note(notes, 4), *name = "look-at=0x";
	uintptr_t address = 0;

	for (; *name; name++, at++)
		if (*at != *name)
			return 0;
	for (; *at; at++)
		address = address << 4 |
			  (uintptr_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
	return u32(address);
}

static void tell(uintptr_t notes)
{
	uint32_t size = u32(notes + 4), sum = 0, i;

	number("signature", u32(notes));
	for (i = 0; i < size; i += 2)
		sum += *(const uint16_t *)(notes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	number("sum", sum);
	number("notes", u32(notes + 8) >> 16);
	line("cmdline", (const char *)note(notes, 4));
	line("loader", (const char *)note(notes, 2));
}
#else
static uint32_t look(uintptr_t info)
{
	(void)info;
	return 0;
}
#endif

void report(uint32_t magic, uintptr_t info)
{
	static const char *const data = "initialised";
	static char zeros[8192];
	uint32_t seen = look(info);
	uintptr_t cr0;
	unsigned i, sum = 0;

	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	for (i = 0; i < sizeof(zeros); i++)
		sum += (uint8_t)zeros[i];
	line("data", data);
	number("bss", sum);
	number("paging", (uint64_t)cr0 >> 31 & 1);
	number("magic", magic);
	number("seen", seen);
	tell(info);
	line("verdict", "pass");
	line("finished", "yes");
	for (;;)
		__asm__ volatile("hlt");
}
