# SPDX-License-Identifier: GPL-2.0-only
# The result of kexec-selftest: its lines, and their forms as TAP and JUnit.
# shellcheck shell=sh disable=SC2154 # the script that reads this file sets the variables

# point ok|failed|skipped|phase NAME TEXT: a line of the result. A phase's TEXT is its
# seconds.
point() {
	printf '%s\t%s\t%s\t%s\n' "$1" "$(cat "$state/round")" "$2" \
		"$(printf %s "$3" | tr '\t\n' '  ')" >>"$state/points"
}

# verdict NAME TEXT: the point has failed if there is a text, which says how.
verdict() {
	if [ -z "$2" ]; then
		point ok "$1" ""
	else
		point failed "$1" "$2"
	fi
}

# seconds_of EXPRESSION: as a number with two decimals.
seconds_of() {
	awk "BEGIN { printf \"%.2f\", $1 }"
}

print_tap() {
	echo "TAP version 13"
	awk -F '\t' '
		$1 == "phase" { printf "# round %s: %s: %s s\n", $2, $3, $4; next }
		{
			printf "%s %d - round %s: %s%s\n", $1 == "failed" ? "not ok" : "ok", ++n,
				$2, $3, $1 == "skipped" ? " # SKIP " $4 : ""
		}
		$4 != "" && $1 != "skipped" { print "# " $4 }
		END { print "1.." n + 0 }' "$state/points"
}

print_junit() {
	awk -F '\t' -v version="$version" '
		function escaped(text) {
			gsub(/&/, "\\&amp;", text)
			gsub(/</, "\\&lt;", text)
			gsub(/>/, "\\&gt;", text)
			gsub(/"/, "\\&quot;", text)
			# XML 1.0 cannot have the first ones. The others may not be UTF-8.
			gsub(/[\001-\037\177-\377]/, "?", text)
			return text
		}
		$1 == "phase" {
			time += $4
			phases++
			cases = cases sprintf("  <testcase classname=\"kexec.round%s\" " \
				"name=\"phase: %s\" time=\"%s\"/>\n", $2, escaped($3), $4)
			next
		}
		{
			tests++
			cases = cases sprintf("  <testcase classname=\"kexec.round%s\" " \
				"name=\"%s\"", $2, escaped($3))
			if ($1 == "ok")
				cases = cases "/>\n"
			else
				cases = cases sprintf("><%s message=\"%s\"/></testcase>\n",
					$1 == "failed" ? "failure" : "skipped", escaped($4))
			count[$1]++
		}
		END {
			print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
			printf "<testsuite name=\"kexec-selftest %s\" tests=\"%d\" " \
				"failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"%.2f\">\n",
				version, tests + phases, count["failed"], count["skipped"], time
			printf "%s</testsuite>\n", cases
		}' "$state/points"
}
