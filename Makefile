# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# lifeline: build, test, install. `make help` lists the targets.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

# ---- What a user may set --------------------------------------------------------------
BUILD ?= build
# Where the BPF objects and the skeleton go; a second build of the C side can share them.
BPF_BUILD ?= $(BUILD)
PREFIX ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
# Ubuntu's /usr/sbin/bpftool is a wrapper that wants the running kernel's own; the real ones lie here.
BPFTOOL ?= $(firstword $(wildcard /usr/lib/linux-tools/*/bpftool /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
LLVM_STRIP ?= $(firstword $(notdir $(wildcard /usr/bin/llvm-strip /usr/bin/llvm-strip-*)) llvm-strip)
PROTOC_C ?= protoc-c
INSTALL ?= install
V ?= 0

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n'
endif

MACHINE ?= $(shell uname -m)
ARCH := $(patsubst aarch64,arm64,$(MACHINE))
BPF_ARCH := $(patsubst x86_64,x86,$(ARCH))

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wpointer-arith -Wvla -Wwrite-strings
ALL_CFLAGS = -std=gnu17 -O2 -g $(WARN) -D_GNU_SOURCE -Iinclude -Isrc -I$(BPF_BUILD)/gen -I$(BUILD)/gen \
	-fno-strict-aliasing -MMD -MP $(CFLAGS)
LIBS := -lbpf -lelf -lprotobuf-c -lsqlite3 -lz -lm
# Newer libelf.a needs zstd; archives that nothing calls cost nothing.
# SQLite would load extensions, which nobody asks it to: without dlopen a static program cannot.
STATIC_LIBS = -Wl,--wrap=dlopen,--defsym=__wrap_dlopen=0 $(LIBS) $(if $(filter /%,$(shell $(CC) -print-file-name=libzstd.a)),-lzstd)
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
	-D__TARGET_ARCH_$(BPF_ARCH) -Iinclude -Ibpf -Ivmlinux/$(ARCH) -MMD -MP

# ---- Sources --------------------------------------------------------------------------
BPF_SRC := $(sort $(wildcard bpf/*.bpf.c))
BPF_OBJ := $(BPF_SRC:%.c=$(BPF_BUILD)/%.o)
SKEL := $(BPF_BUILD)/gen/lifeline.skel.h

ROOMS := base event live capture model analysis render export serve
LIB_SRC := $(sort $(wildcard $(ROOMS:%=src/%/*.c)))
CLI_SRC := $(sort $(wildcard src/cli/*.c))
PROTO := $(BUILD)/gen/perfetto.pb-c
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o) $(PROTO).o
CLI_OBJ := $(CLI_SRC:%.c=$(BUILD)/%.o)

# tests/support/live_*.c and json_*.c serve the live tests alone.
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
LIVE_ONLY := $(wildcard tests/support/live_*.c tests/support/json_*.c)
UNIT_SUPPORT_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(LIVE_ONLY),$(SUPPORT_SRC)))
LIVE_SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/%.o)
UNIT_BIN := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*_test.c)))
GOLDEN_BIN := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/golden/*_test.c)))
LIVE_BIN := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/live/*_test.c)))

# Scripts: what we export, as other programs read it; and the program that makes captures for them.
EXPORT_TEST := $(sort $(wildcard tests/export/*_test))
EXPORT_BIN := $(BUILD)/tests/export/made_capture

# A fuzz target makes two programs: one that libFuzzer drives, one that replays the seeds.
FUZZ_SRC := $(sort $(wildcard tests/fuzz/*_fuzz.c))
FUZZ_BIN := $(FUZZ_SRC:%.c=$(BUILD)/%)
REPLAY_BIN := $(FUZZ_SRC:%_fuzz.c=$(BUILD)/%_replay)
FUZZ_SECONDS ?= 60
# MiB, the sanitizer's own included.
FUZZ_MEMORY ?= 1024

# tests/live/children/*_m32.c are 32-bit programs, where the compiler can make them.
CHILD_SRC := $(sort $(wildcard tests/live/children/*.c))
CHILD_M32 := $(filter %_m32.c,$(CHILD_SRC))
ifneq ($(CHILD_M32),)
ifeq ($(shell echo '\#include <stdio.h>' | $(CC) -m32 -x c -E - >/dev/null 2>&1 && echo yes),)
CHILD_SRC := $(filter-out $(CHILD_M32),$(CHILD_SRC))
endif
endif
CHILD_BIN := $(CHILD_SRC:%.c=$(BUILD)/%)

# ---- Build ----------------------------------------------------------------------------
.PHONY: all
all: $(BUILD)/lifeline ## Build build/lifeline

$(BUILD)/lifeline: $(CLI_OBJ) $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: static
static: $(BUILD)/static/lifeline ## Build build/static/lifeline, which runs on any distribution

$(BUILD)/static/lifeline: $(CLI_OBJ) $(BUILD)/liblifeline.a
	$(say) STATIC $@
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(LDFLAGS) -static -s -o $@ $^ $(STATIC_LIBS)

$(BUILD)/liblifeline.a: $(LIB_OBJ)
$(BUILD)/libcli.a: $(CLI_OBJ)
$(BUILD)/%.a:
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(filter $(BUILD)/src/live/%,$(LIB_OBJ)): | $(SKEL)
$(BUILD)/%.o: %.c $(BUILD)/flags
	$(say) CC $<
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(TEST_INCLUDE) -c -o $@ $<
# Its parts are embedded as they are.
$(BUILD)/src/export/html_page.o: $(wildcard src/export/html/*)
$(BUILD)/tests/%: TEST_INCLUDE := -Itests

$(PROTO).h: src/export/perfetto.proto
	$(say) PROTO $<
	$(Q)mkdir -p $(@D) && $(PROTOC_C) --proto_path=$(<D) --c_out=$(@D) $<

$(PROTO).o: $(PROTO).h $(BUILD)/flags
	$(say) CC $(PROTO).c
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $(PROTO).c

$(filter $(BUILD)/src/export/perfetto%,$(LIB_OBJ)) $(BUILD)/tests/unit/export_perfetto_test.o: | $(PROTO).h

# Remembers the compiler and its flags: other ones rebuild everything.
.PHONY: force
$(BUILD)/flags: force
	$(Q)mkdir -p $(@D); echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || \
		echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' >$@

$(BPF_BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $<

# -g drops DWARF and keeps BTF: the object shrinks twentyfold.
$(BPF_BUILD)/bpf/lifeline.o: $(BPF_OBJ)
	$(say) BPFLINK $@
	$(Q)$(BPFTOOL) gen object $@ $(BPF_BUILD)/bpf/maps.bpf.o $(filter-out %/maps.bpf.o,$^) && $(LLVM_STRIP) -g $@

$(SKEL): $(BPF_BUILD)/bpf/lifeline.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D) && $(BPFTOOL) gen skeleton $< name lifeline_bpf >$@

.PHONY: vmlinux
vmlinux: ## Make vmlinux/*/vmlinux.h anew, after bpf/ has named new kernel types
	tests/kernels/fetch 6.12 6.12-arm64
	tools/mkvmlinux x86_64 "$$(tests/kernels/fetch --print 6.12)"
	tools/mkvmlinux arm64 "$$(tests/kernels/fetch --print 6.12-arm64)"

# ---- Use ------------------------------------------------------------------------------
# The sub-makes see the tools that deps has just installed.
.PHONY: run
run: ## Install what is missing, build, trace the machine until Ctrl-C
	$(Q)tools/deps build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)exec $(BUILD)/lifeline trace

.PHONY: deps
deps: ## Install the packages that building and testing need
	$(Q)tools/deps build test

.PHONY: install
install: $(BUILD)/lifeline ## Install under DESTDIR and PREFIX (/usr/local)
	$(INSTALL) -D -m 755 $(BUILD)/lifeline $(DESTDIR)$(PREFIX)/bin/lifeline
	$(INSTALL) -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/licenses/lifeline/LICENSE
ifneq ($(wildcard tools/man),)
	$(Q)$(MAKE) --no-print-directory man
	$(INSTALL) -D -m 644 $(BUILD)/lifeline.8 $(DESTDIR)$(PREFIX)/share/man/man8/lifeline.8
endif

.PHONY: uninstall
uninstall: ## Remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/lifeline $(DESTDIR)$(PREFIX)/share/man/man8/lifeline.8
	rm -rf $(DESTDIR)$(PREFIX)/share/licenses/lifeline

.PHONY: man
man: $(BUILD)/lifeline ## Write the manual page
	$(Q)tools/man $(BUILD)/lifeline >$(BUILD)/lifeline.8

# ---- Test -----------------------------------------------------------------------------
$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(UNIT_SUPPORT_OBJ) \
		$(BUILD)/libcli.a $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(BUILD)/tests/golden/%_test: $(BUILD)/tests/golden/%_test.o $(UNIT_SUPPORT_OBJ) \
		$(BUILD)/libcli.a $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(BUILD)/tests/live/%_test: $(BUILD)/tests/live/%_test.o $(LIVE_SUPPORT_OBJ) $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson $(LIBS)

$(BUILD)/tests/html/make_page: $(BUILD)/tests/html/make_page.o $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/fuzz/%_replay: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(BUILD)/tests/fuzz/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(BUILD)/tests/fuzz/%_seeds: $(BUILD)/tests/fuzz/%_seeds.o $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/export/made_capture: $(BUILD)/tests/export/made_capture.o $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Static, so that they run in an empty root, too.
$(BUILD)/tests/live/children/%: tests/live/children/%.c $(BUILD)/flags
	$(say) CHILD $<
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(TEST_INCLUDE) $(if $(filter %_m32,$*),-m32) \
		-MF $@.d -static -pthread -o $@ $<

.PHONY: test-programs
test-programs: $(UNIT_BIN) $(GOLDEN_BIN) $(REPLAY_BIN) $(LIVE_BIN) $(CHILD_BIN) $(EXPORT_BIN) $(BUILD)/tests/html/make_page
.SECONDARY:

RUN_TESTS = LIFELINE='$(abspath $(BUILD)/lifeline)' LL_SOURCE='$(CURDIR)' \
	LL_CHILDREN='$(abspath $(BUILD)/tests/live/children)' LL_EXPORT='$(abspath $(BUILD)/tests/export)' \
	LL_MAKE_PAGE='$(abspath $(BUILD)/tests/html/make_page)' tools/run-tests

.PHONY: test
test: ## Install what is missing, build, run every test; needs root
	$(Q)tools/deps build test
	$(Q)MAKE='$(MAKE) --no-print-directory' tools/run-suites unit asan live exports html

.PHONY: unit
unit: $(BUILD)/lifeline $(UNIT_BIN) $(GOLDEN_BIN) $(REPLAY_BIN) ## Run the unit and golden tests
	$(Q)$(RUN_TESTS) unit $(UNIT_BIN) $(GOLDEN_BIN) $(REPLAY_BIN)

.PHONY: asan
asan: $(SKEL) ## Run the unit tests under the address and undefined sanitizers
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/asan BPF_BUILD=$(BPF_BUILD) \
		CFLAGS='$(CFLAGS) -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' \
		unit-sanitized

.PHONY: unit-sanitized
unit-sanitized: $(BUILD)/lifeline $(UNIT_BIN) $(GOLDEN_BIN) $(REPLAY_BIN)
	$(Q)$(RUN_TESTS) asan $(UNIT_BIN) $(GOLDEN_BIN) $(REPLAY_BIN)

.PHONY: fuzz
fuzz: $(SKEL) ## Fuzz all decoders and parsers for FUZZ_SECONDS (60); needs clang
	$(Q)tools/deps fuzz
	$(Q)$(MAKE) --no-print-directory CC=$(CLANG) BUILD=$(BUILD)/fuzz BPF_BUILD=$(BPF_BUILD) \
		CFLAGS='$(CFLAGS) -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		fuzz-run

.PHONY: fuzz-run
fuzz-run: $(FUZZ_BIN)
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_MEMORY=$(FUZZ_MEMORY) tools/run-fuzz $(BUILD) $^

.PHONY: fuzz-seeds
fuzz-seeds: $(BUILD)/tests/fuzz/decode_seeds ## Write the seeds of the fuzz targets anew, after a change of the wire
	$(Q)mkdir -p tests/fuzz/corpus/decode && $< tests/fuzz/corpus/decode

.PHONY: live
live: $(BUILD)/lifeline $(LIVE_BIN) $(CHILD_BIN) ## Run the tests that trace the running kernel; needs root
	$(Q)$(RUN_TESTS) --root live $(LIVE_BIN)

.PHONY: exports
exports: $(BUILD)/lifeline $(EXPORT_BIN) $(CHILD_BIN) ## Run the tests that open exports in other programs; needs root
	$(Q)$(RUN_TESTS) --root exports $(EXPORT_TEST)

.PHONY: html
html: $(BUILD)/tests/html/make_page ## Test the page of export html in node and Chromium
	$(Q)$(RUN_TESTS) html tests/html/modules_test tests/html/page_test

.PHONY: golden
golden: $(BUILD)/lifeline $(UNIT_BIN) $(GOLDEN_BIN) ## Rewrite the golden files; review the diff
	$(Q)LL_GOLDEN_UPDATE=1 $(RUN_TESTS) golden $(or $(GOLDEN_BIN),$(UNIT_BIN))
	$(Q)git --no-pager diff --stat -- tests/golden

.PHONY: kernels
kernels: $(BUILD)/static/lifeline $(LIVE_BIN) $(CHILD_BIN) ## Run the live tests on other kernels, under qemu
	$(Q)tools/deps kernels
	$(Q)tests/kernels/run '$(abspath $(BUILD))'

.PHONY: bench
bench: $(BUILD)/lifeline $(BUILD)/tests/html/make_page ## Measure what tracing costs, beside other tracers, captures and the page; needs root
	$(Q)BUILD='$(abspath $(BUILD))' CC='$(CC)' tools/bench/run

# Every program of ours, tests included, under one compiler: -Werror makes a warning fail.
.PHONY: build-gcc
build-gcc: ## Build everything with gcc, warning-free
	$(Q)$(MAKE) --no-print-directory CC=gcc BUILD=$(BUILD)/gcc BPF_BUILD=$(BPF_BUILD) all static test-programs

.PHONY: build-clang
build-clang: ## Build everything with clang, warning-free
	$(Q)$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang BPF_BUILD=$(BPF_BUILD) all static test-programs

.PHONY: build-bpf
build-bpf: ## Build the BPF object for every architecture
	$(Q)for machine in x86_64 aarch64; do $(MAKE) --no-print-directory MACHINE=$$machine \
		BUILD=$(BUILD)/bpf-$$machine BPF_BUILD=$(BUILD)/bpf-$$machine skeleton || exit 1; done

.PHONY: skeleton
skeleton: $(SKEL)

.PHONY: lint
lint: ## Check format, rooms, licences and house rules
	$(Q)tools/lint

.PHONY: dist-check
dist-check: ## Build and unit-test a clean clone of HEAD
	rm -rf $(BUILD)/dist-check && git clone -q . $(BUILD)/dist-check
	$(MAKE) -C $(BUILD)/dist-check BUILD=build BPF_BUILD=build all unit

.PHONY: clean
clean: ## Remove the build directory
	rm -rf $(BUILD)

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | sort | \
		awk -F'\t' '{ printf "  %-11s %s\n", $$1, $$2 }'
	@echo 'Set V=1 to see commands, BUILD, CC, CFLAGS, PREFIX, DESTDIR as usual.'

-include $(wildcard $(addsuffix .d,$(basename $(LIB_OBJ) $(CLI_OBJ) $(BPF_OBJ) $(LIVE_SUPPORT_OBJ))) \
	$(addsuffix .d,$(UNIT_BIN) $(GOLDEN_BIN) $(LIVE_BIN) $(CHILD_BIN) $(EXPORT_BIN)) $(BUILD)/tests/fuzz/*.d $(BUILD)/tests/html/*.d)
