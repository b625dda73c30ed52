/* SPDX-License-Identifier: GPL-2.0-only */
#include "support.h"

#define COM1 0x3f8
#define COM2 0x2f8

/* ------------------------------------------------------- serial ports */

static void out_byte(UINT16 port, UINT8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static UINT8 in_byte(UINT16 port)
{
	UINT8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void serial_setup(UINT16 port)
{
	out_byte(port + 1, 0x00); /* no interrupts */
	out_byte(port + 3, 0x80); /* divisor: 1, for 115200 baud */
	out_byte(port + 0, 0x01);
	out_byte(port + 1, 0x00);
	out_byte(port + 3, 0x03); /* 8 bits, no parity, one stop bit */
}

static void serial_text(UINT16 port, const CHAR16 *text)
{
	for (; *text; text++) {
		for (UINTN patience = 100000; patience; patience--)
			if (in_byte(port + 5) & 0x20)
				break;
		out_byte(port, (UINT8)*text);
	}
}

void serial_begin(void)
{
	serial_setup(COM1);
	serial_setup(COM2);
}

void report(const CHAR16 *format, ...)
{
	CHAR16 line[256];
	va_list arguments;

	va_start(arguments, format);
	UnicodeVSPrint(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (UINTN i = 0; i < 2; i++) {
		UINT16 port = i ? COM2 : COM1;

		/* The firmware may have written to this line already. */
		serial_text(port, L"\r\nefi.");
		serial_text(port, line);
		serial_text(port, L"\r\n");
	}
}

void give_up(const CHAR16 *what, EFI_STATUS status)
{
	report(L"failed=%s: %r", what, status);
	RT->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	for (;;)
		__asm__ volatile("hlt");
}

void must(const CHAR16 *what, EFI_STATUS status)
{
	if (EFI_ERROR(status))
		give_up(what, status);
}

/* ---------------------------------------------------- text on the ESP */

CHAR8 *read_text(EFI_FILE_HANDLE root, CHAR16 *name)
{
	EFI_FILE_HANDLE file;
	EFI_FILE_INFO *info;
	UINTN size;
	CHAR8 *text;

	if (EFI_ERROR(root->Open(root, &file, name, EFI_FILE_MODE_READ, 0)))
		return NULL;
	info = LibFileInfo(file);
	if (!info)
		give_up(name, EFI_DEVICE_ERROR);
	size = info->FileSize;
	text = AllocateZeroPool(size + 1);
	if (!text)
		give_up(name, EFI_OUT_OF_RESOURCES);
	must(name, file->Read(file, &size, text));
	file->Close(file);
	return text;
}

UINT64 number(const CHAR8 *text, const char *key, UINT64 fallback)
{
	UINTN length = strlena((const CHAR8 *)key);
	UINT64 value = 0;
	UINT64 base = 10;

	while (text && *text) {
		if (!strncmpa(text, (const CHAR8 *)key, length) && text[length] == '=')
			break;
		while (*text && *text++ != '\n')
			;
	}
	if (!text || !*text)
		return fallback;
	text += length + 1;
	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (;; text++) {
		CHAR8 c = *text | 0x20;
		UINT64 digit = c >= 'a' ? (UINT64)(c - 'a') + 10 : (UINT64)c - '0';

		if (digit >= base)
			return value;
		value = value * base + digit;
	}
}
