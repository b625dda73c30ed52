// SPDX-License-Identifier: GPL-2.0-only
/* Private values in kernel command lines: what goes, and what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recording/private_words.h"

/* found: the number of things that are named, and a text of the first one. */
static void check(const char *line, const char *expected, size_t found, const char *first)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	/* Without a NUL behind it, so that sanitizers see a read too many. */
	size_t size = strlen(line);
	char *text = malloc(size ? size : 1);

	memcpy(text, line, size);
	assert_int_equal(private_words_blank(text, size, &names), 0);
	assert_int_equal(strlen(expected), size);
	if (memcmp(text, expected, size) != 0)
		fail_msg("%s became %.*s", line, (int)size, text);
	if (names.count != found)
		fail_msg("%s: %zu things found, not %zu", line, names.count, found);
	if (found && !strstr(names.items[0], first))
		fail_msg("%s: \"%s\" does not name %s", line, names.items[0], first);
	free(text);
}

static void same(const char *line)
{
	check(line, line, 0, "");
}

static void test_names(void **state)
{
	(void)state;
	check("ro password=ab12 quiet", "ro password=xxxx quiet", 1, "password, 4 bytes");
	check("rd.luks.key=/k:UUID=1", "rd.luks.key=xxxxxxxxx", 1, "rd.luks.key, 9");
	check("a.ROOTPW_SECRET=x9 b", "a.ROOTPW_SECRET=xx b", 1, "SECRET");
	check("api-token=\"a b\" c", "api-token=\"xxx\" c", 1, "api-token");
	check("systemd.set_credential=n:v", "systemd.set_credential=xxx", 1,
	      "credential");
	check("systemd.machine_id=0123 systemd.hostname=me",
	      "systemd.machine_id=xxxx systemd.hostname=xx", 2, "machine_id");
	check("machine-id=12", "machine-id=xx", 1, "machine-id");
	check("dm-mod.create=\"c,,,rw,0 9 crypt aes 0a1b\"",
	      "dm-mod.create=\"xxxxxxxxxxxxxxxxxxxxxxxxx\"", 1, "dm-mod.create");
	check("-- init.passwd=q", "-- init.passwd=x", 1, "init.passwd");
	check("KEY=1\nnext=2", "KEY=x\nnext=2", 1, "KEY");
	/* Without a value there is nothing to hide. */
	same("password password= rd.key");
	same("");
	same("  ro   quiet ");
}

static void test_parts(void **state)
{
	(void)state;
	check("cifsroot=//s/d,user=u,password=se/cr,vers=3",
	      "cifsroot=//s/d,user=u,password=xxxxx,vers=3", 1, "password, 5 bytes");
	check("url=http://h/p?token=abc&x=1", "url=http://h/p?token=xxx&x=1", 1, "token");
	check("root=live:https://me:pw@host/a", "root=live:https://xxxxx@host/a", 1,
	      "root");
	check("url=https://tok@host/", "url=https://xxx@host/", 1, "url");
	check("netroot=iscsi:me:pw@10.0.0.1::3260::iqn.x",
	      "netroot=iscsi:xxxxx@10.0.0.1::3260::iqn.x", 1, "netroot");
	check("root=/dev/disk/by-id/ata-Disk_S3R1AL-part1",
	      "root=/dev/disk/by-id/xxxxxxxxxxxxxxxxxxxxx", 1, "root, 21 bytes");
	check("ip=10.0.0.2::10.0.0.1:255.0.0.0:me:eth0:none",
	      "ip=10.0.0.2::10.0.0.1:255.0.0.0:xx:eth0:none", 1, "ip, 2 bytes");
	check("ip=[fe80::1]::[fe80::2]:64:me", "ip=[fe80::1]::[fe80::2]:64:xx", 1, "ip");
	same("ip=eth0:dhcp ip=dhcp ip=:::::eth0:dhcp");
	same("rootflags=subvol=@home root=UUID=0f-1 a=b@c mail=a@b:c/d@e");
	same("BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.1.0 root=/dev/mapper/vg-root");
}

static void test_addresses(void **state)
{
	(void)state;
	check("BOOTIF=01-52-54-00-aB-cd-ef", "BOOTIF=xxxxxxxxxxxxxxxxxxxx", 1, "BOOTIF");
	check("ifname=net0:52:54:00:12:34:56", "ifname=net0:xx:xx:xx:xx:xx:xx", 1,
	      "a hardware address, 17 bytes");
	check("52-54-00-12-34-56", "xx-xx-xx-xx-xx-xx", 1, "hardware address");
	check("a=1,52:54:00:12:34:56,52:54:00:12:34:57",
	      "a=1,xx:xx:xx:xx:xx:xx,"
	      "xx:xx:xx:xx:xx:xx",
	      2, "17");
	check("net.hwaddr=525400123456", "net.hwaddr=xxxxxxxxxxxx", 1, "hwaddr");
	/* Five pairs, a PCI address, a UUID, times. */
	same("a=52:54:00:12:34 pci=0000:00:1f.0 b=12:34:56:78:9a:b");
	same("root=UUID=12345678-1234-1234-1234-123456789abc t=12:34:56");
	same("a=123:54:00:12:34:56");
}

/* In a memo the line is a JSON text. */
static void test_escapes(void **state)
{
	(void)state;
	check("key=\\\"a b\\\" ro", "key=\\\"xxx\\\" ro", 1, "key");
	check("key=a\\u00e4b", "key=x\\u00e4x", 1, "key");
	check("key=a\\", "key=x\\", 1, "key");
	check("key=a\\u00", "key=x\\u00", 1, "key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
