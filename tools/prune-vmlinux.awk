# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# Prune a full vmlinux.h to what some sources name.
#
#   awk -f prune-vmlinux.awk -v title='...' NAMES FULL_VMLINUX_H
#
# NAMES holds one name per line: "struct x", "union x", "enum x", or a bare identifier for a
# typedef, a member or an enumerator. A type is kept when it is named or a kept member leads
# to it; a member or enumerator is kept when it is named. "+struct x" keeps all of its members.
# A type that is held by value and has no named member is kept whole, so that its size stays true.
# The order is that of the C language first and of the alphabet second, so two kernels
# give files that compare well. Works with any POSIX awk.

FNR == NR { if ($0 != "") { whole[substr($0, 2)] = /^\+/; sub(/^\+/, ""); named[$0] = 1 } next }
/^#/ { next }
{ line[++lines] = $0 }

END {
	split_blocks()
	for (k in kind)
		if (is_root(k))
			want(k, whole[k] ? WHOLE : PRUNED)
	do {
		grown = 0
		for (k in need)
			follow(k)
	} while (grown)
	print_header()
}

BEGIN { PRUNED = 1; WHOLE = 2 }

# Divide the dump into top-level declarations: first[k] and last[k] are lines, kind[k] its sort.
function split_blocks(   i, start) {
	for (i = 1; i <= lines; i++) {
		if (line[i] == "")
			continue
		start = i
		if (line[i] ~ /\{$/)
			while (line[i] !~ /^\}/)
				i++
		note_block(start, i)
	}
}

function note_block(start, end,   words, k) {
	split(line[start], words, " ")
	if (words[1] == "typedef")
		k = member_name(line[end])
	else if (end == start)
		return # a forward declaration: made anew where needed
	else if (words[2] == "{")
		k = words[1] " {" start
	else
		k = words[1] " " words[2]
	first[k] = start
	last[k] = end
	kind[k] = words[1]
	if (words[1] == "enum" || line[start] ~ /^typedef enum/)
		for (start++; start < end; start++)
			enumerators[k] = enumerators[k] " " member_name(line[start])
}

# The identifier a declaration declares, or "" for padding and anonymous members.
function member_name(text) {
	sub(/ __attribute__\(.*\)\);?$/, "", text)
	if (match(text, /\(\*+[A-Za-z_0-9]+/)) {
		text = substr(text, RSTART, RLENGTH)
		gsub(/[(*]/, "", text)
		return text
	}
	if (text ~ /^\t+[A-Z_a-z0-9]+ = -?[0-9A-Fa-fxULl]+,?$/) {
		gsub(/^\t+| = .*$/, "", text)
		return text
	}
	if (text ~ /[A-Za-z_0-9]: [0-9]+;$/ && text !~ /[ *][A-Za-z_0-9]+: [0-9]+;$/)
		return ""
	sub(/;$/, "", text)
	sub(/: [0-9]+$/, "", text)
	gsub(/\[[0-9]*\]/, "", text)
	sub(/\([^()]*\)$/, "", text) # a function's typedef
	if (!match(text, /[A-Za-z_0-9]+$/))
		return ""
	return substr(text, RSTART)
}

function is_root(k,   names, n) {
	if (named[k])
		return 1
	n = split(enumerators[k], names, " ")
	for (; n > 0; n--)
		if (named[names[n]])
			return 1
	return 0
}

function k_name(k) {
	sub(/^[a-z]+ /, "", k)
	return k
}

function want(k, how) {
	if (!(k in kind) || need[k] + 0 >= how)
		return
	need[k] = how
	grown = 1
}

# Ask for everything that block k, as it will be printed, depends on.
function follow(k,   text, n, i, deps) {
	text = render(k)
	n = split(dependencies(text), deps, "|")
	for (i = 1; i <= n; i++) {
		if (deps[i] ~ /^\*/) {
			sub(/^\*/, "", deps[i])
			if (body(deps[i], PRUNED) != "")
				want(deps[i], PRUNED)
		} else if (deps[i] ~ /^(struct|union) / && body(deps[i], PRUNED) == "") {
			want(deps[i], WHOLE)
		} else {
			want(deps[i], PRUNED)
		}
	}
}

# Types used in text: "struct x" by value, "*struct x" by pointer, "x" for a typedef.
function dependencies(text,   deps, word, tag) {
	deps = ""
	sub(/^typedef /, "", text)
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
		word = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (word == "struct" || word == "union" || word == "enum") {
			if (!match(text, /^ [A-Za-z_][A-Za-z_0-9]*/))
				continue
			tag = word substr(text, 1, RLENGTH)
			text = substr(text, RLENGTH + 1)
			if (text ~ /^ \{/)
				continue
			deps = deps "|" (text ~ /^ \*/ && word != "enum" ? "*" : "") tag
		} else if (kind[word] == "typedef") {
			deps = deps "|" word
		}
	}
	return substr(deps, 2)
}

# The members of block k that stay.
function body(k, how) {
	if (!(k in kind) || first[k] == last[k])
		return ""
	return members(first[k] + 1, last[k] - 1, how)
}

function members(from, to, how,   i, end, text, inner, name, open) {
	text = ""
	for (i = from; i <= to; i++) {
		end = i
		if (line[i] ~ /\{$/) {
			open = line[i]
			sub(/[^\t].*/, "}", open)
			while (index(line[end], open) != 1)
				end++
			name = line[end] ~ /\}( __attribute__\(.*\)\))?;$/ ? "" : member_name(line[end])
			inner = members(i + 1, end - 1, how)
			if (name != "" && inner == "" && named[name])
				inner = members(i + 1, end - 1, WHOLE)
			if (inner != "" && (name == "" || named[name] || how == WHOLE))
				text = text line[i] "\n" inner line[end] "\n"
			i = end
		} else if (how == WHOLE || named[member_name(line[i])]) {
			text = text line[i] "\n"
		}
	}
	return text
}

# Block k as it is printed.
function render(k,   text) {
	if (first[k] == last[k])
		return line[first[k]] "\n"
	text = body(k, need[k])
	if (text == "")
		text = body(k, WHOLE)
	return line[first[k]] "\n" text line[last[k]] "\n"
}

# Print k after everything it holds by value.
function visit(k,   text, n, i, deps) {
	if (k in printed || !(k in need))
		return
	printed[k] = 1
	text = render(k)
	n = split(dependencies(text), deps, "|")
	for (i = 1; i <= n; i++)
		if (deps[i] !~ /^\*/ && deps[i] != k)
			visit(deps[i])
	output = output text (first[k] == last[k] ? "" : "\n")
}

function print_header(   k, n, i, sorted, text, deps, opaque) {
	print "/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */"
	print "/*\n * " title "\n *"
	print " * Made by tools/mkvmlinux: do not edit. Only what bpf/ names is here, so sizes and"
	print " * offsets are not the kernel's: read members (CO-RE puts them right), never whole structs."
	print " */"
	print "#pragma once\n"
	print "#define __VMLINUX_H__ /* bpf_tracing.h asks: these are the kernel's names of registers */\n"
	print "#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)\n"
	n = 0
	for (k in need)
		sorted[++n] = sort_key(k)
	sort(sorted, n)
	for (i = 1; i <= n; i++) {
		k = sorted[i]
		sub(/^.*\n/, "", k)
		visit(k)
	}
	n = split(dependencies(output), deps, "|")
	text = ""
	for (i = 1; i <= n; i++)
		if (sub(/^\*/, "", deps[i]) && !(deps[i] in opaque)) {
			opaque[deps[i]] = 1
			sorted[++text] = deps[i]
		}
	n = text + 0
	sort(sorted, n)
	for (i = 1; i <= n; i++)
		print sorted[i] ";"
	printf "\n%s\n", output
	print "#pragma clang attribute pop"
}

# Scalars and typedefs first, then enums, then records; an anonymous enum by its first name.
function sort_key(k,   names) {
	if (kind[k] == "typedef")
		return "1 " k "\n" k
	if (kind[k] == "enum") {
		split(enumerators[k], names, " ")
		return "2 " (k ~ /\{/ ? names[1] : k_name(k)) "\n" k
	}
	return "3 " k_name(k) "\n" k
}

function sort(a, n,   i, j, t) {
	for (i = 2; i <= n; i++) {
		t = a[i]
		for (j = i - 1; j > 0 && a[j] > t; j--)
			a[j + 1] = a[j]
		a[j + 1] = t
	}
}
